import type { EvidenceItem } from '../gates/gate.ts'
import type { VerdictAnswer } from '../judge/verdict.ts'
import { addMillis, formatUtc, type Instant } from '../lib/instant.ts'
import type { UnreadableSource } from '../lib/known.ts'
import { toSentence } from '../lib/text.ts'
import type { Policy } from '../policy/policy.ts'
import type { Mover, TerminalStatus } from '../run/lifecycle.ts'
import { type Reason, reasons, usesAttempt } from '../run/reasons.ts'
import { formatIssueLabel } from '../run/run.ts'
import { buildGroupKey, isProbed, type SharedCause } from '../run/shared-cause.ts'
import { buildEscalation, explainReason } from '../text/escalation.ts'
import { buildAttemptRecord } from './attempt-record.ts'
import { checkAllowance, countUsedAttempts } from './attempts.ts'
import { collectBlockers } from './collect-blockers.ts'
import { planEndEffects } from './effects/end-effects.ts'
import { findRepositoryCause, toSystemCause } from './find-shared-cause.ts'
import { findStop } from './find-stop.ts'
import { listOpenInstructions } from './find-uptake.ts'
import { computeFingerprint } from './fingerprint.ts'
import { composeNextPrompt, planDispatch } from './next-attempt.ts'
import type { Situation } from './situation.ts'
import type { EffectRetry, EndStep, EscalationDraft, PlannedEffect, SharedDraft } from './step.ts'

/** Why a run ends: the reason, one sentence about it, its evidence, and the verdict behind it. */
export interface Conclusion {
  readonly reason: Reason
  readonly because: string
  readonly evidence: readonly EvidenceItem[]
  /** The model's answer, where one was acted on. */
  readonly answer: VerdictAnswer | null
  /** Who decided; the service where left out. */
  readonly by?: string
  /** What moves the run; a decision of the service where left out. */
  readonly mover?: Mover
  /** The cause that other runs share; where left out, what follows from the reason. */
  readonly cause?: SharedCause | null
}

/**
 * Ends a run that does not complete, as its reason demands: with another attempt if one is allowed
 * and likely to get further, with a question to a person, or closed.
 */
export function endAfterRefusal(situation: Situation, refusal: Conclusion): EndStep {
  const outcome = selectOutcome(refusal.reason, situation.policy)
  if (outcome === 'closed')
    return endRun(situation, refusal, { status: 'closed', causeReason: null })
  if (outcome === 'needs_human') return escalateToPerson(situation, refusal, null)
  return endWithNextAttempt(situation, refusal)
}

/** What follows from a reason; of two of them, policy says. */
function selectOutcome(reason: Reason, { tests, secrets }: Policy): TerminalStatus {
  switch (reason) {
    case 'tests_weakened':
      return tests.weakened === 'needs_human' ? 'needs_human' : 'needs_iteration'
    case 'secret_found':
      return secrets.found
    default:
      return reasons[reason].outcomes[0]
  }
}

/** Ends a run whose wait is over without the result it waited for. */
export const endAfterTimeout = (
  situation: Situation,
  timeout: {
    readonly reason: Reason
    readonly because: string
    readonly deadline: Instant
    readonly evidence: readonly EvidenceItem[]
    /** The system whose outage is the reason. */
    readonly away: UnreadableSource | undefined
  },
): EndStep =>
  endAfterRefusal(situation, {
    reason: timeout.reason,
    because: `${toSentence(timeout.because)} The wait ended at ${formatUtc(timeout.deadline)}.`,
    evidence: timeout.evidence,
    answer: null,
    ...(timeout.reason === 'outage' ? { cause: toSystemCause(situation.facts, timeout.away) } : {}),
  })

function endWithNextAttempt(situation: Situation, refusal: Conclusion): EndStep {
  const { facts, policy } = situation
  const allowance = checkAllowance(facts.siblings, refusal.reason, {
    attempts: policy.attempts,
    granted: facts.grantedAttempts,
  })
  const stop = findStop(situation, refusal, allowance)
  if (stop !== null || allowance.kind === 'exhausted')
    return escalateToPerson(situation, stop ?? refusal, refusal.reason)

  const { answer } = refusal
  const nextPrompt = composeNextPrompt(situation, answer)
  const dispatch = planDispatch(situation, { answer, prompt: nextPrompt, wait: allowance.wait })
  const { dispatchOff } = facts
  if (dispatchOff !== null)
    return escalateToPerson(
      situation,
      {
        ...refusal,
        reason: 'dispatch_failed',
        because: `${toSentence(refusal.because)} The next attempt cannot be started: ${dispatchOff}.`,
        cause: { kind: 'dispatcher' },
      },
      refusal.reason,
      dispatch.map((planned) => ({ ...planned, skip: dispatchOff })),
    )
  return endRun(situation, refusal, {
    status: 'needs_iteration',
    causeReason: null,
    nextPrompt,
    effects: dispatch,
  })
}

/**
 * Ends a run with one question to a person, which has a deadline. `causeReason` is the underlying
 * reason of `attempts_exhausted`, `no_progress` and the like.
 */
export function escalateToPerson(
  situation: Situation,
  refusal: Conclusion,
  causeReason: Reason | null,
  effects: readonly PlannedEffect[] = [],
): EndStep {
  const { facts, policy, now, results } = situation
  const { repository, issueNumber, workflowName } = facts.run.claims
  const hasIssue = repository !== null && issueNumber !== null
  const dispatchable = hasIssue && facts.dispatchOff === null
  const question = buildEscalation({
    reason: refusal.reason,
    causeReason,
    because: refusal.because,
    label: formatIssueLabel(repository, issueNumber),
    workflowName,
    dispatchable,
  })
  return endRun(situation, refusal, {
    status: 'needs_human',
    causeReason,
    escalation: {
      ...question,
      remindAt: addMillis(now, policy.escalation.remind),
      deadline: addMillis(now, policy.escalation.close),
      shared: planSharing(situation, refusal),
    },
    // Stored in case the person asks for another attempt. A step that judged nothing keeps the
    // prompt of an earlier decision, which knew more.
    nextPrompt:
      hasIssue && results.length > 0 ? composeNextPrompt(situation, refusal.answer) : null,
    effects,
  })
}

function planSharing({ facts, policy, now }: Situation, refusal: Conclusion): SharedDraft | null {
  const cause =
    refusal.cause === undefined ? findRepositoryCause(facts, refusal.reason) : refusal.cause
  if (cause === null) return null
  return {
    key: buildGroupKey(cause, policy.mode),
    cause,
    probeAt: isProbed(cause) ? addMillis(now, policy.escalation.retry) : null,
  }
}

interface EndDetails {
  readonly status: EndStep['status']
  readonly causeReason: Reason | null
  readonly nextPrompt?: string | null
  readonly effects?: readonly PlannedEffect[]
  readonly escalation?: EscalationDraft
  readonly retry?: EffectRetry | null
  readonly recovers?: boolean
}

/** Builds the step that ends a run: its record, and the effects that report it. */
export function endRun(situation: Situation, conclusion: Conclusion, details: EndDetails): EndStep {
  const { facts, results } = situation
  const { reason, because, answer } = conclusion
  const { status, causeReason } = details
  const nextPrompt = details.nextPrompt ?? null
  const escalation = details.escalation ?? null
  const judgedReason = causeReason ?? reason
  const isSentBack = status === 'needs_iteration' || status === 'needs_human'
  // A step that judged nothing does not change what was judged.
  const blockers = results.length > 0 ? collectBlockers(situation, answer) : null
  const uptake = blockers?.uptake ?? []
  const question =
    escalation === null
      ? null
      : {
          reason: explainReason({ reason, causeReason, because }),
          question: escalation.question,
          options: escalation.options,
          recommendation: escalation.recommendation,
          closesAt: escalation.deadline,
          retryEvery: escalation.shared?.probeAt ? situation.policy.escalation.retry : null,
        }
  const ending = {
    status,
    reason,
    causeReason,
    because,
    answer,
    nextPrompt,
    by: conclusion.by ?? 'service',
  }
  return {
    kind: 'end',
    status,
    mover: conclusion.mover ?? 'decision',
    reason,
    causeReason,
    because,
    evidence: conclusion.evidence,
    decision: status === 'completed' ? 'pass' : isSentBack ? status : null,
    confidence: answer?.confidence ?? null,
    nextPrompt,
    fingerprint: isSentBack ? computeFingerprint(judgedReason, facts, { results, answer }) : null,
    record:
      blockers !== null && (isSentBack || status === 'completed')
        ? buildAttemptRecord(facts, {
            reason: judgedReason,
            because,
            answer,
            uptake,
            instructions: isSentBack ? listOpenInstructions(situation, blockers) : [],
          })
        : null,
    uptake,
    attemptsUsed:
      countUsedAttempts(facts.siblings) +
      (status !== 'closed' && usesAttempt(judgedReason) ? 1 : 0),
    effects: [...(details.effects ?? []), ...planEndEffects(situation, ending, question)],
    retry: details.retry ?? null,
    escalation,
    recovers: details.recovers ?? false,
    results,
  }
}
