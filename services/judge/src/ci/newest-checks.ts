import type { Check, CheckState, CheckSuite } from '../github/snapshot.ts'

/**
 * The newest check of each name, because GitHub lists older runs too. Check runs of one name by two
 * apps, of two workflows, or of one workflow for two events are different checks, and each counts;
 * a status is identified by its context alone. The result is sorted and does not depend on the
 * order of the input.
 */
export const selectNewestChecks = (checks: readonly Check[]): readonly Check[] =>
  selectNewest(checks, {
    toKey: buildCheckKey,
    // A check that has not started counts as newer than every check that has.
    getStart: ({ startedAt, completedAt }) => startedAt ?? completedAt ?? Number.POSITIVE_INFINITY,
  })

type CheckIdentity = Pick<Check, 'kind' | 'name'> & SuiteMember

/** Equal for the results of one check on one commit, and for no others. */
export const buildCheckKey = (check: CheckIdentity): string =>
  JSON.stringify([check.name, check.kind, ...(check.kind === 'status' ? [] : getOrigin(check))])

/**
 * The newest suite of each app, and of each workflow and event. A pull request that is reopened
 * gets a new run of each workflow, and a second attempt of a run replaces the first.
 */
export const selectNewestSuites = (suites: readonly CheckSuite[]): readonly CheckSuite[] =>
  selectNewest(suites, {
    toKey: (suite) => JSON.stringify(getOrigin(toMember(suite))),
    getStart: ({ createdAt }) => createdAt ?? Number.POSITIVE_INFINITY,
  })

/** Whether a check and a suite come from the same app, and the same workflow and event. */
export const isOfSameOrigin = (check: Check, suite: CheckSuite): boolean =>
  JSON.stringify(getOrigin(check)) === JSON.stringify(getOrigin(toMember(suite)))

const toMember = ({ app, id, workflowRun }: CheckSuite): SuiteMember => ({
  app,
  workflow: workflowRun?.workflow ?? null,
  workflowRunId: workflowRun?.id ?? null,
  suiteId: id,
})

type SuiteMember = Pick<Check, 'app' | 'workflow' | 'workflowRunId' | 'suiteId'>

/**
 * What a check belongs to besides its name. Where the workflows of Actions cannot be read, each run
 * or suite stands for itself: a second result of a name then hides no first one, which may be
 * another workflow's.
 */
function getOrigin({
  app,
  workflow,
  workflowRunId,
  suiteId,
}: SuiteMember): readonly (string | number | null)[] {
  if (workflow !== null) return [app, workflow.id ?? workflow.name, workflow.event]
  if (app !== 'github-actions') return [app]
  return workflowRunId === null ? [app, 'suite', suiteId] : [app, 'run', workflowRunId]
}

interface Ordered {
  readonly id: number | null
  readonly state: CheckState
}

function selectNewest<T extends Ordered>(
  items: readonly T[],
  { toKey, getStart }: { toKey: (item: T) => string; getStart: (item: T) => number },
): readonly T[] {
  const newest = new Map<string, T>()
  for (const item of items) {
    const key = toKey(item)
    const other = newest.get(key)
    if (other === undefined || isNewer(item, other, getStart)) newest.set(key, item)
  }
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
}

/**
 * GitHub numbers check runs and suites in order of creation, so the id decides first. A status has
 * no id, so its time decides. If both are equal, the state that lets less pass wins.
 */
function isNewer<T extends Ordered>(a: T, b: T, getStart: (item: T) => number): boolean {
  const [idA, idB] = [a.id ?? 0, b.id ?? 0]
  if (idA !== idB) return idA > idB
  const [startA, startB] = [getStart(a), getStart(b)]
  if (startA !== startB) return startA > startB
  const [careA, careB] = [rankCaution(a.state), rankCaution(b.state)]
  if (careA !== careB) return careA > careB
  return JSON.stringify(a) > JSON.stringify(b)
}

function rankCaution(state: CheckState): number {
  switch (state) {
    case 'success':
      return 0
    case 'neutral':
    case 'skipped':
      return 1
    case 'failure':
    case 'cancelled':
    case 'stale':
    case 'timed_out':
    case 'startup_failure':
    case 'action_required':
      return 2
    case 'queued':
    case 'in_progress':
    case 'requested':
    case 'waiting':
    case 'pending':
      return 3
    default:
      return state satisfies never
  }
}
