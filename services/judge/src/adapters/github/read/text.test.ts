import { expect, test } from 'vitest'
import type { GqlComment, GqlPullRequest } from './answers.ts'
import { pullRequestOf } from './pull-request.ts'
import { commentOf } from './reviews-and-comments.ts'

const sha = 'a'.repeat(40)
const pull = {
  number: 7,
  state: 'OPEN',
  isDraft: false,
  isCrossRepository: false,
  mergeable: 'MERGEABLE',
  mergeStateStatus: 'CLEAN',
  createdAt: '2026-05-01T10:00:00Z',
  baseRefName: 'main',
}
const read = (more: Record<string, unknown>) =>
  pullRequestOf({ ...pull, ...more } as unknown as GqlPullRequest, null, {
    head: null,
    base: sha as never,
  })
const comment = (more: Record<string, unknown>) =>
  commentOf({ createdAt: '2026-05-01T10:00:00Z', author: null, ...more } as unknown as GqlComment)

test('a text that a server does not tell is empty, and costs nothing else', () => {
  expect(read({})).toMatchObject({ title: '', body: '', url: '', headBranch: '' })
  expect(read({ title: null, url: null })).toMatchObject({ title: '', url: '' })
  expect(comment({ body: null })).toMatchObject({ body: '', url: '' })
})

test.each([{ title: 42 }, { url: {} }, { body: [] }, { headRefName: true }])(
  '%j is no text: the reading fails',
  (lie) => {
    expect(() => read(lie)).toThrow('not a text')
  },
)

test('what a decision hangs on is not guessed', () => {
  expect(() => read({ baseRefName: null })).toThrow('missing')
  expect(() => comment({ url: -1 })).toThrow('not a text')
})
