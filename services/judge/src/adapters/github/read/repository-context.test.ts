import { expect, test } from 'vitest'
import { instant } from '../../../lib/instant.ts'
import type { GqlAround } from './answers.ts'
import { aroundOf } from './repository-context.ts'

const around = { nameWithOwner: 'acme/widgets', defaultBranchRef: { name: 'main' }, policy: null }
const issue = {
  number: 7,
  title: 'Sum',
  body: 'It is wrong.',
  url: 'https://github.com/acme/widgets/issues/7',
  state: 'OPEN' as const,
  lastEditedAt: null,
  editor: null,
}
const read = (more: Partial<GqlAround>) => aroundOf({ ...around, ...more }, instant(0), 'reading')

test('an issue of which no labels are told, or none, has none', () => {
  expect(read({ issue }).issue?.labels).toEqual([])
  expect(read({ issue: { ...issue, labels: null } }).issue?.labels).toEqual([])
})

test('a policy is the text of a file, whether or not the server says that it is one; a directory is none', () => {
  const text = 'attempts: { max: 1 }\n'
  const unnamed = { text, isBinary: false, isTruncated: false }
  expect(read({ policy: { __typename: 'Blob', ...unnamed } }).policyText).toBe(text)
  expect(read({ policy: unnamed as unknown as GqlAround['policy'] }).policyText).toBe(text)
  expect(read({ policy: { __typename: 'Tree' } }).policyText).toBeNull()
})
