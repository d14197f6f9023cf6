/**
 * One line of the lifecycle as history shows it: what a person did is told from what the service
 * did by itself; what moved the service follows from the two ends.
 */
export const transitionName = (from: string | null, to: string, person: boolean): string =>
  `${from ?? 'nothing'} → ${to}${person ? ' (person)' : ''}`
