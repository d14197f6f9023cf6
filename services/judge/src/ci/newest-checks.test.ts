import { fc, test as prop } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import type { Check } from '../github/snapshot.ts'
import { toInstant } from '../lib/instant.ts'
import { selectNewestChecks } from './newest-checks.ts'

const ci: Check = {
  kind: 'status',
  name: 'ci',
  app: '',
  id: 0,
  suiteId: null,
  workflowRunId: null,
  runAttempt: null,
  state: 'success',
  url: null,
  summary: null,
  startedAt: toInstant('2026-05-01T12:00:00Z'),
  completedAt: null,
  required: false,
}
const later = toInstant('2026-05-01T12:01:00Z')
const unit: Check = { ...ci, kind: 'check_run', name: 'unit', app: 'github-actions', id: 5 }

test.each<{ readonly says: string; readonly of: readonly Check[]; readonly is: Check }>([
  {
    says: 'the higher number, though it began earlier',
    of: [
      { ...unit, startedAt: later },
      { ...unit, id: 6, state: 'failure' },
    ],
    is: { ...unit, id: 6, state: 'failure' },
  },
  {
    says: 'the later status',
    of: [{ ...ci, startedAt: later, state: 'failure' }, ci],
    is: { ...ci, startedAt: later, state: 'failure' },
  },
  {
    says: 'what has not started over what has',
    of: [{ ...ci, startedAt: null, state: 'pending' }, ci],
    is: { ...ci, startedAt: null, state: 'pending' },
  },
  {
    says: 'of two readings of one check, open over red',
    of: [
      { ...unit, state: 'queued' },
      { ...unit, state: 'failure' },
    ],
    is: { ...unit, state: 'queued' },
  },
  {
    says: 'of two statuses in one second, red over green',
    of: [ci, { ...ci, state: 'failure' }],
    is: { ...ci, state: 'failure' },
  },
  {
    says: 'of two statuses in one second, skipped over green',
    of: [ci, { ...ci, state: 'skipped' }],
    is: { ...ci, state: 'skipped' },
  },
])('the newest is $says', ({ of, is }) => {
  expect(selectNewestChecks(of)).toEqual([is])
  expect(selectNewestChecks(of.toReversed())).toEqual([is])
})

test('what is equal in all that decides still has one answer', () => {
  const two = [
    { ...ci, url: 'https://a' },
    { ...ci, url: 'https://b' },
  ]
  expect(selectNewestChecks(two)).toEqual(selectNewestChecks(two.toReversed()))
})

prop.prop([fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 9 })])(
  'one is kept of each name, and it is the newest',
  (ids) => {
    expect(selectNewestChecks(ids.map((id) => ({ ...unit, id }))).map(({ id }) => id)).toEqual([
      Math.max(...ids),
    ])
  },
)
