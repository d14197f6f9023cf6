import type {
  Check,
  CheckState,
  CheckSuite,
  CheckWorkflow,
} from '../../services/judge/src/github/snapshot.ts'
import { addMillis, toInstant } from '../../services/judge/src/lib/instant.ts'
import type { CiPolicy } from '../../services/judge/src/policy/policy.ts'

/* Checks and suites of one commit, as GitHub reports them. */

const minute = 60_000
const start = toInstant('2026-05-01T12:00:00Z')

export const ciPolicy: CiPolicy = {
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

export const createWorkflow = (
  name: string,
  event = 'pull_request',
  id: number | null = name.length,
): CheckWorkflow => ({ id, name, event })

export const openStates: readonly CheckState[] = [
  'queued',
  'in_progress',
  'requested',
  'waiting',
  'pending',
]

export function createJob(name: string, state: CheckState, over: Partial<Check> = {}): Check {
  return {
    kind: 'check_run',
    name,
    label: name,
    app: 'github-actions',
    appId: 15368,
    byApp: true,
    workflow: createWorkflow('CI'),
    id: 100,
    suiteId: 7,
    workflowRunId: 70,
    runAttempt: null,
    state,
    url: null,
    summary: null,
    startedAt: addMillis(start, minute),
    completedAt: openStates.includes(state) ? null : addMillis(start, 2 * minute),
    required: false,
    ...over,
  }
}

/** A commit status: of a person, or of an app, whose login is its slug. */
export const createStatus = (name: string, state: CheckState, over: Partial<Check> = {}): Check =>
  createJob(name, state, {
    kind: 'status',
    app: 'octo-dev',
    appId: null,
    byApp: false,
    workflow: null,
    id: 0,
    suiteId: null,
    workflowRunId: null,
    ...over,
  })

/** The suite of a run of an Actions workflow, without check runs. */
export const createRunSuite = (state: CheckState, over: Partial<CheckSuite> = {}): CheckSuite => ({
  id: 8,
  app: 'github-actions',
  appId: 15368,
  state,
  hasRuns: false,
  createdAt: start,
  branch: 'codex/issue-7',
  workflowRun: {
    id: 80,
    url: 'https://github.com/acme/widgets/actions/runs/80',
    workflow: createWorkflow('Release'),
  },
  ...over,
})

/** The suite of another app, without check runs. */
export const createAppSuite = (state: CheckState, over: Partial<CheckSuite> = {}): CheckSuite =>
  createRunSuite(state, { id: 9, app: 'circleci', appId: 18001, workflowRun: null, ...over })
