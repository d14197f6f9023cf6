/**
 * The name of a transition as history shows it. It distinguishes what a person did from what the
 * service did; what moved the service follows from the two statuses.
 */
export const formatTransition = (from: string | null, to: string, person: boolean): string =>
  `${from ?? 'nothing'} → ${to}${person ? ' (person)' : ''}`
