import { expect, test } from 'vitest'
import { otherCommit as commit, shipped } from '../../../../test/harness/accepted-facts.ts'
import { check } from '../../../../test/harness/text-samples.ts'
import type { Check } from '../github/snapshot.ts'
import { findBaseRun, hasFailed, isSameFailure, toBaseCommit } from './compare-with-base.ts'

const push = { id: 3, name: 'CI', event: 'push' }
const onBase: Check = { ...check, id: 7, workflow: push, suiteId: 2 }
const status: Check = { ...check, kind: 'status', id: 0, app: 'ci', workflow: null, suiteId: null }

/** The state of the newest finished run of the check on a base with these checks. */
function find(of: Check, ...checks: readonly Check[]): string | null {
  const options = { policy: shipped.ci, ourContext: 'codex-judge', setsCheckRun: false }
  const base = toBaseCommit({ commit, checks, suites: [] }, options)
  return findBaseRun(of, base)?.check.state ?? null
}

const cases: readonly [string, Check, readonly Check[], string | null][] = [
  ['the same workflow after a push', check, [onBase], 'failure'],
  ['nothing', check, [], null],
  ['another check', check, [{ ...onBase, name: 'lint' }], null],
  ['another workflow', check, [{ ...onBase, workflow: { ...push, id: 4 } }], null],
  ['another app', check, [{ ...onBase, app: 'circleci', workflow: null }], null],
  [
    'a workflow whose number is not known',
    check,
    [{ ...onBase, workflow: { ...push, id: null } }],
    'failure',
  ],
  ['a workflow that cannot be read', check, [{ ...onBase, workflow: null }], null],
  ['a later run that passed', check, [onBase, { ...onBase, id: 9, state: 'success' }], 'success'],
  [
    'an earlier run that passed',
    check,
    [{ ...onBase, id: 5, state: 'success' }, onBase],
    'failure',
  ],
  [
    'a later run that is not finished',
    check,
    [onBase, { ...onBase, id: 9, state: 'queued' }],
    'failure',
  ],
  [
    'a later run that was stopped',
    check,
    [onBase, { ...onBase, id: 9, state: 'cancelled' }],
    'failure',
  ],
  ['a run that was skipped', check, [{ ...onBase, state: 'skipped' }], null],
  [
    'a later run for another event that passed',
    check,
    [onBase, { ...onBase, id: 9, state: 'success', workflow: { ...push, event: 'schedule' } }],
    'success',
  ],
  ['a status', status, [status], 'failure'],
  ['a status instead of a check run', check, [{ ...status, app: 'github-actions' }], null],
  [
    'our own status',
    { ...status, name: 'codex-judge' },
    [{ ...status, name: 'codex-judge' }],
    null,
  ],
]
test.each(cases)(
  'on a base with %s, the result of a check is found',
  (_what, of, checks, state) => {
    expect(find(of, ...checks)).toBe(state)
    expect(find(of, ...checks.toReversed())).toBe(state)
  },
)

test('a workflow that cannot start on the base either is found by its suite', () => {
  const suite = {
    id: 2,
    app: 'github-actions',
    appId: 15368,
    state: 'startup_failure' as const,
    hasRuns: false,
    createdAt: null,
    branch: 'main',
    workflowRun: { id: 8, url: null, workflow: push },
  }
  const options = { policy: shipped.ci, ourContext: 'codex-judge', setsCheckRun: false }
  const base = toBaseCommit({ commit, checks: [], suites: [suite] }, options)
  const own: Check = { ...check, kind: 'suite', name: 'CI', state: 'startup_failure' }
  expect(findBaseRun(own, base)?.check.state).toBe('startup_failure')
})

test.each(['failure', 'timed_out', 'startup_failure'] as const)('%s is a failure', (state) => {
  expect(hasFailed({ ...check, state })).toBe(true)
})
test.each(['cancelled', 'stale', 'action_required', 'success'] as const)('%s is none', (state) => {
  expect(hasFailed({ ...check, state })).toBe(false)
})

const log = (...errors: readonly string[]) => ({ window: '', errors })
test.each([
  ['both say the same', log('a', 'b'), log('a', 'b'), true],
  ['the base has more', log('a'), log('a', 'b'), true],
  ['the head has more', log('a', 'b'), log('a'), false],
  ['they say different things', log('a'), log('b'), false],
  ['the log of the head cannot be read', null, log('a'), true],
  ['the log of the base cannot be read', log('a'), null, true],
  ['a log is empty', log(), log('a'), true],
  ['the other log is empty', log('a'), log(), true],
])('two failures, where %s', (_what, head, base, same) => {
  expect(isSameFailure(head, base)).toBe(same)
})

test.each([
  ['all passed', [{ ...onBase, state: 'success' as const }], true],
  [
    'one failed',
    [
      { ...onBase, state: 'success' as const },
      { ...onBase, name: 'lint' },
    ],
    false,
  ],
  ['one is open', [{ ...onBase, state: 'queued' as const }], false],
  ['one that failed is run again', [onBase, { ...onBase, id: 9, state: 'queued' as const }], false],
  ['there are none', [], false],
])('a base is green or not: %s', (_what, checks, isGreen) => {
  const options = { policy: shipped.ci, ourContext: 'codex-judge', setsCheckRun: false }
  expect(toBaseCommit({ commit, checks, suites: [] }, options).isGreen).toBe(isGreen)
})
