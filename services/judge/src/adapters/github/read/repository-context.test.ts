import { expect, test } from 'vitest'
import { toInstant } from '../../../lib/instant.ts'
import type { GqlRepositoryContext } from './graphql-types.ts'
import { toRepositoryContext } from './repository-context.ts'

const base = { nameWithOwner: 'acme/widgets', defaultBranchRef: { name: 'main' }, policy: null }
const issue = {
  number: 7,
  title: 'Sum',
  body: 'It is wrong.',
  url: 'https://github.com/acme/widgets/issues/7',
  state: 'OPEN' as const,
  lastEditedAt: null,
  editor: null,
}
const read = (more: Partial<GqlRepositoryContext>) =>
  toRepositoryContext({ ...base, ...more }, toInstant(0), 'reading')

test('an issue whose labels are missing or null has no labels', () => {
  expect(read({ issue }).issue?.labels).toEqual([])
  expect(read({ issue: { ...issue, labels: null } }).issue?.labels).toEqual([])
})

test('a policy is the text of a file, with or without __typename, never a directory', () => {
  const text = 'attempts: { max: 1 }\n'
  const unnamed = { text, isBinary: false, isTruncated: false }
  expect(read({ policy: { __typename: 'Blob', ...unnamed } }).policyText).toBe(text)
  expect(read({ policy: unnamed as unknown as GqlRepositoryContext['policy'] }).policyText).toBe(
    text,
  )
  expect(read({ policy: { __typename: 'Tree' } }).policyText).toBeNull()
})
