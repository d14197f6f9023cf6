import { expect, test } from 'vitest'
import { toChecks } from './checks.ts'
import type { GqlContext } from './graphql-types.ts'

const run = {
  databaseId: 5,
  name: 'unit',
  status: 'COMPLETED',
  conclusion: 'FAILURE',
  startedAt: null,
  completedAt: null,
  detailsUrl: null,
  title: null,
  summary: null,
  checkSuite: null,
}
const status = {
  context: 'ci/build',
  state: 'SUCCESS',
  description: null,
  targetUrl: null,
  createdAt: null,
  creator: null,
}

test.each([
  ['by their type name', { __typename: 'CheckRun' }, { __typename: 'StatusContext' }],
  ['by their fields', {}, {}],
])('check runs and statuses are distinguished %s', (_how, asRun, asStatus) => {
  const contexts = [
    { ...run, ...asRun },
    { ...status, ...asStatus },
    { ...status, ...asStatus, context: 'ci/late', state: 'EXPECTED' },
  ] as GqlContext[]
  expect(toChecks(contexts, null)).toMatchObject({
    checks: [
      { kind: 'check_run', name: 'unit', state: 'failure' },
      { kind: 'status', name: 'ci/build', state: 'success' },
    ],
    expected: ['ci/late'],
  })
})

test('an entry without a name fails the whole list', () => {
  const nameless = { ...status, context: undefined } as unknown as GqlContext
  expect(() => toChecks([nameless], null)).toThrow('without a name')
})
