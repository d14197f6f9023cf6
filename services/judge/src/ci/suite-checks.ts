import type { Check, CheckState, CheckSuite } from '../github/snapshot.ts'
import type { CiPolicy } from '../policy/policy.ts'
import { classifyState, isOpenState } from './classify-state.ts'
import { selectNewestSuites } from './newest-checks.ts'

/** What suites are read beside: the newest checks of the same commit, ignored ones included. */
interface SuiteContext {
  readonly checks: readonly Check[]
  readonly isIgnored: (name: string) => boolean
  readonly policy: CiPolicy
}

/**
 * The suites that say something about the commit that no check run says, each as one check. GitHub
 * shows them in no list of checks.
 *
 * - A run of an Actions workflow that has not finished, although none of its jobs is open: it waits
 *   for approval or behind a concurrency group, or its next jobs do not exist yet.
 * - A run that failed although none of its jobs did: its file is invalid, it was cancelled before
 *   or between jobs, or a person must approve it (`action_required`).
 *
 * None of them ever counts as a success: where no job ran, nothing was proven. A workflow whose
 * jobs were all skipped has check runs, and one that a path filter excludes has no suite.
 */
export function toSuiteChecks(
  suites: readonly CheckSuite[],
  context: SuiteContext,
): readonly Check[] {
  return selectNewestSuites(suites)
    .filter((suite) =>
      isOfActions(suite) ? countsOwn(suite, context) : countsOther(suite, context),
    )
    .map(toCheck)
    .filter(({ name }) => !context.isIgnored(name))
}

const isOfActions = ({ app, workflowRun }: CheckSuite): boolean =>
  workflowRun !== null || app === 'github-actions'

function countsOwn(suite: CheckSuite, { checks, isIgnored, policy }: SuiteContext): boolean {
  if (classifyState(suite.state, policy) === 'success') return false
  const jobs = suite.id === null ? [] : checks.filter(({ suiteId }) => suiteId === suite.id)
  if (jobs.length > 0 && jobs.every(({ name }) => isIgnored(name))) return false
  if (isOpenState(suite.state)) return !jobs.some(({ state }) => isOpenState(state))
  if (!suite.hasRuns) return true
  return jobs.length > 0 && jobs.every(({ state }) => classifyState(state, policy) === 'success')
}

/** GitHub computes these conclusions from check runs; they outlive the runs, which it deletes. */
const failures: readonly CheckState[] = [
  'failure',
  'cancelled',
  'timed_out',
  'startup_failure',
  'action_required',
]

/**
 * A suite of another app counts only if it failed and has no check run that says so. GitHub creates
 * a queued suite for every app that may write checks, also for those that never run on the
 * repository, and calls it stale two weeks later: neither says anything.
 */
const countsOther = ({ hasRuns, state }: CheckSuite, { policy }: SuiteContext): boolean =>
  !hasRuns && failures.includes(state) && classifyState(state, policy) !== 'success'

/**
 * The time at which a suite ended is not read, so a second failure of one suite looks like its
 * first. After a re-run it therefore counts at the end of the grace period.
 */
function toCheck({ id, app, appId, state, createdAt, workflowRun }: CheckSuite): Check {
  const workflow = workflowRun?.workflow ?? null
  const fallback = app === 'github-actions' ? 'GitHub Actions' : app
  return {
    kind: 'suite',
    name: workflow?.name ?? fallback,
    label: workflow === null ? `the check suite of ${fallback}` : `workflow ${workflow.name}`,
    app,
    appId,
    byApp: true,
    workflow,
    id: id ?? 0,
    suiteId: id,
    workflowRunId: workflowRun?.id ?? null,
    runAttempt: null,
    state,
    url: workflowRun?.url ?? null,
    summary: describeSuite(state),
    startedAt: createdAt,
    completedAt: null,
    required: false,
  }
}

function describeSuite(state: CheckState): string {
  if (state === 'action_required') return 'GitHub runs it only after a person has approved it.'
  if (isOpenState(state)) return 'It has not finished, and no job of it is running now.'
  return `GitHub ended it as ${state} although no job of it failed, so there is no log of a job.`
}
