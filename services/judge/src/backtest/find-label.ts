/** A decision that followed the one in question. */
export interface LaterDecision {
  readonly outcome: string
  readonly reason: string
  readonly by: string
}

/** What people made of a run's work: they took it, or they did not. */
export type Label = 'taken' | 'rejected'

/**
 * The first thing that people did about a run after it was decided. An issue that was closed says
 * nothing about the work, and neither does silence.
 */
export function findLabel(later: readonly LaterDecision[]): Label | null {
  for (const one of later) {
    const label = toLabel(one)
    if (label !== null) return label
  }
  return null
}

function toLabel({ outcome, reason, by }: LaterDecision): Label | null {
  if (reason === 'merged_by_person') return 'taken'
  if (reason === 'pull_request_closed') return 'rejected'
  if (by === 'service') return null
  if (outcome === 'completed') return 'taken'
  return outcome === 'closed' || outcome === 'needs_iteration' ? 'rejected' : null
}
