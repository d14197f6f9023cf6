import type { Answer } from './verdict.ts'

/** How much each score counts. Kept as information only: nothing is decided by it. */
export const scoreWeights = {
  correctness: 0.3,
  requirement_satisfaction: 0.25,
  maintainability: 0.15,
  testability: 0.1,
  simplicity: 0.1,
  risk_inverse: 0.1,
} as const satisfies Readonly<Record<keyof Answer['scores'], number>>

/**
 * The weighted mean of an answer's scores, from 0 to 1, to four decimals; null where any of them is
 * missing.
 */
export function weightedScore(scores: Readonly<Record<string, number | null>>): number | null {
  const parts = Object.entries(scoreWeights).map(
    ([name, weight]) => (scores[name] ?? Number.NaN) * weight,
  )
  const sum = parts.reduce((all, part) => all + part, 0)
  return Number.isNaN(sum) ? null : Math.round(sum * 10_000) / 10_000
}
