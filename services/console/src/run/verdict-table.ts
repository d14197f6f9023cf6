import type { Requirement, Verdict } from './run-data.ts'

/** What each verdict of a table said about one requirement; null where it named no such thing. */
export interface VerdictRow {
  readonly requirement: string
  readonly cells: readonly (Requirement | null)[]
}

const normalize = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase()

/** Requirements by the words of the first verdict that names them, in that order. */
export function toVerdictRows(
  verdicts: readonly Pick<Verdict, 'requirements'>[],
): readonly VerdictRow[] {
  const names = new Map<string, string>()
  for (const { requirements } of verdicts)
    for (const { requirement } of requirements)
      if (!names.has(normalize(requirement))) names.set(normalize(requirement), requirement)
  return [...names].map(([key, requirement]) => ({
    requirement,
    cells: verdicts.map(
      ({ requirements }) => requirements.find((it) => normalize(it.requirement) === key) ?? null,
    ),
  }))
}

/** A requirement with its number, unless its own words begin with one. */
export const numberRequirement = (text: string, number: number): string =>
  /^\s*\d+[.)]/.test(text) ? text : `${number}. ${text}`

/** The named numbers of a verdict's scores; what is no number is left out. */
export function readScores(scores: unknown): readonly (readonly [string, number])[] {
  if (typeof scores !== 'object' || scores === null) return []
  return Object.entries(scores).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  )
}

/** The texts of a list that a model wrote, whatever the shape of its items. */
export function readTexts(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((item: unknown) => {
    if (typeof item === 'string') return item === '' ? [] : [item]
    if (typeof item !== 'object' || item === null) return []
    const texts = Object.values(item).filter((value) => typeof value === 'string' && value !== '')
    return texts.length === 0 ? [] : [texts.join(': ')]
  })
}
