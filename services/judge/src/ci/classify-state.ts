import type { CheckState } from '../github/snapshot.ts'
import type { CiPolicy, ConclusionMeaning } from '../policy/policy.ts'

/** What the state of a check means for the commit; policy decides about the rarer conclusions. */
export function classifyState(state: CheckState, policy: CiPolicy): ConclusionMeaning {
  switch (state) {
    case 'queued':
    case 'in_progress':
    case 'requested':
    case 'waiting':
    case 'pending':
      return 'pending'
    case 'success':
    case 'failure':
      return state
    case 'neutral':
    case 'skipped':
    case 'cancelled':
    case 'stale':
    case 'timed_out':
    case 'startup_failure':
    case 'action_required':
      return policy.conclusions[state]
    default:
      return state satisfies never
  }
}

/** Whether GitHub itself calls the state open: `queued` to `pending`. */
export const isOpenState = (state: CheckState): boolean =>
  ['queued', 'in_progress', 'requested', 'waiting', 'pending'].includes(state)
