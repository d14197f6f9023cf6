import type { EscalationText, Resolution } from '../../text/discord-message.ts'
import { buildQuestionComment, buildResolvedComment } from '../../text/question-comment.ts'
import type { Facts } from '../facts.ts'
import { getPullRequest, type Situation } from '../situation.ts'
import type { PlannedEffect } from '../step.ts'
import { planEffect } from './plan-effect.ts'

/**
 * The question as a comment on the pull request, where there is one. A pull request has one such
 * comment for all its questions: it is edited, and there is never a second.
 */
export function planQuestionComment(
  { facts }: Situation,
  question: EscalationText,
): readonly PlannedEffect[] {
  const { repository, issueNumber } = facts.run.claims
  const prNumber = getPullRequest(facts)?.number ?? facts.run.prNumber
  if (repository === null || prNumber === null) return []
  const comment = buildQuestionComment({ repository, issueNumber, runUrl: facts.runUrl }, question)
  const key = `comment:${repository.toLowerCase()}#${prNumber}`
  return [planEffect({ kind: 'comment', key, repository, prNumber, open: true, ...comment })]
}

/** The edit of the comment once its question is resolved; nothing if the run has asked nothing. */
export function planResolvedComment(
  { effects, runUrl }: Pick<Facts, 'effects' | 'runUrl'>,
  resolution: Resolution,
): readonly PlannedEffect[] {
  const last = effects.findLast(
    ({ kind, state }) =>
      kind === 'comment' && (state === 'done' || state === 'unknown' || state === 'pending'),
  )?.effect
  if (last?.kind !== 'comment' || !last.open) return []
  const text = buildResolvedComment(last.question, { runUrl }, resolution)
  return [planEffect({ ...last, open: false, text })]
}
