/*
 * The lifecycle of a run. Only `record` writes the first two statuses, and only `commit` the
 * others. An open run always waits for something until a deadline. An ended run is changed only by
 * a person, by a newer run or a deadline while it needs a person, because its next attempt could
 * not be started, or because a cause that it shares with other runs is over.
 *
 * A transition without a row in `lifecycle` is a bug and is rejected; a test fails if no scenario
 * takes a row. docs/states.md is generated from the table.
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
 * What moved a run: a recorded event, a decision, a person, a dispatch, a passed deadline, or the
 * end of a cause that stopped several runs (`run/shared-cause.ts`).
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
  | 'recovery'
  | 'github'

export interface Transition {
  readonly from: Status | null
  readonly to: Status
  readonly by: Mover
  readonly text: string
}

const judgedStatuses = ['run_complete', 'waiting_for_ci', 'waiting_for_review', 'judging'] as const
const ends = [
  { to: 'completed', text: 'Completed: every gate and the judge passed.' },
  { to: 'needs_iteration', text: 'Not done; another attempt follows.' },
  { to: 'needs_human', text: 'A person must act.' },
  {
    to: 'closed',
    text: 'A person merged or closed the pull request, or closed the issue.',
  },
] as const

const waits: readonly Transition[] = judgedStatuses.flatMap((from) =>
  judgedStatuses
    .filter((to) => to !== from)
    .map((to): Transition => ({ from, to, by: 'wait', text: describeWait(from, to) })),
)

/** A decision may end a run in any judged status. */
const decisions: readonly Transition[] = judgedStatuses.flatMap((from) =>
  ends.map(({ to, text }): Transition => ({ from, to, by: 'decision', text })),
)

export const lifecycle: readonly Transition[] = [
  {
    from: null,
    to: 'notified',
    by: 'run.enriched',
    text: 'A notify arrived before the completion.',
  },
  {
    from: null,
    to: 'run_complete',
    by: 'workflow.finished',
    text: 'The workflow finished; collecting evidence.',
  },
  {
    from: 'notified',
    to: 'run_complete',
    by: 'workflow.finished',
    text: 'The workflow finished; collecting evidence.',
  },
  { from: 'notified', to: 'needs_human', by: 'silence', text: 'The completion never arrived.' },
  ...waits,
  ...decisions,
  ...[...judgedStatuses, 'notified' as const, 'needs_human' as const].map(
    (from): Transition => ({
      from,
      to: 'superseded',
      by: 'newer run',
      text: 'A newer run of the issue took over.',
    }),
  ),
  ...(['needs_iteration', 'needs_human', 'closed', ...judgedStatuses.slice(1)] as const).map(
    (from): Transition => ({
      from,
      to: 'run_complete',
      by: 'person',
      text: 'A person asked to judge it again.',
    }),
  ),
  ...(['needs_human', 'closed'] as const).map(
    (from): Transition => ({
      from,
      to: 'notified',
      by: 'person',
      text: 'A person asked to wait for its completion again.',
    }),
  ),
  ...statuses
    .filter((from) => from !== 'superseded')
    .flatMap((from) =>
      (['completed', 'needs_human', 'closed'] as const)
        .filter((to) => to !== from)
        .map((to): Transition => ({ from, to, by: 'person', text: 'A person decided.' })),
    ),
  {
    from: 'needs_iteration',
    to: 'needs_human',
    by: 'dispatch',
    text: 'The next attempt could not be started.',
  },
  {
    from: 'needs_human',
    to: 'closed',
    by: 'silence',
    text: 'The question was not answered in time.',
  },
  ...(['needs_iteration', 'needs_human'] as const).map(
    (from): Transition => ({
      from,
      to: 'closed',
      by: 'github',
      text: 'A person merged or closed the pull request, or closed the issue, before it went on.',
    }),
  ),
  {
    from: 'closed',
    to: 'run_complete',
    by: 'github',
    text: 'What a person had closed was opened again; collecting evidence again.',
  },
  {
    from: 'needs_human',
    to: 'run_complete',
    by: 'recovery',
    text: 'What was unavailable or broken works again; collecting evidence again.',
  },
  {
    from: 'needs_human',
    to: 'notified',
    by: 'recovery',
    text: 'Argo answers again; waiting for the completion again.',
  },
  {
    from: 'needs_human',
    to: 'needs_iteration',
    by: 'recovery',
    text: 'The dispatcher accepts tasks again; another attempt follows.',
  },
]

function describeWait(from: Status, to: Status): string {
  if (to === 'run_complete')
    return 'The head moved, or a signal must be read again; collecting evidence again.'
  if (to === 'waiting_for_ci') {
    return from === 'run_complete'
      ? 'The cheap gates passed; CI is not final for the commit.'
      : 'CI is no longer final for the commit.'
  }
  if (to === 'waiting_for_review') return 'CI is final; the review of the commit is not finished.'
  return 'Every gate passed; asking the judge.'
}

export const mayMove = (from: Status | null, to: Status, by: Mover): boolean =>
  from === to || lifecycle.some((row) => row.from === from && row.to === to && row.by === by)
