import { expect, test } from 'vitest'
import type { GqlContext } from './answers.ts'
import { checksOf } from './checks.ts'

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
  ['called so', { __typename: 'CheckRun' }, { __typename: 'StatusContext' }],
  ['told by what they have', {}, {}],
])('check runs and statuses are told apart, %s', (_how, asRun, asStatus) => {
  const contexts = [
    { ...run, ...asRun },
    { ...status, ...asStatus },
    { ...status, ...asStatus, context: 'ci/late', state: 'EXPECTED' },
  ] as GqlContext[]
  expect(checksOf(contexts, null)).toMatchObject({
    checks: [
      { kind: 'check_run', name: 'unit', state: 'failure' },
      { kind: 'status', name: 'ci/build', state: 'success' },
    ],
    expected: ['ci/late'],
  })
})

test('an entry without a name makes the list unreadable: it is neither a check nor none', () => {
  const nameless = { ...status, context: undefined } as unknown as GqlContext
  expect(() => checksOf([nameless], null)).toThrow('without a name')
})
