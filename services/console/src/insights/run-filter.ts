/** The search of the Runs page that shows the runs behind a mark. */
export type RunFilter = Readonly<Record<string, string>>

/** The ranges that can be chosen, in days. */
export const ranges = [7, 30, 90] as const
const DEFAULT_RANGE_DAYS = 30

export interface InsightsSearch {
  readonly days?: number
  readonly repository?: string
}

/** The range of an address; an unknown one is the default. */
export const readRange = ({ days }: InsightsSearch): number =>
  ranges.find((range) => range === days) ?? DEFAULT_RANGE_DAYS

/** The search of the Runs page from the query string of a figure or mark. */
export const readFilter = (query: string): RunFilter =>
  Object.fromEntries(new URLSearchParams(query))

/** The statuses that a part of a day's bar stands for. */
export const statusesByPart: RunFilter = {
  Completed: 'completed',
  'Another attempt': 'needs_iteration',
  'A person': 'needs_human',
  'Closed, superseded': 'closed,superseded',
}
