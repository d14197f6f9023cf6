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

/** The weighted mean of an answer's scores, from 0 to 1, to four decimals. */
export function weightedScore(scores: Answer['scores']): number {
  const sum =
    scores.correctness * scoreWeights.correctness +
    scores.requirement_satisfaction * scoreWeights.requirement_satisfaction +
    scores.maintainability * scoreWeights.maintainability +
    scores.testability * scoreWeights.testability +
    scores.simplicity * scoreWeights.simplicity +
    scores.risk_inverse * scoreWeights.risk_inverse
  return Math.round(sum * 10_000) / 10_000
}
