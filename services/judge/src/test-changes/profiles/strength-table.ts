import { type Strength, strengths } from '../fact.ts'

/** How much each name of a matcher demands. */
export type StrengthTable = ReadonlyMap<string, Strength>

/** Builds a table from lists of names that are separated by spaces. */
export const createTable = (lists: Partial<Record<Strength, string>>): StrengthTable =>
  new Map(
    strengths.flatMap((strength) =>
      (lists[strength] ?? '').split(/\s+/).map((name) => [name, strength] as const),
    ),
  )
