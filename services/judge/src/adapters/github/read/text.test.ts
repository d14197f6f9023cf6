import { expect, test } from 'vitest'
import type { GqlComment, GqlPullRequest } from './graphql-types.ts'
import { toPullRequest } from './pull-request.ts'
import { toComment } from './reviews-and-comments.ts'

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
  toPullRequest({ ...pull, ...more } as unknown as GqlPullRequest, null, {
    head: null,
    base: sha as never,
  })
const comment = (more: Record<string, unknown>) =>
  toComment({ createdAt: '2026-05-01T10:00:00Z', author: null, ...more } as unknown as GqlComment)

test('a missing text is empty and does not fail the reading', () => {
  expect(read({})).toMatchObject({ title: '', body: '', url: '', headBranch: '' })
  expect(read({ title: null, url: null })).toMatchObject({ title: '', url: '' })
  expect(comment({ body: null })).toMatchObject({ body: '', url: '' })
})

test.each([{ title: 42 }, { url: {} }, { body: [] }, { headRefName: true }])(
  'the reading fails on a field of another type: %j',
  (fields) => {
    expect(() => read(fields)).toThrow('instead of a text')
  },
)

test('a text that a decision depends on must not be missing', () => {
  expect(() => read({ baseRefName: null })).toThrow('missing')
  expect(() => comment({ url: -1 })).toThrow('instead of a text')
})
