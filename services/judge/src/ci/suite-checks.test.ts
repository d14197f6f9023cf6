import { expect, test } from 'vitest'
import {
  ciPolicy,
  createAppSuite,
  createJob,
  createRunSuite,
  createWorkflow,
  openStates,
} from '../../../../test/harness/ci-samples.ts'
import type { Check, CheckState, CheckSuite } from '../github/snapshot.ts'
import type { CiPolicy } from '../policy/policy.ts'
import { toSuiteChecks } from './suite-checks.ts'

const failures: readonly CheckState[] = [
  'failure',
  'cancelled',
  'timed_out',
  'startup_failure',
  'action_required',
]
const { workflowRun } = createRunSuite('queued')

interface Row {
  readonly title: string
  readonly suites: readonly CheckSuite[]
  readonly checks?: readonly Check[]
  readonly ignored?: readonly string[]
  readonly policy?: Partial<CiPolicy['conclusions']>
  readonly states: readonly CheckState[]
}

const rows: readonly Row[] = [
  ...[...openStates, ...failures, 'stale' as const].map(
    (state): Row => ({
      title: `an Actions run without jobs that is ${state} counts`,
      suites: [createRunSuite(state)],
      states: [state],
    }),
  ),
  ...(['success', 'neutral', 'skipped'] as const).map(
    (state): Row => ({
      title: `an Actions run without jobs that ended as ${state} proves nothing`,
      suites: [createRunSuite(state)],
      states: [],
    }),
  ),
  {
    title: 'an Actions run whose workflow cannot be read counts by its app',
    suites: [createRunSuite('queued', { workflowRun: null })],
    states: ['queued'],
  },
  {
    title: 'policy decides what a conclusion means',
    suites: [createRunSuite('cancelled'), createRunSuite('skipped', { id: 10, workflowRun: null })],
    policy: { cancelled: 'success', skipped: 'failure' },
    states: ['skipped'],
  },
  {
    title: 'a workflow that policy ignores by its name does not count',
    suites: [createRunSuite('queued')],
    ignored: ['Release'],
    states: [],
  },

  // Attempts and events.
  {
    title: 'of two runs of a workflow for one event the newer counts',
    suites: [createRunSuite('cancelled', { id: 8 }), createRunSuite('queued', { id: 11 })],
    states: ['queued'],
  },
  {
    title: 'a failed run does not count once a newer one of the workflow has jobs',
    suites: [
      createRunSuite('startup_failure', { id: 8 }),
      createRunSuite('success', { id: 11, hasRuns: true }),
    ],
    checks: [createJob('unit', 'success', { suiteId: 11 })],
    states: [],
  },
  {
    title: 'an older run of the workflow for another event counts',
    suites: [
      createRunSuite('cancelled', { id: 8 }),
      createRunSuite('success', {
        id: 11,
        hasRuns: true,
        workflowRun: workflowRun && { ...workflowRun, workflow: createWorkflow('Release', 'push') },
      }),
    ],
    states: ['cancelled'],
  },
  {
    title: 'two workflow files of one name are two workflows',
    suites: [
      createRunSuite('cancelled', { id: 8 }),
      createRunSuite('queued', {
        id: 11,
        workflowRun: workflowRun && {
          ...workflowRun,
          workflow: createWorkflow('Release', 'pull_request', 99),
        },
      }),
    ],
    states: ['cancelled', 'queued'],
  },
  {
    title: 'runs whose workflows cannot be read do not hide each other',
    suites: [
      createRunSuite('cancelled', { id: 8, workflowRun: null }),
      createRunSuite('queued', { id: 11, workflowRun: null }),
    ],
    states: ['cancelled', 'queued'],
  },

  // Runs with jobs.
  {
    title: 'a run that goes on although its first job has ended: more jobs come',
    suites: [createRunSuite('in_progress', { id: 7, hasRuns: true })],
    checks: [createJob('build', 'success')],
    states: ['in_progress'],
  },
  {
    title: 'a run whose open job says the same does not count twice',
    suites: [createRunSuite('in_progress', { id: 7, hasRuns: true })],
    checks: [createJob('build', 'success'), createJob('unit', 'queued', { id: 101 })],
    states: [],
  },
  {
    title: 'a run that was cancelled between two jobs',
    suites: [createRunSuite('cancelled', { id: 7, hasRuns: true })],
    checks: [createJob('build', 'success')],
    states: ['cancelled'],
  },
  {
    title: 'a run that failed as its job did does not count twice',
    suites: [createRunSuite('failure', { id: 7, hasRuns: true })],
    checks: [createJob('build', 'success'), createJob('unit', 'failure', { id: 101 })],
    states: [],
  },
  {
    title: 'a run all of whose jobs policy ignores',
    suites: [createRunSuite('in_progress', { id: 7, hasRuns: true })],
    checks: [createJob('deploy', 'success')],
    ignored: ['deploy'],
    states: [],
  },
  {
    title: 'a run that failed by a job that policy ignores',
    suites: [createRunSuite('failure', { id: 7, hasRuns: true })],
    checks: [createJob('unit', 'success'), createJob('flaky', 'failure', { id: 101 })],
    ignored: ['flaky'],
    states: [],
  },
  {
    title: 'a finished run whose jobs cannot be distinguished from others',
    suites: [createRunSuite('failure', { id: null, hasRuns: true })],
    checks: [createJob('unit', 'failure', { suiteId: null })],
    states: [],
  },

  // Other apps.
  ...openStates.map(
    (state): Row => ({
      title: `a suite of another app that is ${state} without check runs says nothing`,
      suites: [createAppSuite(state)],
      states: [],
    }),
  ),
  ...(['success', 'neutral', 'skipped', 'stale'] as const).map(
    (state): Row => ({
      title: `a suite of another app that ended as ${state} without check runs says nothing`,
      suites: [createAppSuite(state)],
      states: [],
    }),
  ),
  ...failures.map(
    (state): Row => ({
      title: `a suite of another app that ended as ${state} without check runs counts`,
      suites: [createAppSuite(state)],
      states: [state],
    }),
  ),
  {
    title: 'a suite of another app leaves the word to its check runs',
    suites: [createAppSuite('failure', { hasRuns: true })],
    states: [],
  },
]

test.each(rows)('$title', ({ suites, checks = [], ignored = [], policy = {}, states }) => {
  const found = toSuiteChecks(suites, {
    checks,
    isIgnored: (name) => ignored.includes(name),
    policy: { ...ciPolicy, conclusions: { ...ciPolicy.conclusions, ...policy } },
  })
  expect(found.map(({ state }) => state).toSorted()).toEqual(states.toSorted())
})

test('a suite is named after its workflow, and leads to its run', () => {
  const context = { checks: [], isIgnored: () => false, policy: ciPolicy }
  expect(
    toSuiteChecks([createRunSuite('action_required'), createAppSuite('failure')], context),
  ).toMatchObject([
    { kind: 'suite', name: 'circleci', label: 'the check suite of circleci', workflowRunId: null },
    {
      kind: 'suite',
      name: 'Release',
      label: 'workflow Release',
      url: 'https://github.com/acme/widgets/actions/runs/80',
      suiteId: 8,
      workflowRunId: 80,
      summary: 'GitHub runs it only after a person has approved it.',
    },
  ])
})
