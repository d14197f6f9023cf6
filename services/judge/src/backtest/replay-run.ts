import { isDeepStrictEqual } from 'node:util'
import type { Step } from '../decide/step.ts'
import { getErrorMessage } from '../lib/failure.ts'
import type { Json } from '../lib/json.ts'
import { known } from '../lib/known.ts'
import { mergePolicy } from '../policy/merge-policy.ts'
import type { ServicePolicy } from '../policy/read-policy-file.ts'
import type { PartName } from '../receipt/decision-record.ts'
import { type DecisionInput, readInput } from '../receipt/read-record.ts'
import { recomputeOutcomes, replay } from '../receipt/replay.ts'
import { findLabel, type Label, type LaterDecision } from './find-label.ts'

/** A run that the service judged, and what that decision was made from. */
export interface RecordedRun {
  readonly id: string
  /** `owner/name#n` */
  readonly issue: string
  readonly attempt: number
  /** The newest decision that evaluated the gates; null: none did, or it kept nothing. */
  readonly decision: {
    readonly outcome: string
    readonly reason: string
    readonly because: string
    readonly parts: Readonly<Partial<Record<PartName, Json>>>
  } | null
  /** Why there is no such decision; empty where there is one. */
  readonly whyNot: string
  /** What followed that decision, oldest first. */
  readonly later: readonly LaterDecision[]
}

/** What becomes of a run: an end, or what would have to be known first. */
export type Fate =
  | { readonly kind: 'ends'; readonly status: string; readonly reason: string }
  | { readonly kind: 'asks'; readonly model: string }
  | { readonly kind: 'waits'; readonly what: string }

export type Replayed =
  | { readonly kind: 'not_replayable'; readonly because: string }
  | {
      readonly kind: 'replayed'
      readonly from: Fate
      readonly to: Fate
      /** The first gate that does not pass under the other policy; null: all pass. */
      readonly gate: string | null
      /** Why it comes to `to`. */
      readonly because: string
      readonly label: Label | null
    }

/** Decides a recorded run again under another policy of the service. Asks no other system. */
export function replayRun(run: RecordedRun, service: ServicePolicy): Replayed {
  if (run.decision === null) return { kind: 'not_replayable', because: run.whyNot }
  const { outcome, reason, parts } = run.decision
  const read = readInput(parts)
  if ('because' in read) return { kind: 'not_replayable', because: read.because }
  const from: Fate = { kind: 'ends', status: outcome, reason }
  const label = findLabel(run.later)
  try {
    const step = replay(applyPolicy(read.ok, service))
    const to = toFate(step)
    if (isDeepStrictEqual(from, to))
      return { kind: 'replayed', from, to, gate: null, because: run.decision.because, label }
    // The release may have changed since: what it decides by itself is not the policy's doing.
    if (!isDeepStrictEqual(from, toFate(replay(read.ok))))
      return {
        kind: 'not_replayable',
        because: 'this release decides otherwise under the same policy, too',
      }
    return { kind: 'replayed', from, to, ...explain(step), label }
  } catch (error) {
    return { kind: 'not_replayable', because: `it cannot be decided: ${getErrorMessage(error)}` }
  }
}

/**
 * The input as it would have been under another policy: merged with the repository's own file, with
 * the outcomes of CI and review computed again. A refusal by a budget that is another one now says
 * nothing any more.
 */
function applyPolicy(input: DecisionInput, service: ServicePolicy): DecisionInput {
  const { facts, readings } = input
  const { repository } = facts.run.claims
  const { policy, reading } = mergePolicy(service, repository, readings?.policyText ?? null)
  const hasSameBudget = isDeepStrictEqual(policy.budget, input.policy.budget)
  const { repositoryPolicy, verdicts } = facts
  const changed = {
    ...facts,
    repositoryPolicy:
      repositoryPolicy.kind === 'known' ? known(reading, repositoryPolicy.at) : repositoryPolicy,
    verdicts: hasSameBudget ? verdicts : verdicts.filter(({ result }) => result.kind !== 'budget'),
    dispatchOff: policy.mode === 'observe' ? null : facts.dispatchOff,
  }
  const outcomes = recomputeOutcomes({ ...input, facts: changed, policy })
  return { ...input, policy, facts: { ...changed, ...outcomes } }
}

function toFate(step: Step | null): Fate {
  if (step?.kind === 'end') return { kind: 'ends', status: step.status, reason: step.reason }
  if (step?.kind !== 'wait') return { kind: 'waits', what: 'a person' }
  const asked = step.effects.map(({ effect }) => effect).find(({ kind }) => kind === 'ask')
  return asked?.kind === 'ask'
    ? { kind: 'asks', model: asked.model }
    : { kind: 'waits', what: step.waitingFor[0]?.what ?? step.status }
}

function explain(step: Step | null): { readonly gate: string | null; readonly because: string } {
  if (step === null || step.kind === 'stay') return { gate: null, because: 'nothing follows' }
  const blocking = step.results.find(({ result }) => result.result !== 'pass')
  return { gate: blocking?.name ?? null, because: step.because }
}

export function formatFate(fate: Fate): string {
  switch (fate.kind) {
    case 'ends':
      return `${fate.status} (${fate.reason})`
    case 'asks':
      return `would ask ${fate.model}`
    case 'waits':
      return `would wait for ${fate.what}`
    default:
      return fate satisfies never
  }
}
