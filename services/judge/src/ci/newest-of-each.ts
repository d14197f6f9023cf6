import type { Check, CheckState } from '../github/snapshot.ts'

/**
 * Of the checks that share a name, the newest: GitHub lists older runs too. Check runs of one name
 * by two apps are two checks; a status has only its context, and who posted it does not matter. The
 * result is sorted, and no order of the input changes it.
 */
export function newestOfEach(checks: readonly Check[]): readonly Check[] {
  const newest = new Map<string, Check>()
  for (const check of checks) {
    const key = JSON.stringify([check.name, check.kind, check.kind === 'status' ? '' : check.app])
    const other = newest.get(key)
    if (other === undefined || isNewer(check, other)) newest.set(key, check)
  }
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, check]) => check)
}

/**
 * GitHub numbers check runs as it creates them, so the number decides; a status has none and its
 * time does. What is equal in both is settled by caution: of two readings of one check, the one
 * that lets less pass.
 */
function isNewer(a: Check, b: Check): boolean {
  if (a.id !== b.id) return a.id > b.id
  const [ofA, ofB] = [moment(a), moment(b)]
  if (ofA !== ofB) return ofA > ofB
  const [careA, careB] = [caution(a.state), caution(b.state)]
  if (careA !== careB) return careA > careB
  return JSON.stringify(a) > JSON.stringify(b)
}

/** What has not started will start after everything that has. */
const moment = (check: Check): number =>
  check.startedAt ?? check.completedAt ?? Number.POSITIVE_INFINITY

function caution(state: CheckState): number {
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
