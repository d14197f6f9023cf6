import type { Day } from './insights-data.ts'

/** A bar of a day: a part of what happened on it. */
export interface DayPart {
  readonly day: string
  readonly name: string
  readonly value: number
  /** The query string of the runs of the day. */
  readonly filter: string
}

/** How the decisions of a day came out, in the order in which they are stacked. */
export const outcomes = [
  ['Completed', 'completed', 'var(--data-green-color-emphasis)'],
  ['Another attempt', 'needsIteration', 'var(--data-yellow-color-emphasis)'],
  ['A person', 'needsHuman', 'var(--data-red-color-emphasis)'],
  ['Closed, superseded', 'ended', 'var(--data-gray-color-emphasis)'],
  ['Infrastructure', 'infrastructure', 'var(--data-brown-color-emphasis)'],
] as const

export const toOutcomeParts = (days: readonly Day[]): readonly DayPart[] =>
  days.flatMap((day) =>
    outcomes.map(([name, key]) => ({
      day: day.day,
      name,
      value: day[key],
      filter: day.filter,
    })),
  )

export const toCostParts = (days: readonly Day[], models: readonly string[]): readonly DayPart[] =>
  days.flatMap(({ day, costByModel, filter }) =>
    models.map((name) => ({ day, name, value: costByModel[name] ?? 0, filter })),
  )
