import type { Check, CheckState } from '../github/snapshot.ts'

/**
 * The newest check of each name, because GitHub lists older runs too. Check runs of one name by two
 * apps are two checks; a status is identified by its context alone. The result is sorted and does
 * not depend on the order of the input.
 */
export function selectNewestChecks(checks: readonly Check[]): readonly Check[] {
  const newest = new Map<string, Check>()
  for (const check of checks) {
    const key = JSON.stringify([check.name, check.kind, check.kind === 'status' ? '' : check.app])
    const other = newest.get(key)
    if (other === undefined || isNewer(check, other)) newest.set(key, check)
  }
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, check]) => check)
}

/**
 * GitHub numbers check runs in order of creation, so the id decides first. A status has no id, so
 * its time decides. If both are equal, the state that lets less pass wins.
 */
function isNewer(a: Check, b: Check): boolean {
  if (a.id !== b.id) return a.id > b.id
  const [startA, startB] = [getStartTime(a), getStartTime(b)]
  if (startA !== startB) return startA > startB
  const [careA, careB] = [rankCaution(a.state), rankCaution(b.state)]
  if (careA !== careB) return careA > careB
  return JSON.stringify(a) > JSON.stringify(b)
}

/** A check that has not started counts as newer than every check that has. */
const getStartTime = (check: Check): number =>
  check.startedAt ?? check.completedAt ?? Number.POSITIVE_INFINITY

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
