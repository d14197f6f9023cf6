/**
 * The rules without the service: what CI and review add up to, what the gates refuse, which answers
 * of a model count, and what follows from all of it. They are pure functions over values, which
 * await nothing, read no clock and do not need GitHub, so that other programs can judge a change in
 * a working tree with the same code.
 */

export type { CiOutcome } from './ci/ci-outcome.ts'
export type { CommitChecks } from './ci/commit-checks.ts'
export { computeCiOutcome } from './ci/compute-ci-outcome.ts'
export { checkAllowance, detectNoProgress } from './decide/attempts.ts'
export { decide } from './decide/decide.ts'
export { decidePersonAction } from './decide/decide-person-action.ts'
export type { Facts } from './decide/facts.ts'
export type { Step } from './decide/step.ts'
export type { Diff } from './diff/diff.ts'
export { parseDiff } from './diff/parse-diff.ts'
export type { Gate, GateFacts, GateResult } from './gates/gate.ts'
export { evaluateGates, gates } from './gates/index.ts'
export { checkAnswer } from './judge/check-answer.ts'
export { evaluateCouncil } from './judge/council.ts'
export { buildPrompt } from './judge/prompt.ts'
export { extractRequirements } from './judge/requirements.ts'
export { settleTestEdits } from './judge/test-edits.ts'
export { mergePolicy } from './policy/merge-policy.ts'
export type { Policy } from './policy/policy.ts'
export { readPolicyFile } from './policy/read-policy-file.ts'
export type { CommitReview } from './review/commit-review.ts'
export { computeReviewOutcome } from './review/compute-review-outcome.ts'
export type { ReviewOutcome } from './review/review-outcome.ts'
export { type Reason, reasons } from './run/reasons.ts'
export { findTestChanges } from './test-changes/find-test-changes.ts'
export type { TestFinding } from './test-changes/finding.ts'
export type { FileTexts } from './test-changes/side-text.ts'
