import type { Facts, RecordedEffect } from '../../services/judge/src/decide/facts.ts'
import type { EndStep, WaitStep } from '../../services/judge/src/decide/step.ts'
import type { Verdict } from '../../services/judge/src/judge/verdict.ts'
import type { Instant } from '../../services/judge/src/lib/instant.ts'
import { isOpen } from '../../services/judge/src/run/lifecycle.ts'
import { type Attempt, type Run, toRunId } from '../../services/judge/src/run/run.ts'
import { createRun } from './accepted-facts.ts'
import type { Outcome } from './attempt-outcomes.ts'

/** One run of an issue whose life is played in memory. */
export interface LifeRun {
  run: Run
  readonly outcome: Outcome
  readonly startedBy: 'service' | 'person' | 'hand'
  isAway: boolean
  effects: readonly RecordedEffect[]
  verdicts: readonly Verdict[]
  escalation: Facts['escalation']
  ended: EndStep | null
  nextPrompt: string | null
  readonly agentUsd: number
  judgeUsd: number
}

/** A run whose completion has just been recorded. */
export const createLifeRun = ({
  id,
  attempt,
  now,
  ...started
}: Pick<LifeRun, 'outcome' | 'startedBy' | 'agentUsd'> & {
  readonly id: string
  readonly attempt: number
  readonly now: Instant
}): LifeRun => ({
  ...started,
  run: createRun({
    id: toRunId(id),
    attempt,
    createdAt: now,
    completedAt: now,
    statusSince: now,
  }),
  isAway: started.outcome.kind === 'outage' || started.outcome.kind === 'model_away',
  effects: [],
  verdicts: [],
  escalation: null,
  ended: null,
  nextPrompt: null,
  judgeUsd: 0,
})

/** Writes a step to the run, as the commit does. Its effects are not written here. */
export function applyStep(target: LifeRun, step: EndStep | WaitStep, now: Instant): void {
  const { run } = target
  const isSame = step.status === run.status
  target.run = {
    ...run,
    status: step.status,
    statusSince: isSame ? run.statusSince : now,
    waitingFor: step.kind === 'wait' ? step.waitingFor : [],
    reason: step.kind === 'end' ? step.reason : null,
    causeReason: step.kind === 'end' ? step.causeReason : null,
  }
  if (step.kind === 'wait') {
    target.escalation = null
    if (step.mover === 'recovery')
      target.verdicts = target.verdicts.filter(({ result }) => result.kind === 'valid')
    return
  }
  target.nextPrompt = step.nextPrompt ?? target.nextPrompt
  if (isOpen(run.status)) target.ended = step
  target.escalation =
    step.escalation === null
      ? null
      : {
          id: 'e',
          createdAt: now,
          ...step.escalation,
          shared:
            step.escalation.shared === null
              ? null
              : { cause: step.escalation.shared.cause, probedAt: null },
        }
}

/** What comes of an attempt once what was away is back. */
export const withoutOutage = (outcome: Outcome): Outcome =>
  outcome.kind === 'outage' || outcome.kind === 'model_away'
    ? { ...outcome, kind: 'judged' }
    : outcome

/** The run as later ones see it. */
export const toAttempt = ({ run, ended, outcome }: LifeRun): Attempt => ({
  runId: run.id,
  attempt: run.attempt,
  status: run.status,
  reason: run.reason,
  causeReason: run.causeReason,
  startedAt: run.createdAt,
  finishedAt: run.createdAt,
  createdAt: run.createdAt,
  failureFingerprint: ended?.fingerprint ?? null,
  diffDigest: ended === null ? null : `diff-${outcome.change}`,
  commitSha: run.commitSha,
  prUrl: null,
  record: ended?.record ?? null,
})
