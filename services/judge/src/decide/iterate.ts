import type { EvidenceItem } from '../gates/gate.ts'
import type { Answer } from '../judge/verdict.ts'
import { after, iso } from '../lib/instant.ts'
import { knownValue } from '../lib/known.ts'
import { sentence } from '../lib/text.ts'
import { isGround, type Reason, reasons } from '../run/reasons.ts'
import { buildEscalation, reasonInWords } from '../text/escalation.ts'
import { buildNextPrompt } from '../text/next-prompt.ts'
import { buildReviewContext } from '../text/review-context.ts'
import { allowance, attemptsUsed, noProgress } from './attempts.ts'
import { deliveryId } from './delivery-id.ts'
import type { Task } from './effect.ts'
import { fingerprint } from './fingerprint.ts'
import { judgedCommit, pullRequestOf, redOf, type Situation } from './situation.ts'
import type { End, EscalationDraft, Wish } from './step.ts'
import { type Ending, endWishes, runLabel, wish } from './wishes.ts'

/**
 * Why a run does not complete: a reason with its sentence, its evidence, and the verdict behind it
 * where a model spoke.
 */
export interface Refusal {
  readonly reason: Reason
  readonly because: string
  readonly evidence: readonly EvidenceItem[]
  readonly answer: Answer | null
  /** Who decided; the service where left out. */
  readonly by?: string
}

/**
 * Ends a run as its reason demands: another attempt where one is allowed and promises anything, a
 * person, or closed.
 */
export function afterRefusal(situation: Situation, refusal: Refusal): End {
  const [outcome] = reasons[refusal.reason].outcomes
  if (outcome === 'closed') return end(situation, refusal, { status: 'closed', causeReason: null })
  if (outcome === 'needs_human') return toPerson(situation, refusal, null)
  return anotherAttempt(situation, refusal)
}

function anotherAttempt(situation: Situation, refusal: Refusal): End {
  const { facts, policy } = situation
  // Before the attempts are counted: that they fail alike is the better reason to stop.
  const stuck = isGround(refusal.reason)
    ? null
    : noProgress(facts.siblings, progressOf(situation, refusal), policy.no_progress)
  if (stuck !== null)
    return toPerson(
      situation,
      { ...refusal, reason: 'no_progress', because: `${sentence(refusal.because)} And ${stuck}.` },
      refusal.reason,
    )

  const allowed = allowance(facts.siblings, refusal.reason, {
    attempts: policy.attempts,
    granted: facts.grantedAttempts,
  })
  if (allowed.kind === 'exhausted')
    return toPerson(
      situation,
      {
        ...refusal,
        reason: allowed.reason,
        because: `${sentence(refusal.because)} ${reasons[allowed.reason].says}`,
      },
      refusal.reason,
    )

  const nextPrompt = promptFor(situation, refusal)
  const dispatch = dispatchWish(situation, {
    answer: refusal.answer,
    prompt: nextPrompt,
    wait: allowed.wait,
  })
  return end(situation, refusal, {
    status: 'needs_iteration',
    causeReason: null,
    nextPrompt,
    wishes: dispatch,
  })
}

/** A person must act: one question, and what happens by when if nobody answers. */
export function toPerson(situation: Situation, refusal: Refusal, cause: Reason | null): End {
  const { facts, policy, now } = situation
  const { claims } = facts.run
  const asked = buildEscalation({
    reason: refusal.reason,
    causeReason: cause,
    because: refusal.because,
    label: runLabel(facts),
    workflowName: claims.workflowName,
    dispatchable: claims.repository !== null && claims.issueNumber !== null,
  })
  const escalation: EscalationDraft = {
    ...asked,
    remindAt: after(now, policy.escalation.remind),
    deadline: after(now, policy.escalation.close),
  }
  // Kept for the person's "another attempt": it is what that attempt would be told. Where nothing
  // was judged now, what an earlier decision wrote says more than we could.
  const nextPrompt =
    claims.repository === null || claims.issueNumber === null || situation.results.length === 0
      ? null
      : promptFor(situation, refusal)
  return end(situation, refusal, {
    status: 'needs_human',
    causeReason: cause,
    escalation,
    nextPrompt,
  })
}

interface EndMore {
  readonly status: End['status']
  readonly causeReason: Reason | null
  readonly nextPrompt?: string | null
  readonly wishes?: readonly Wish[]
  readonly escalation?: EscalationDraft
}

/** Puts an end together: what it says of itself, and what it tells the outside. */
export function end(situation: Situation, refusal: Refusal, more: EndMore): End {
  const { facts } = situation
  const nextPrompt = more.nextPrompt ?? null
  const ending: Ending = {
    status: more.status,
    reason: refusal.reason,
    causeReason: more.causeReason,
    because: refusal.because,
    answer: refusal.answer,
    nextPrompt,
    by: refusal.by ?? 'service',
  }
  const asked = more.escalation
    ? {
        reason: reasonInWords({
          reason: refusal.reason,
          causeReason: more.causeReason,
          because: refusal.because,
        }),
        question: more.escalation.question,
        options: more.escalation.options,
        recommendation: more.escalation.recommendation,
        closesAt: iso(more.escalation.deadline),
      }
    : null
  const judged = more.causeReason ?? refusal.reason
  return {
    kind: 'end',
    status: more.status,
    reason: refusal.reason,
    causeReason: more.causeReason,
    because: refusal.because,
    evidence: refusal.evidence,
    decision:
      more.status === 'completed'
        ? 'pass'
        : more.status === 'needs_iteration' || more.status === 'needs_human'
          ? more.status
          : null,
    confidence: refusal.answer?.confidence ?? null,
    nextPrompt,
    fingerprint:
      more.status === 'needs_iteration' || more.status === 'needs_human'
        ? fingerprint(judged, facts, { results: situation.results, answer: refusal.answer })
        : null,
    attemptsUsed:
      attemptsUsed(facts.siblings) +
      (more.status !== 'closed' && reasons[judged].work === 'agent' ? 1 : 0),
    wishes: [...(more.wishes ?? []), ...endWishes(situation, ending, asked)],
    escalation: more.escalation ?? null,
    results: situation.results,
  }
}

const progressOf = ({ facts, results }: Situation, refusal: Refusal) => ({
  fingerprint: fingerprint(refusal.reason, facts, { results, answer: refusal.answer }),
  diffDigest: knownValue(facts.diff)?.digest ?? null,
})

/** What the next attempt is told: the original task, and everything that is red now. */
export function promptFor(situation: Situation, refusal: Pick<Refusal, 'answer'>): string {
  const { facts } = situation
  const { run } = facts
  const issue = knownValue(facts.issue)
  return buildNextPrompt({
    red: redOf(situation, refusal.answer),
    task: run.claims.prompt,
    issue,
    repository: run.claims.repository ?? 'unknown',
    issueNumber: run.claims.issueNumber ?? 0,
    branch: pullRequestOf(facts)?.headBranch ?? run.claims.branch,
    base: run.claims.base,
    attempt: run.attempt,
    commit: judgedCommit(facts),
    pullRequestUrl: pullRequestOf(facts)?.url ?? null,
  })
}

/**
 * The next attempt, announced by its number; nothing where the repository or the issue is not
 * known.
 */
export function dispatchWish(
  situation: Situation,
  { answer, prompt, wait }: { answer: Answer | null; prompt: string; wait: number },
): readonly Wish[] {
  const { facts, policy, now } = situation
  const { claims } = facts.run
  if (claims.repository === null || claims.issueNumber === null) return []
  const issue = knownValue(facts.issue)
  const task: Task = {
    deliveryId: deliveryId(claims.repository, claims.issueNumber, facts.nextOrdinal),
    ordinal: facts.nextOrdinal,
    prompt,
    repository: claims.repository,
    base: claims.base ?? pullRequestOf(facts)?.baseBranch ?? 'main',
    head: pullRequestOf(facts)?.headBranch ?? claims.branch ?? '',
    issueNumber: claims.issueNumber,
    issueUrl: claims.issueUrl ?? issue?.url ?? '',
    issueTitle: issue?.title ?? claims.issueTitle ?? '',
    issueBody: issue?.body ?? claims.issueBody ?? '',
    sender: claims.sender ?? 'codex-judge',
    reviewContext: buildReviewContext(redOf(situation, answer)),
    iterations: claims.iterations,
    iterationCycle: claims.iterationCycle,
    autonomous: claims.autonomous,
  }
  return [
    wish(
      {
        kind: 'dispatch',
        key: `dispatch:${task.deliveryId}`,
        task,
        notBefore: wait,
        patience: policy.attempts.dispatch_patience,
      },
      { notBefore: after(now, wait), patience: policy.attempts.dispatch_patience },
    ),
  ]
}
