import { expect, test } from 'vitest'
import type { PostedComment } from '../../github/port.ts'
import { toInstant } from '../../lib/instant.ts'
import { findCommands } from './find-commands.ts'

const at = (second: number) => toInstant(`2026-12-05T10:00:${String(second).padStart(2, '0')}Z`)
const question = { askedAt: at(10), asker: 'codex-judge' }
const comment = (given: Partial<PostedComment>): PostedComment => ({
  ...{ id: 1, author: { login: 'ana', bot: false }, body: '/judge rerun', url: '' },
  ...{ createdAt: at(20), edited: false },
  ...given,
})
const listIds = (...comments: readonly PostedComment[]) =>
  findCommands(comments, question).map(({ id }) => id)

test('commands are read oldest first, and other comments are none', () => {
  expect(
    findCommands(
      [
        comment({ id: 3, createdAt: at(30), body: '/judge close no' }),
        comment({ id: 2, createdAt: at(10) }),
        comment({ id: 4, body: 'I think /judge rerun' }),
      ],
      question,
    ),
  ).toEqual([
    { id: 2, login: 'ana', command: { kind: 'answer', option: 'rerun', note: null } },
    { id: 3, login: 'ana', command: { kind: 'answer', option: 'close', note: 'no' } },
  ])
})

test.each([
  ['older than the question', { createdAt: at(9) }],
  ['edited', { edited: true }],
  ['of a bot', { author: { login: 'dependabot', bot: true } }],
  ['of the service', { author: { login: 'Codex-Judge[bot]', bot: false } }],
  ['of a deleted account', { author: { login: 'ghost', bot: false } }],
])('a comment %s is no command', (_, given) => {
  expect(listIds(comment(given))).toEqual([])
  expect(listIds(comment({}))).toEqual([1])
})

test('only the first twenty commands are looked at', () => {
  const many = Array.from({ length: 30 }, (_, n) => comment({ id: n + 1 }))
  expect(listIds(...many)).toHaveLength(20)
})
