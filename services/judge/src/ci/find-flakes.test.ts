import { expect, test } from 'vitest'
import { check } from '../../../../test/harness/text-samples.ts'
import type { Check } from '../github/snapshot.ts'
import { findFlakes, findKnownFlakes } from './find-flakes.ts'

const failed = check
const passed: Check = { ...check, id: 12, state: 'success' }
const status: Check = { ...check, kind: 'status', app: 'ci', workflow: null, workflowRunId: null }
const name = { app: 'github-actions', workflow: 'CI', event: 'pull_request', name: 'unit' }

const cases: readonly [string, readonly Check[], readonly Check[], readonly object[]][] = [
  ['it was red when it was read before', [passed], [failed], [name]],
  ['an older suite of the commit has the red run', [failed, passed], [], [name]],
  ['it timed out', [passed], [{ ...failed, state: 'timed_out' }], [name]],
  [
    'a status was red',
    [{ ...status, state: 'success' }],
    [status],
    [{ ...name, app: 'ci', workflow: '', event: '' }],
  ],
  ['it was read several times', [passed], [failed, failed, { ...failed, id: 10 }], [name]],
  ['it is red again', [passed, { ...failed, id: 13 }], [failed], []],
  ['it is open', [{ ...passed, state: 'queued' }], [failed], []],
  ['it was skipped', [{ ...passed, state: 'skipped' }], [failed], []],
  ['it was stopped', [passed], [{ ...failed, state: 'cancelled' }], []],
  ['it never failed', [passed], [passed], []],
  ['another check was red', [passed], [{ ...failed, name: 'lint' }], []],
  [
    'another workflow was red',
    [passed],
    [{ ...failed, workflow: { id: 4, name: 'CD', event: 'push' } }],
    [],
  ],
  ['another app was red', [passed], [{ ...failed, app: 'other', workflow: null }], []],
]
test.each(cases)('a check that passes now: %s', (_what, checks, earlier, flakes) => {
  expect(findFlakes(checks, earlier)).toEqual(flakes)
  expect(findFlakes(checks.toReversed(), earlier.toReversed())).toEqual(flakes)
})

test('known flakes are found by everything that names a check', () => {
  const known = [{ ...name, commits: 3 }]
  expect(findKnownFlakes([failed], known)).toEqual([{ ...known[0], label: 'unit' }])
  expect(findKnownFlakes([{ ...failed, name: 'lint' }], known)).toEqual([])
  const push = { id: 3, name: 'CI', event: 'push' }
  expect(findKnownFlakes([{ ...failed, workflow: push }], known)).toEqual([])
})
