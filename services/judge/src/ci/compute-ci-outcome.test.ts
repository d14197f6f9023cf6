import { fc, test as prop } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  createAppSuite,
  createRunSuite,
  createWorkflow,
} from '../../../../test/harness/ci-samples.ts'
import type { Check, CheckState, CheckSuite, RequiredCheck } from '../github/snapshot.ts'
import { addMillis, type Instant, toInstant } from '../lib/instant.ts'
import type { CiPolicy } from '../policy/policy.ts'
import { type CommitSha, parseCommitSha } from '../run/run.ts'
import type { CiOutcome } from './ci-outcome.ts'
import type { CommitChecks, Rerun } from './commit-checks.ts'
import { computeCiOutcome } from './compute-ci-outcome.ts'

const minute = 60_000
const start = toInstant('2026-05-01T12:00:00Z')
const at = (minutes: number): Instant => addMillis(start, minutes * minute)
const sha = (text: string): CommitSha => {
  const commit = parseCommitSha(text)
  if (commit === null) throw new Error('not a commit')
  return commit
}
const head = sha('a'.repeat(40))

const shipped: CiPolicy = {
  wait: 60 * minute,
  no_checks_grace: 5 * minute,
  required: [],
  ignore: [],
  rerun_failed_once: true,
  conclusions: {
    neutral: 'success',
    skipped: 'success',
    cancelled: 'failure',
    stale: 'pending',
    timed_out: 'failure',
    startup_failure: 'failure',
    action_required: 'human',
  },
  allow_only_neutral: false,
}

let ids = 0
const running: readonly CheckState[] = ['queued', 'in_progress', 'requested', 'waiting', 'pending']
function check(name: string, state: CheckState, of: Partial<Check> = {}): Check {
  ids += 1
  return {
    kind: 'check_run',
    name,
    label: name,
    app: 'github-actions',
    appId: 15368,
    byApp: true,
    workflow: { id: 3, name: 'CI', event: 'pull_request' },
    id: ids,
    suiteId: 7,
    workflowRunId: 70,
    runAttempt: 1,
    state,
    url: null,
    summary: null,
    startedAt: at(1),
    completedAt: running.includes(state) ? null : at(2),
    required: false,
    ...of,
  }
}
const status = (name: string, state: CheckState, of: Partial<Check> = {}): Check =>
  check(name, state, {
    kind: 'status',
    app: 'ci-bot',
    appId: null,
    byApp: false,
    workflow: null,
    id: 0,
    suiteId: null,
    workflowRunId: null,
    runAttempt: null,
    ...of,
  })

const createChecks = (checks: readonly Check[], of: Partial<CommitChecks> = {}): CommitChecks => ({
  commit: head,
  checks,
  suites: [],
  requiredByBranch: null,
  waitStartedAt: start,
  graceStartedAt: start,
  ourContext: 'codex-judge',
  setsCheckRun: false,
  reruns: [],
  readAt: at(3),
  ...of,
})
const createRequired = (...names: readonly string[]): readonly RequiredCheck[] =>
  names.map((name) => ({ name, app: null }))
const createRerun = (failures: readonly Check[], of: Partial<Rerun> = {}): Rerun => ({
  acceptedAt: at(3),
  refused: false,
  failures,
  ...of,
})

interface Row {
  readonly title: string
  readonly checks: readonly Check[]
  readonly seen?: Partial<CommitChecks>
  readonly policy?: Partial<CiPolicy>
  readonly is: CiOutcome['kind']
  readonly also?: Record<string, unknown>
}

const failed = check('unit', 'failure')
const other = check('lint', 'failure', { app: 'circleci', workflowRunId: null, suiteId: 9 })
const matchNames = (...names: readonly string[]) =>
  names.map((name) => expect.objectContaining({ name }))

const rows: readonly Row[] = [
  // An empty list, and the grace.
  {
    title: 'an empty list within the grace period means "not started"',
    checks: [],
    seen: { readAt: at(5) },
    is: 'pending',
    also: { deadline: at(5) },
  },
  {
    title: 'an empty list after the grace period is missing',
    checks: [],
    seen: { readAt: at(5.1) },
    is: 'missing',
  },
  {
    title: 'our own status alone is an empty list',
    checks: [status('codex-judge', 'success')],
    seen: { readAt: at(9) },
    is: 'missing',
  },
  { title: 'the wait bounds the grace', checks: [], policy: { wait: minute }, is: 'missing' },
  {
    title: 'a reading made before the deadline ends no wait, however late it is evaluated',
    checks: [],
    seen: { readAt: at(4) },
    is: 'pending',
  },

  // What counts.
  {
    title: 'all green passes at once, even within the grace period',
    checks: [check('unit', 'success'), status('ci', 'success')],
    is: 'success',
    also: { concludedAt: at(2) },
  },
  {
    title: 'a failed check run is a failure',
    checks: [check('unit', 'failure'), check('lint', 'success')],
    is: 'failure',
  },
  {
    title: 'a failed status is a failure beside successful check runs',
    checks: [check('unit', 'success'), status('ci', 'failure')],
    is: 'failure',
  },
  {
    title: 'a failed check run is a failure beside successful statuses',
    checks: [check('unit', 'failure'), status('ci', 'success')],
    is: 'failure',
  },
  {
    title: 'our own pending status is not waited for',
    checks: [check('unit', 'success'), status('codex-judge', 'pending')],
    is: 'success',
  },
  {
    title: 'our own failed status does not count',
    checks: [check('unit', 'success'), status('codex-judge', 'failure')],
    is: 'success',
  },
  {
    title: 'our own status is not waited for even if the branch requires it',
    checks: [check('unit', 'success')],
    seen: { requiredByBranch: createRequired('unit', 'codex-judge') },
    is: 'success',
  },
  {
    title: 'our own check run neither counts nor is waited for, where we set one',
    checks: [
      check('unit', 'success'),
      check('codex-judge', 'action_required', { app: 'ours', workflow: null }),
    ],
    seen: { setsCheckRun: true },
    is: 'success',
  },
  {
    title: 'a job of Actions with the name of our check run counts all the same',
    checks: [check('unit', 'success'), check('codex-judge', 'failure')],
    seen: { setsCheckRun: true },
    is: 'failure',
  },
  {
    title: "another app's check run with our context's name counts",
    checks: [check('unit', 'success'), check('codex-judge', 'failure')],
    is: 'failure',
  },
  {
    title: 'ignored names never count',
    checks: [check('unit', 'success'), check('codecov/patch', 'failure')],
    policy: { ignore: ['codecov/*'] },
    is: 'success',
  },
  {
    title: 'ignoring by glob crosses slashes',
    checks: [check('unit', 'success'), check('deploy / preview (eu)', 'failure')],
    policy: { ignore: ['deploy*'] },
    is: 'success',
  },
  {
    title: 'a full name matches itself, even with brackets',
    checks: [check('unit', 'success'), check('e2e (node 22)', 'failure')],
    policy: { ignore: ['e2e (node 22)'] },
    is: 'success',
  },
  {
    title: 'ignored names are not missing even if the branch requires them',
    checks: [check('unit', 'success')],
    policy: { ignore: ['legacy'] },
    seen: { requiredByBranch: createRequired('legacy') },
    is: 'success',
  },
  {
    title: 'only ignored checks are no checks',
    checks: [check('codecov/patch', 'success')],
    policy: { ignore: ['**'] },
    seen: { readAt: at(9) },
    is: 'missing',
  },

  // The newest of each name counts.
  {
    title: 'a newer success replaces an older failure',
    checks: [check('unit', 'failure', { id: 900 }), check('unit', 'success', { id: 901 })],
    is: 'success',
  },
  {
    title: 'a newer failure replaces an older success',
    checks: [check('unit', 'failure', { id: 911 }), check('unit', 'success', { id: 910 })],
    is: 'failure',
  },
  {
    title: 'a re-run that is queued replaces its finished result',
    checks: [
      check('unit', 'success', { id: 920 }),
      check('unit', 'queued', { id: 921, startedAt: null }),
    ],
    is: 'pending',
  },
  {
    title: 'one name by two apps is two checks',
    checks: [
      check('build', 'failure', { id: 1, app: 'circleci' }),
      check('build', 'success', { id: 2 }),
    ],
    is: 'failure',
  },
  {
    title: 'a status and a check run of one name are two checks',
    checks: [check('build', 'success'), status('build', 'failure')],
    is: 'failure',
  },
  {
    title: 'of two statuses of one context the later counts, whatever their authors',
    checks: [
      status('ci', 'failure', { startedAt: at(1) }),
      status('ci', 'success', { startedAt: at(2), app: 'person' }),
    ],
    is: 'success',
  },

  // Jobs of one name.
  {
    title: 'a green job does not hide the red job of the same name in another workflow',
    checks: [
      check('test', 'failure', { id: 1, workflow: createWorkflow('Unit tests') }),
      check('test', 'success', { id: 2, workflow: createWorkflow('Docs') }),
    ],
    is: 'failure',
    also: { because: 'test (Unit tests, pull_request) failed on aaaaaaa' },
  },
  {
    title: 'a green job for push does not hide the red one for pull_request',
    checks: [
      check('test', 'failure', { id: 1, workflow: createWorkflow('CI', 'pull_request') }),
      check('test', 'success', { id: 2, workflow: createWorkflow('CI', 'push') }),
    ],
    is: 'failure',
    also: { because: 'test (CI, pull_request) failed on aaaaaaa' },
  },
  {
    title: 'a job that runs in one workflow is waited for although another one is green',
    checks: [
      check('test', 'in_progress', { id: 1, workflow: createWorkflow('Unit tests') }),
      check('test', 'success', { id: 2, workflow: createWorkflow('Docs') }),
    ],
    is: 'pending',
  },
  {
    title: 'a required name is met only if all jobs of the name are green',
    checks: [
      check('test', 'success', { id: 1, workflow: createWorkflow('Unit tests') }),
      check('test', 'failure', { id: 2, workflow: createWorkflow('Docs') }),
    ],
    policy: { required: ['test'] },
    is: 'failure',
  },

  // Suites without check runs, beside the green status of a licence bot.
  ...(['startup_failure', 'failure', 'cancelled', 'timed_out'] as const).map(
    (state): Row => ({
      title: `a workflow that ended as ${state} without a job is a failure`,
      checks: [status('license/cla', 'success')],
      seen: { suites: [createRunSuite(state)] },
      is: 'failure',
      also: {
        because: 'workflow Release failed on aaaaaaa',
        rerunnable: [expect.objectContaining({ kind: 'suite', workflowRunId: 80 })],
      },
    }),
  ),
  {
    title: 'workflows that are held for approval need a person, with the links',
    checks: [status('license/cla', 'success')],
    seen: {
      suites: [
        createRunSuite('action_required'),
        createRunSuite('action_required', {
          id: 9,
          workflowRun: { id: 90, url: 'https://x/90', workflow: createWorkflow('CI') },
        }),
      ],
    },
    is: 'action_required',
    also: {
      because:
        'a person must approve on aaaaaaa: workflow CI (https://x/90) and workflow Release ' +
        '(https://github.com/acme/widgets/actions/runs/80)',
    },
  },
  ...running.map(
    (state): Row => ({
      title: `a workflow that is ${state} without a job is waited for`,
      checks: [status('license/cla', 'success')],
      seen: { suites: [createRunSuite(state)], readAt: at(60) },
      is: 'pending',
      also: { open: [expect.objectContaining({ label: 'workflow Release' })], deadline: at(60) },
    }),
  ),
  {
    title: 'a workflow that never starts a job is a timeout after the wait',
    checks: [status('license/cla', 'success')],
    seen: { suites: [createRunSuite('queued')], readAt: at(61) },
    is: 'timeout',
  },
  {
    title: 'a failure waits for a workflow that has not started',
    checks: [check('unit', 'failure')],
    seen: { suites: [createRunSuite('queued')] },
    is: 'pending',
    also: { failed: matchNames('unit') },
  },
  {
    title: 'the queued suite of an app that never runs blocks nothing',
    checks: [check('unit', 'success')],
    seen: { suites: [createAppSuite('queued')] },
    is: 'success',
  },
  {
    title: 'a green suite without check runs is no check',
    checks: [],
    seen: { suites: [createRunSuite('success')], readAt: at(6) },
    policy: { allow_only_neutral: true },
    is: 'missing',
  },
  {
    title: 'a suite that was re-run is waited for like a check',
    checks: [status('license/cla', 'success')],
    seen: {
      suites: [createRunSuite('cancelled')],
      reruns: [
        createRerun([check('Release', 'cancelled', { kind: 'suite', id: 8, completedAt: null })]),
      ],
      readAt: at(7),
    },
    is: 'pending',
    also: { deadline: at(8) },
  },
  {
    title: 'a suite whose re-run starts nothing counts after the grace period',
    checks: [status('license/cla', 'success')],
    seen: {
      suites: [createRunSuite('cancelled')],
      reruns: [
        createRerun([check('Release', 'cancelled', { kind: 'suite', id: 8, completedAt: null })]),
      ],
      readAt: at(9),
    },
    is: 'failure',
    also: { rerunnable: [] },
  },

  // Suites that the server does not tell.
  {
    title: 'without the list of suites nothing passes',
    checks: [check('unit', 'success')],
    seen: { suites: null },
    is: 'pending',
    also: { deadline: at(60) },
  },
  {
    title: 'without the list of suites CI is missing after the wait, and says what to do',
    checks: [check('unit', 'success')],
    seen: { suites: null, readAt: at(61) },
    is: 'missing',
    also: { because: expect.stringContaining('ci.required') },
  },
  {
    title: 'without the list of suites a failure still counts',
    checks: [check('unit', 'failure')],
    seen: { suites: null },
    is: 'failure',
  },
  {
    title: 'without the list of suites CI passes by the names in policy',
    checks: [check('unit', 'success')],
    seen: { suites: null },
    policy: { required: ['unit'] },
    is: 'success',
  },

  // Conclusions.
  ...running.map(
    (state): Row => ({
      title: `${state} is pending`,
      checks: [check('unit', state), check('lint', 'success')],
      is: 'pending',
    }),
  ),
  {
    title: 'neutral counts as success beside a real success',
    checks: [check('unit', 'success'), check('lint', 'neutral')],
    is: 'success',
  },
  {
    title: 'skipped counts as success beside a real success',
    checks: [check('unit', 'success'), check('lint', 'skipped')],
    is: 'success',
  },
  { title: 'cancelled is a failure', checks: [check('unit', 'cancelled')], is: 'failure' },
  { title: 'timed_out is a failure', checks: [check('unit', 'timed_out')], is: 'failure' },
  {
    title: 'startup_failure is a failure',
    checks: [check('unit', 'startup_failure')],
    is: 'failure',
  },
  { title: 'stale is pending', checks: [check('unit', 'stale')], is: 'pending' },
  {
    title: 'action_required needs a person',
    checks: [check('unit', 'success'), check('approve', 'action_required')],
    is: 'action_required',
    also: { checks: matchNames('approve') },
  },
  {
    title:
      'action_required does not wait for open checks, which may wait for the person themselves',
    checks: [check('unit', 'in_progress'), check('approve', 'action_required')],
    is: 'action_required',
  },
  {
    title: 'a failure outranks action_required, which the next attempt meets again',
    checks: [check('unit', 'failure'), check('approve', 'action_required')],
    is: 'failure',
  },
  {
    title: 'policy decides what a conclusion means: neutral may fail',
    checks: [check('unit', 'success'), check('lint', 'neutral')],
    policy: { conclusions: { ...shipped.conclusions, neutral: 'failure' } },
    is: 'failure',
  },
  {
    title: 'policy decides what a conclusion means: cancelled may be pending',
    checks: [check('unit', 'cancelled')],
    policy: { conclusions: { ...shipped.conclusions, cancelled: 'pending' } },
    is: 'pending',
  },

  // Only neutral and skipped.
  {
    title: 'only neutral and skipped is pending within the grace period',
    checks: [check('unit', 'neutral'), check('lint', 'skipped')],
    is: 'pending',
    also: { deadline: at(5) },
  },
  {
    title: 'only neutral and skipped is missing after the grace period',
    checks: [check('unit', 'neutral'), check('lint', 'skipped')],
    seen: { readAt: at(6) },
    is: 'missing',
  },
  {
    title: 'only neutral and skipped passes where policy allows it',
    checks: [check('unit', 'neutral'), check('lint', 'skipped')],
    policy: { allow_only_neutral: true },
    is: 'success',
  },
  {
    title: 'an empty list does not pass where policy allows only neutral',
    checks: [],
    policy: { allow_only_neutral: true },
    seen: { readAt: at(6) },
    is: 'missing',
  },
  {
    title: 'a required check that was skipped is not a success',
    checks: [check('unit', 'skipped')],
    policy: { required: ['unit'] },
    seen: { readAt: at(6) },
    is: 'missing',
  },
  {
    title: 'a cancelled check that policy lets pass is not a success',
    checks: [check('unit', 'cancelled')],
    policy: { conclusions: { ...shipped.conclusions, cancelled: 'success' } },
    seen: { readAt: at(6) },
    is: 'missing',
  },

  // Required names.
  {
    title: 'with required names, others do not count',
    checks: [check('unit', 'success'), check('lint', 'failure'), check('slow', 'in_progress')],
    policy: { required: ['unit'] },
    is: 'success',
  },
  {
    title: 'a failed required check is a failure',
    checks: [check('unit', 'failure'), check('lint', 'success')],
    policy: { required: ['unit'] },
    is: 'failure',
  },
  {
    title: 'what the branch requires does not count beside names in policy',
    checks: [check('unit', 'success')],
    policy: { required: ['unit'] },
    seen: { requiredByBranch: createRequired('e2e') },
    is: 'success',
  },
  {
    title: 'without names in policy, those of the branch are waited for',
    checks: [check('unit', 'success')],
    seen: { requiredByBranch: createRequired('unit', 'e2e'), readAt: at(6) },
    is: 'pending',
    also: { missing: matchNames('e2e'), deadline: at(60) },
  },
  {
    title: 'a branch whose rules we may not read requires nothing',
    checks: [check('unit', 'success')],
    seen: { requiredByBranch: null },
    is: 'success',
  },
  {
    title: 'a required check never created is pending to the end of the wait',
    checks: [check('unit', 'success')],
    policy: { required: ['unit', 'e2e'] },
    seen: { readAt: at(60) },
    is: 'pending',
  },
  {
    title: 'a required check never created is missing when the wait is over',
    checks: [check('unit', 'success')],
    policy: { required: ['unit', 'e2e'] },
    seen: { readAt: at(60.1) },
    is: 'missing',
    also: { missing: matchNames('e2e') },
  },
  {
    title: 'if no check was created, a required check still has the full wait',
    checks: [],
    policy: { required: ['unit'] },
    seen: { readAt: at(6) },
    is: 'pending',
  },
  {
    title: 'a required name is met by a status too',
    checks: [status('ci', 'success')],
    policy: { required: ['ci'] },
    is: 'success',
  },
  {
    title: 'nothing is required if policy ignores every required name',
    checks: [check('unit', 'success')],
    policy: { required: ['unit'], ignore: ['unit'] },
    seen: { readAt: at(6) },
    is: 'missing',
  },

  {
    title: 'a required check that is pinned to an app is not met by a status of its name',
    checks: [check('lint', 'success'), status('build', 'success')],
    seen: { requiredByBranch: [{ name: 'build', app: { slug: 'github-actions', id: 15368 } }] },
    is: 'pending',
    also: {
      because: expect.stringContaining('the commit status of ci-bot cannot replace'),
      deadline: at(60),
    },
  },
  {
    title: 'a pinned check that only a status of its name exists for is missing after the wait',
    checks: [check('lint', 'success'), status('build', 'success')],
    seen: {
      requiredByBranch: [{ name: 'build', app: { slug: null, id: 15368 } }],
      readAt: at(61),
    },
    is: 'missing',
    also: { missing: matchNames('build') },
  },
  {
    title: 'a pin of the branch applies to the name in policy too',
    checks: [status('build', 'success')],
    policy: { required: ['build'] },
    seen: { requiredByBranch: [{ name: 'build', app: { slug: 'github-actions', id: null } }] },
    is: 'pending',
  },
  {
    title: 'a pinned check is met by the app',
    checks: [check('build', 'success'), status('build', 'success')],
    seen: { requiredByBranch: [{ name: 'build', app: { slug: null, id: 15368 } }] },
    is: 'success',
  },

  // Suites beside names in policy.
  {
    title: 'beside names in policy a workflow without jobs does not count',
    checks: [check('unit', 'success')],
    policy: { required: ['unit'] },
    seen: { suites: [createRunSuite('startup_failure')], readAt: at(6) },
    is: 'success',
  },
  {
    title: 'beside names in policy a workflow that starts a required check again is waited for',
    checks: [check('unit', 'success', { workflow: createWorkflow('Release') })],
    policy: { required: ['unit'] },
    seen: { suites: [createRunSuite('queued')] },
    is: 'pending',
  },
  {
    title: 'a missing name is waited for within the grace period, whatever did not start',
    checks: [],
    policy: { required: ['unit'] },
    seen: { suites: [createRunSuite('action_required')], readAt: at(5) },
    is: 'pending',
  },
  {
    title: 'a missing name is explained by a workflow that waits for approval',
    checks: [],
    policy: { required: ['unit'] },
    seen: { suites: [createRunSuite('action_required')], readAt: at(6) },
    is: 'action_required',
  },
  {
    title: 'a missing name is explained by a workflow that failed to start',
    checks: [],
    policy: { required: ['unit'] },
    seen: { suites: [createRunSuite('startup_failure')], readAt: at(6) },
    is: 'failure',
  },
  {
    title: 'a missing name behind a queued workflow is missing after the wait',
    checks: [],
    policy: { required: ['unit'] },
    seen: { suites: [createRunSuite('queued')], readAt: at(61) },
    is: 'missing',
  },

  // The wait.
  {
    title: 'a check that never ends is pending until the end of the wait',
    checks: [check('unit', 'in_progress')],
    seen: { readAt: at(60) },
    is: 'pending',
    also: { deadline: at(60) },
  },
  {
    title: 'a check that never ends is a timeout after the wait',
    checks: [check('unit', 'in_progress'), check('lint', 'success')],
    seen: { readAt: at(60.1) },
    is: 'timeout',
    also: { open: matchNames('unit') },
  },
  {
    title: 'a check that was queued and never started is a timeout',
    checks: [check('unit', 'queued', { startedAt: null })],
    policy: { required: ['unit'] },
    seen: { readAt: at(61) },
    is: 'timeout',
  },
  {
    title: 'a hanging check outranks the checks that it keeps from being created',
    checks: [check('unit', 'in_progress')],
    policy: { required: ['unit', 'e2e'] },
    seen: { readAt: at(61) },
    is: 'timeout',
  },
  {
    title: 'a failure waits for checks that still run',
    checks: [check('unit', 'failure'), check('lint', 'queued')],
    is: 'pending',
    also: { failed: matchNames('unit'), open: matchNames('lint') },
  },
  {
    title: 'a failure waits for running checks until the end of the wait at most',
    checks: [check('unit', 'failure'), check('lint', 'queued')],
    seen: { readAt: at(61) },
    is: 'failure',
    also: { failed: matchNames('unit'), rerunnable: [] },
  },
  {
    title: 'a failure does not wait for checks that were never created',
    checks: [check('unit', 'failure')],
    policy: { required: ['unit', 'e2e'] },
    is: 'failure',
  },
  {
    title: 'all failures are reported together',
    checks: [check('unit', 'failure'), check('lint', 'timed_out'), check('docs', 'success')],
    is: 'failure',
    also: { failed: matchNames('lint', 'unit') },
  },

  // Running it once more.
  {
    title: 'failed jobs may be re-run',
    checks: [failed],
    is: 'failure',
    also: { rerunnable: [failed] },
  },
  {
    title: 'suites of other apps may be re-run',
    checks: [failed, other],
    is: 'failure',
    also: { rerunnable: [other, failed] },
  },
  {
    title: 'nothing is re-run if policy forbids it',
    checks: [failed],
    policy: { rerun_failed_once: false },
    is: 'failure',
    also: { rerunnable: [] },
  },
  {
    title: 'nothing is re-run twice for one commit',
    checks: [failed],
    seen: { reruns: [createRerun([check('e2e', 'failure')])] },
    is: 'failure',
    also: { rerunnable: [] },
  },
  {
    title: 'a status cannot be re-run, so its failure counts and nothing is re-run',
    checks: [failed, status('ci', 'failure')],
    is: 'failure',
    also: { rerunnable: [] },
  },
  {
    title: 'an unanswered re-run request is waited for',
    checks: [failed],
    seen: { reruns: [createRerun([failed], { acceptedAt: null })], readAt: at(20) },
    is: 'pending',
  },
  {
    title: 'after a refused re-run request the failure counts',
    checks: [failed],
    seen: { reruns: [createRerun([failed], { acceptedAt: null, refused: true })] },
    is: 'failure',
    also: { rerunnable: [] },
  },
  {
    title: 'if one of two re-runs is refused, its failure counts once the other has ended',
    checks: [failed, other],
    seen: {
      reruns: [createRerun([failed]), createRerun([other], { acceptedAt: null, refused: true })],
    },
    is: 'pending',
    also: { failed: [other] },
  },
  {
    title: 'after an accepted re-run the older failure is pending within the grace period',
    checks: [failed],
    seen: { reruns: [createRerun([failed])], readAt: at(8) },
    is: 'pending',
    also: { deadline: at(8) },
  },
  {
    title:
      'after an accepted re-run the older failure counts if none was queued within the grace period',
    checks: [failed],
    seen: { reruns: [createRerun([failed])], readAt: at(8.1) },
    is: 'failure',
    also: { rerunnable: [] },
  },
  {
    title: 'after an accepted re-run a check queued after the grace period is waited for',
    checks: [failed, check('unit', 'queued')],
    seen: { reruns: [createRerun([failed])], readAt: at(20) },
    is: 'pending',
  },
  {
    title: 'after an accepted re-run the same check back in the queue is waited for',
    checks: [{ ...failed, state: 'queued', completedAt: null }],
    seen: { reruns: [createRerun([failed])], readAt: at(20) },
    is: 'pending',
  },
  {
    title: 'after an accepted re-run a newer failure of that name is final',
    checks: [failed, check('unit', 'failure')],
    seen: { reruns: [createRerun([failed])] },
    is: 'failure',
    also: { rerunnable: [] },
  },
  {
    title:
      'after an accepted re-run the same check with another completion time is a newer failure',
    checks: [{ ...failed, completedAt: at(4) }],
    seen: { reruns: [createRerun([failed])] },
    is: 'failure',
  },
  {
    title: 'after an accepted re-run a newer success passes',
    checks: [failed, check('unit', 'success')],
    seen: { reruns: [createRerun([failed])] },
    is: 'success',
  },
  {
    title: 'after an accepted re-run a failure that was not re-run counts',
    checks: [failed, check('lint', 'failure', { app: 'x' })],
    seen: { reruns: [createRerun([failed])], readAt: at(8.1) },
    is: 'failure',
  },
  {
    title: 'a re-run restarts the wait',
    checks: [{ ...failed, state: 'queued', completedAt: null }],
    seen: {
      reruns: [createRerun([failed], { acceptedAt: at(59) })],
      waitStartedAt: at(59),
      readAt: at(100),
    },
    is: 'pending',
    also: { deadline: at(119) },
  },
]

describe('the CI outcome of a commit', () => {
  test.each(rows)('$title', ({ checks, seen = {}, policy = {}, is, also = {} }) => {
    expect(
      computeCiOutcome(createChecks(checks, seen), at(1000), { ...shipped, ...policy }),
    ).toMatchObject({
      kind: is,
      commit: head,
      ...also,
    })
  })

  test('a reading stamped in the future of the database ends nothing', () => {
    expect(computeCiOutcome(createChecks([], { readAt: at(500) }), at(2), shipped).kind).toBe(
      'pending',
    )
  })
})

const states: readonly CheckState[] = [
  ...running,
  'success',
  'failure',
  'neutral',
  'skipped',
  'cancelled',
  'stale',
  'timed_out',
  'startup_failure',
  'action_required',
]
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null })
const moment = fc.integer({ min: 0, max: 90 }).map(at)
const anyName = fc.constantFrom('unit', 'lint', 'e2e', 'codex-judge')
const anyWorkflow = maybe(
  fc.record({
    id: maybe(fc.integer({ min: 1, max: 2 })),
    name: fc.constantFrom('CI', 'Docs'),
    event: fc.constantFrom('push', 'pull_request'),
  }),
)
const anyApp = fc.constantFrom('github-actions', 'circleci', '')
const anyAppId = maybe(fc.integer({ min: 1, max: 2 }))
const anyCheck: fc.Arbitrary<Check> = fc.record({
  kind: fc.constantFrom('check_run', 'status'),
  name: anyName,
  label: fc.constant('label'),
  app: anyApp,
  appId: anyAppId,
  byApp: fc.boolean(),
  workflow: anyWorkflow,
  id: fc.integer({ min: 0, max: 6 }),
  suiteId: maybe(fc.integer({ min: 1, max: 3 })),
  workflowRunId: maybe(fc.integer({ min: 1, max: 3 })),
  runAttempt: maybe(fc.integer({ min: 1, max: 3 })),
  state: fc.constantFrom(...states),
  url: fc.constant(null),
  summary: fc.constant(null),
  startedAt: maybe(moment),
  completedAt: maybe(moment),
  required: fc.boolean(),
})
const anySuite: fc.Arbitrary<CheckSuite> = fc.record({
  id: maybe(fc.integer({ min: 1, max: 3 })),
  app: anyApp,
  appId: anyAppId,
  state: fc.constantFrom(...states),
  hasRuns: fc.boolean(),
  branch: fc.constantFrom('codex/issue-41', null),
  createdAt: maybe(moment),
  workflowRun: maybe(
    fc.record({
      id: maybe(fc.integer({ min: 1, max: 3 })),
      url: fc.constant(null),
      workflow: anyWorkflow,
    }),
  ),
})
const anyRequired: fc.Arbitrary<RequiredCheck> = fc.record({
  name: anyName,
  app: maybe(
    fc.record({ slug: maybe(fc.constantFrom('github-actions', 'circleci')), id: anyAppId }),
  ),
})
const anySeen: fc.Arbitrary<CommitChecks> = fc.array(anyCheck, { maxLength: 8 }).chain((checks) =>
  fc.record({
    commit: fc.constant(head),
    checks: fc.constant(checks),
    suites: maybe(fc.array(anySuite, { maxLength: 4 })),
    requiredByBranch: maybe(fc.array(anyRequired, { maxLength: 2 })),
    waitStartedAt: moment,
    graceStartedAt: moment,
    ourContext: fc.constant('codex-judge'),
    setsCheckRun: fc.boolean(),
    reruns: fc.array(
      fc.record({
        acceptedAt: maybe(moment),
        refused: fc.boolean(),
        failures: fc.subarray(checks),
      }),
      {
        maxLength: 2,
      },
    ),
    readAt: moment,
  }),
)
const anyPolicy: fc.Arbitrary<CiPolicy> = fc.record({
  wait: fc.integer({ min: 0, max: 60 }).map((n) => n * minute),
  no_checks_grace: fc.integer({ min: 0, max: 60 }).map((n) => n * minute),
  required: fc.array(anyName, { maxLength: 2 }),
  ignore: fc.array(fc.constantFrom('lint', 'e*', '', '**', '[', '!unit'), { maxLength: 1 }),
  rerun_failed_once: fc.boolean(),
  conclusions: fc.record({
    neutral: fc.constantFrom('success', 'failure', 'pending', 'human'),
    skipped: fc.constantFrom('success', 'failure', 'pending', 'human'),
    cancelled: fc.constantFrom('success', 'failure', 'pending', 'human'),
    stale: fc.constantFrom('success', 'failure', 'pending', 'human'),
    timed_out: fc.constantFrom('success', 'failure', 'pending', 'human'),
    startup_failure: fc.constantFrom('success', 'failure', 'pending', 'human'),
    action_required: fc.constantFrom('success', 'failure', 'pending', 'human'),
  }),
  allow_only_neutral: fc.boolean(),
})
const late = at(100_000)

prop.prop([anySeen, anyPolicy])(
  'every input has an outcome about its own commit',
  (seen, policy) => {
    expect(computeCiOutcome(seen, late, policy).commit).toBe(seen.commit)
  },
)

prop.prop([anySeen, anyPolicy])('the order of the lists never matters', (seen, policy) => {
  const turned = {
    ...seen,
    checks: seen.checks.toReversed(),
    suites: seen.suites?.toReversed() ?? null,
    reruns: seen.reruns.toReversed(),
    requiredByBranch: seen.requiredByBranch?.toReversed() ?? null,
  }
  const { required, ...rest } = policy
  expect(computeCiOutcome(turned, late, { ...rest, required: required.toReversed() })).toEqual(
    computeCiOutcome(seen, late, policy),
  )
})

prop.prop([anySeen, anyPolicy, fc.constantFrom(...states)])(
  'an older run of the same name changes nothing',
  (seen, policy, state) => {
    const older = seen.checks.map(
      (one): Check => ({
        ...one,
        state,
        id: one.kind === 'status' ? one.id : one.id - 100,
        startedAt: at(-1),
        completedAt: at(-1),
      }),
    )
    const timed = {
      ...seen,
      checks: seen.checks.map((one) => ({ ...one, id: one.kind === 'status' ? 0 : one.id })),
    }
    const withOlder = {
      ...timed,
      checks: [
        ...timed.checks,
        ...older.map((one) => ({ ...one, id: one.kind === 'status' ? 0 : one.id })),
      ],
    }
    expect(computeCiOutcome(withOlder, late, policy)).toEqual(computeCiOutcome(timed, late, policy))
  },
)

prop.prop([anySeen, anyPolicy])(
  'our own status changes nothing, whatever its state',
  (seen, policy) => {
    const without = {
      ...seen,
      checks: seen.checks.filter(({ kind, name }) => kind !== 'status' || name !== seen.ourContext),
    }
    expect(computeCiOutcome(seen, late, policy)).toEqual(computeCiOutcome(without, late, policy))
  },
)

prop.prop([anySeen, anyPolicy])(
  'success needs a check that passed, and nothing open, failed or missing',
  (seen, policy) => {
    const outcome = computeCiOutcome(seen, late, policy)
    if (outcome.kind !== 'success') return
    expect(outcome.passed.length).toBeGreaterThan(0)
    expect(
      outcome.passed.every(({ state }) => !running.includes(state) && state !== 'failure'),
    ).toBe(true)
    if (!policy.allow_only_neutral)
      expect(outcome.passed.some(({ state }) => state === 'success')).toBe(true)
  },
)

prop.prop([anySeen, anyPolicy, moment, moment])(
  'time alone moves pending to one final outcome, and never to success',
  (seen, policy, a, b) => {
    const [early, later] = [a, b].sort((x, y) => x - y)
    if (early === undefined || later === undefined) return
    const first = computeCiOutcome({ ...seen, readAt: early }, late, policy)
    const second = computeCiOutcome({ ...seen, readAt: later }, late, policy)
    if (first.kind === 'pending') expect(second.kind).not.toBe('success')
    else expect(second.kind).toBe(first.kind)
  },
)

prop.prop([anySeen, anyPolicy])('no outcome is pending after its deadlines', (seen, policy) => {
  expect(computeCiOutcome({ ...seen, readAt: at(500) }, late, policy).kind).not.toBe('pending')
})

prop.prop([anySeen, anyPolicy])(
  'a reading after the deadline of a pending outcome gives another outcome or another deadline',
  (seen, policy) => {
    const outcome = computeCiOutcome(seen, late, policy)
    if (outcome.kind !== 'pending') return
    expect(outcome.deadline).toBeGreaterThanOrEqual(seen.readAt)
    const next = computeCiOutcome({ ...seen, readAt: addMillis(outcome.deadline, 1) }, late, policy)
    if (next.kind === 'pending') expect(next.deadline).toBeGreaterThan(outcome.deadline)
  },
)
