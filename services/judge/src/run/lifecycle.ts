/**
 * A run's life. `record` writes the first two states, `commit` all others; nobody else writes any.
 * An open run always has something to wait for and a deadline; an ended one only changes by a
 * person, or because its next attempt could not be started.
 *
 * Each row may be taken only by the step named in `by`, a step that finds no row is a bug and is
 * refused, and a test fails if no scenario ever takes a row. docs/states.md is generated from this
 * table.
 */
export const openStatuses = [
  'notified',
  'run_complete',
  'waiting_for_ci',
  'waiting_for_review',
  'judging',
] as const
export const terminalStatuses = [
  'completed',
  'needs_iteration',
  'needs_human',
  'superseded',
  'closed',
] as const
export const statuses = [...openStatuses, ...terminalStatuses] as const

export type OpenStatus = (typeof openStatuses)[number]
export type TerminalStatus = (typeof terminalStatuses)[number]
export type Status = (typeof statuses)[number]

export const isOpen = (status: Status): status is OpenStatus =>
  openStatuses.some((open) => open === status)

/**
 * What moved a run: an event that was recorded, a decision of a tick, a person, or the dispatch of
 * the next attempt.
 */
export type Mover =
  | 'workflow.finished'
  | 'run.enriched'
  | 'newer run'
  | 'wait'
  | 'decision'
  | 'person'
  | 'dispatch'
  | 'silence'

export interface Transition {
  readonly from: Status | null
  readonly to: Status
  readonly by: Mover
  readonly says: string
}

const judged = ['run_complete', 'waiting_for_ci', 'waiting_for_review', 'judging'] as const
const ends = [
  { to: 'completed', says: 'Done, and proven.' },
  { to: 'needs_iteration', says: 'Not done; another attempt follows.' },
  { to: 'needs_human', says: 'A person must act.' },
  {
    to: 'closed',
    says: 'Somebody ended it outside: merged or closed the pull request, or closed the issue.',
  },
] as const

const waits: readonly Transition[] = judged.flatMap((from) =>
  judged
    .filter((to) => to !== from)
    .map((to): Transition => ({ from, to, by: 'wait', says: waitText(from, to) })),
)

/**
 * Only what can happen: `judging` is reached last, and only a decision made with everything green
 * completes.
 */
const decisions: readonly Transition[] = judged.flatMap((from) =>
  ends.map(({ to, says }): Transition => ({ from, to, by: 'decision', says })),
)

export const lifecycle: readonly Transition[] = [
  {
    from: null,
    to: 'notified',
    by: 'run.enriched',
    says: 'A notify came first; its completion is awaited.',
  },
  {
    from: null,
    to: 'run_complete',
    by: 'workflow.finished',
    says: 'The workflow has finished; gathering evidence.',
  },
  {
    from: 'notified',
    to: 'run_complete',
    by: 'workflow.finished',
    says: 'The workflow has finished; gathering evidence.',
  },
  { from: 'notified', to: 'needs_human', by: 'silence', says: 'Its completion never came.' },
  ...waits,
  ...decisions,
  ...[...judged, 'notified' as const, 'needs_human' as const].map(
    (from): Transition => ({
      from,
      to: 'superseded',
      by: 'newer run',
      says: 'A newer run of the issue took over.',
    }),
  ),
  ...(['needs_iteration', 'needs_human', 'closed', ...judged.slice(1)] as const).map(
    (from): Transition => ({
      from,
      to: 'run_complete',
      by: 'person',
      says: 'A person wants it judged again.',
    }),
  ),
  ...(['needs_human', 'closed'] as const).map(
    (from): Transition => ({
      from,
      to: 'notified',
      by: 'person',
      says: 'A person wants its completion awaited again.',
    }),
  ),
  ...statuses
    .filter((from) => from !== 'superseded')
    .flatMap((from) =>
      (['completed', 'needs_human', 'closed'] as const)
        .filter((to) => to !== from)
        .map((to): Transition => ({ from, to, by: 'person', says: 'A person decided.' })),
    ),
  {
    from: 'needs_iteration',
    to: 'needs_human',
    by: 'dispatch',
    says: 'The next attempt could not be started.',
  },
  { from: 'needs_human', to: 'closed', by: 'silence', says: 'Nobody answered in time.' },
]

function waitText(from: Status, to: Status): string {
  if (to === 'run_complete')
    return 'The head moved, or a signal is to be read again; gathering again.'
  if (to === 'waiting_for_ci') {
    return from === 'run_complete'
      ? 'Cheap gates passed; CI of the commit is not final.'
      : 'CI of the commit is open again.'
  }
  if (to === 'waiting_for_review') return 'CI is final; the review of the commit is not finished.'
  return 'Every gate passed; the judge is asked.'
}

export const mayMove = (from: Status | null, to: Status, by: Mover): boolean =>
  from === to || lifecycle.some((row) => row.from === from && row.to === to && row.by === by)
