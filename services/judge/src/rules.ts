/**
 * The rules without the service: what CI and review mean, what the gates refuse, what a model's
 * answer is worth, and what follows from all of it. Pure functions over values, for whoever has a
 * change and wants to know what would be decided: they await nothing, read no clock and know no
 * GitHub, so a working tree on a laptop is judged by the same code.
 */
export { ciOutcome } from './ci/ci-outcome.ts'
export type { CommitChecks } from './ci/commit-checks.ts'
export type { CiOutcome } from './ci/outcome.ts'
export { decideAct } from './decide/act.ts'
export { allowance, noProgress } from './decide/attempts.ts'
export { decide } from './decide/decide.ts'
export type { Facts } from './decide/facts.ts'
export type { Step } from './decide/step.ts'
export type { Diff } from './diff/diff.ts'
export { parseDiff } from './diff/parse-diff.ts'
export type { Gate, GateFacts, GateResult } from './gates/gate.ts'
export { evaluateGates, gates } from './gates/index.ts'
export { checkAnswer } from './judge/check-answer.ts'
export { council } from './judge/council.ts'
export { buildPrompt } from './judge/prompt.ts'
export { extractRequirements } from './judge/requirements.ts'
export { policyFor } from './policy/merge.ts'
export type { Policy } from './policy/policy.ts'
export { readPolicyFile } from './policy/read.ts'
export type { CommitReview } from './review/commit-review.ts'
export type { ReviewOutcome } from './review/outcome.ts'
export { reviewOutcome } from './review/review-outcome.ts'
export { type Reason, reasons } from './run/reasons.ts'
