import type { VerdictAnswer } from './verdict.ts'

/** The weight of each score. Scores are information only: nothing is decided by them. */
export const scoreWeights = {
  correctness: 0.3,
  requirement_satisfaction: 0.25,
  maintainability: 0.15,
  testability: 0.1,
  simplicity: 0.1,
  risk_inverse: 0.1,
} as const satisfies Readonly<Record<keyof VerdictAnswer['scores'], number>>

/** The weighted mean of an answer's scores, 0 to 1, to four decimals; null if one is missing. */
export function computeWeightedScore(
  scores: Readonly<Record<string, number | null>>,
): number | null {
  const parts = Object.entries(scoreWeights).map(
    ([name, weight]) => (scores[name] ?? Number.NaN) * weight,
  )
  const sum = parts.reduce((all, part) => all + part, 0)
  return Number.isNaN(sum) ? null : Math.round(sum * 10_000) / 10_000
}
