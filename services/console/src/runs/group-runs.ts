import type { Run } from '../api/types.ts'

/** A heading of the list and the runs under it. */
export interface RunGroup {
  readonly key: string
  readonly title: string
  /** What is said beside the title; empty for nothing. */
  readonly aside: string
  readonly runs: readonly Run[]
  /** How many runs belong to the group, of which the first are shown. */
  readonly count: number
}

/** The Inbox has the rest. */
export const MAX_PINNED = 5

/** The runs of the unfiltered list, as the service counts and lists them, newest first. */
export interface ListedRuns {
  readonly asked: { readonly runs: readonly Run[]; readonly total: number }
  readonly open: { readonly runs: readonly Run[]; readonly total: number }
  readonly ended: readonly Run[]
}

/**
 * The unfiltered list: runs that need a person first, then those in progress, then the others by
 * the reader's days.
 */
export function groupRuns({ asked, open, ended }: ListedRuns, now: Date): readonly RunGroup[] {
  const groups: RunGroup[] = [
    {
      key: 'person',
      title: 'Needs a person',
      aside: 'pinned until answered',
      runs: asked.runs.slice(0, MAX_PINNED),
      count: asked.total,
    },
    {
      key: 'open',
      title: 'In progress',
      aside: 'newest first',
      runs: open.runs,
      count: open.total,
    },
    ...groupByDay(ended, now),
  ]
  return groups.filter(({ runs }) => runs.length > 0)
}

const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })
const longDate = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
})

function groupByDay(runs: readonly Run[], now: Date): readonly RunGroup[] {
  const days = Map.groupBy(runs, (run) => startOfDay(new Date(findEnd(run))))
  return [...days]
    .sort(([a], [b]) => b - a)
    .map(([day, inDay]) => ({
      key: `day-${day}`,
      ...nameDay(day, now),
      runs: inDay,
      count: inDay.length,
    }))
}

const findEnd = (run: Run): string => run.decidedAt ?? run.updatedAt

function startOfDay(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()
}

function nameDay(day: number, now: Date): { readonly title: string; readonly aside: string } {
  const date = new Date(day)
  const yesterday = startOfDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))
  if (day === startOfDay(now)) return { title: 'Today', aside: weekday.format(date) }
  if (day === yesterday) return { title: 'Yesterday', aside: weekday.format(date) }
  return date.getFullYear() === now.getFullYear()
    ? { title: weekday.format(date), aside: '' }
    : { title: longDate.format(date), aside: '' }
}
