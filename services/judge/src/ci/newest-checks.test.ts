import { fc, test as prop } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import type { Check } from '../github/snapshot.ts'
import { toInstant } from '../lib/instant.ts'
import { selectNewestChecks } from './newest-checks.ts'

const ci: Check = {
  kind: 'status',
  name: 'ci',
  label: 'ci',
  app: '',
  appId: null,
  byApp: false,
  workflow: null,
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
const unit: Check = {
  ...ci,
  kind: 'check_run',
  name: 'unit',
  app: 'github-actions',
  workflow: { id: 3, name: 'CI', event: 'push' },
  id: 5,
  suiteId: 7,
}

test.each<{ readonly title: string; readonly of: readonly Check[]; readonly is: Check }>([
  {
    title: 'the higher number, though it began earlier',
    of: [
      { ...unit, startedAt: later },
      { ...unit, id: 6, state: 'failure' },
    ],
    is: { ...unit, id: 6, state: 'failure' },
  },
  {
    title: 'the later status',
    of: [{ ...ci, startedAt: later, state: 'failure' }, ci],
    is: { ...ci, startedAt: later, state: 'failure' },
  },
  {
    title: 'a check that has not started over one that has',
    of: [{ ...ci, startedAt: null, state: 'pending' }, ci],
    is: { ...ci, startedAt: null, state: 'pending' },
  },
  {
    title: 'of two readings of one check, the open one over the failed one',
    of: [
      { ...unit, state: 'queued' },
      { ...unit, state: 'failure' },
    ],
    is: { ...unit, state: 'queued' },
  },
  {
    title: 'of two statuses in one second, the failed one over the successful one',
    of: [ci, { ...ci, state: 'failure' }],
    is: { ...ci, state: 'failure' },
  },
  {
    title: 'of two statuses in one second, the skipped one over the successful one',
    of: [ci, { ...ci, state: 'skipped' }],
    is: { ...ci, state: 'skipped' },
  },
])('the newest is $title', ({ of, is }) => {
  expect(selectNewestChecks(of)).toEqual([is])
  expect(selectNewestChecks(of.toReversed())).toEqual([is])
})

const inWorkflow = (name: string, event: string, id: number | null = null) => ({
  workflow: { id, name, event },
})

test.each<{ readonly title: string; readonly of: readonly Check[]; readonly count: number }>([
  {
    title: 'two workflows',
    of: [
      { ...unit, ...inWorkflow('Unit tests', 'push') },
      { ...unit, ...inWorkflow('Docs', 'push'), id: 6 },
    ],
    count: 2,
  },
  {
    title: 'two workflow files of one name',
    of: [
      { ...unit, ...inWorkflow('CI', 'push', 1) },
      { ...unit, ...inWorkflow('CI', 'push', 2), id: 6 },
    ],
    count: 2,
  },
  {
    title: 'two events of one workflow',
    of: [
      { ...unit, ...inWorkflow('CI', 'push') },
      { ...unit, ...inWorkflow('CI', 'pull_request'), id: 6 },
    ],
    count: 2,
  },
  {
    title: 'two apps',
    of: [unit, { ...unit, app: 'circleci', workflow: null, id: 6 }],
    count: 2,
  },
  {
    title: 'two suites of Actions whose workflows cannot be read',
    of: [
      { ...unit, workflow: null, suiteId: 7 },
      { ...unit, workflow: null, suiteId: 8, id: 6 },
    ],
    count: 2,
  },
  {
    title: 'two attempts of one run of Actions whose workflow cannot be read',
    of: [
      { ...unit, workflow: null, workflowRunId: 70, suiteId: 7 },
      { ...unit, workflow: null, workflowRunId: 70, suiteId: 8, id: 6 },
    ],
    count: 1,
  },
  {
    title: 'two runs of one workflow for one event, as of a pull request that is opened again',
    of: [unit, { ...unit, suiteId: 8, workflowRunId: 80, id: 6 }],
    count: 1,
  },
  {
    title: 'two suites of another app',
    of: [
      { ...unit, app: 'circleci', workflow: null },
      { ...unit, app: 'circleci', workflow: null, suiteId: 8, id: 6 },
    ],
    count: 1,
  },
])('of one name in $title, $count count', ({ of, count }) => {
  expect(selectNewestChecks(of)).toHaveLength(count)
  expect(selectNewestChecks(of)).toContain(of.at(-1))
})

test('checks that are equal in everything that decides still have one winner', () => {
  const two = [
    { ...ci, url: 'https://a' },
    { ...ci, url: 'https://b' },
  ]
  expect(selectNewestChecks(two)).toEqual(selectNewestChecks(two.toReversed()))
})

prop.prop([fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 9 })])(
  'the newest check of each name is kept',
  (ids) => {
    expect(selectNewestChecks(ids.map((id) => ({ ...unit, id }))).map(({ id }) => id)).toEqual([
      Math.max(...ids),
    ])
  },
)
