import type { Instant } from '../lib/instant.ts'
import type { JudgePolicy } from '../policy/policy.ts'
import type { BudgetName } from './cost.ts'
import { isSameSubject, type Verdict, type VerdictAnswer, type VerdictSubject } from './verdict.ts'

/** A valid verdict with its answer. */
export interface Opinion {
  readonly verdict: Verdict
  readonly answer: VerdictAnswer
}

/** The combined result of the models about one subject. `by` is the verdict that is acted on. */
export type Council =
  /** Policy names no model: the gates decide alone. */
  | { readonly kind: 'not_asked' }
  /** `attempt` counts this model's answers from 1; `fault` is what was wrong with the last one. */
  | {
      readonly kind: 'undecided'
      readonly next: {
        readonly model: string
        readonly attempt: number
        readonly fault: string | null
      }
      readonly because: string
    }
  | { readonly kind: 'pass'; readonly by: Opinion; readonly confidence: number }
  | {
      readonly kind: 'fail'
      readonly by: Opinion
      readonly confidence: number
      readonly missingItems: readonly string[]
      readonly suggestedFixes: readonly string[]
    }
  | { readonly kind: 'split'; readonly opinions: readonly Opinion[]; readonly because: string }
  | { readonly kind: 'low_confidence'; readonly by: Opinion; readonly because: string }
  | { readonly kind: 'injection'; readonly by: Opinion; readonly attempts: readonly string[] }
  | {
      readonly kind: 'unavailable'
      readonly because: string
      readonly model: string
      /** True if the model is unavailable, or refuses our credentials, for every question. */
      readonly isAway: boolean
    }
  | {
      readonly kind: 'budget'
      readonly because: string
      readonly budget: BudgetName | null
      /** When the question was not asked. */
      readonly at: Instant
    }

/**
 * Combines the verdicts about one subject by the rules of the policy. The models are asked in the
 * policy's order, the next one only while the answers decide nothing: an even split, or a majority
 * in which no model is sure. A model that the policy names again gives another sample then. An unavailable model is not skipped, since an outage is no reason to
 * trust fewer models.
 *
 * Verdicts about other subjects and of models that the policy does not name are ignored, and the
 * order of the list does not matter. The caller has left out verdicts that a person discounted, and
 * has run `checkVerdicts`.
 */
export function evaluateCouncil(
  verdicts: readonly Verdict[],
  subject: VerdictSubject,
  policy: JudgePolicy,
): Council {
  const { models } = policy
  if (models.length === 0) return { kind: 'not_asked' }
  const relevant = verdicts
    .filter((verdict) => isSameSubject(verdict.subject, subject))
    .toSorted(compareByTime)
  const opinions: Opinion[] = []
  for (const [index, model] of models.entries()) {
    const sample = models.slice(0, index).filter((name) => name === model).length
    const own = relevant.filter((verdict) => verdict.model === model)
    const assessment = assessModel(selectSample(own, sample), model, policy)
    if (assessment.kind !== 'opinion') return assessment
    opinions.push(assessment.opinion)
    const resolved = resolveOpinions(opinions, policy)
    if (resolved) return resolved
  }
  return resolveExhausted(opinions, policy)
}

const compareByTime = (a: Verdict, b: Verdict): number =>
  a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** The verdicts of a model after its first `sample` valid answers: each of them ends a sample. */
function selectSample(verdicts: readonly Verdict[], sample: number): readonly Verdict[] {
  let left = sample
  let from = 0
  for (const [index, { result }] of verdicts.entries()) {
    if (left === 0) break
    if (result.kind !== 'valid') continue
    left -= 1
    from = index + 1
  }
  return left > 0 ? [] : verdicts.slice(from)
}

/** One model's first valid answer, or what follows from having none. Verdicts are oldest first. */
function assessModel(
  verdicts: readonly Verdict[],
  model: string,
  policy: JudgePolicy,
): { kind: 'opinion'; opinion: Opinion } | Council {
  let fault: string | null = null
  let invalid = 0
  let unanswered: Council | null = null
  for (const verdict of verdicts) {
    const { result } = verdict
    switch (result.kind) {
      case 'valid':
        return { kind: 'opinion', opinion: { verdict, answer: result.answer } }
      case 'invalid':
        invalid += 1
        fault = result.fault
        break
      case 'unavailable': {
        const { because, failure } = result
        // A question that the model declined says nothing of other questions.
        const isAway = failure !== null && failure !== 'refused'
        unanswered ??= { kind: 'unavailable', because, model, isAway }
        break
      }
      case 'budget':
        unanswered ??= { ...result, at: verdict.at }
        break
      default:
        result satisfies never
    }
  }
  if (unanswered) return unanswered
  if (invalid >= policy.invalid_answers_max && invalid > 0) {
    return {
      kind: 'unavailable',
      because: `${model} gave no usable answer in ${invalid} tries. ${fault ?? ''}`.trim(),
      model,
      isAway: false,
    }
  }
  const because = invalid > 0 ? `Asking ${model} again: ${fault}` : `Asking ${model}.`
  return { kind: 'undecided', next: { model, attempt: invalid + 1, fault }, because }
}

/** What the opinions so far decide, or null if one more is needed. */
function resolveOpinions(opinions: readonly Opinion[], policy: JudgePolicy): Council | null {
  const suspicious = opinions.find(
    ({ answer }) => answer.decision === 'pass' && listInjections(answer).length > 0,
  )
  if (suspicious)
    return { kind: 'injection', by: suspicious, attempts: listInjections(suspicious.answer) }
  const majority = findMajority(opinions)
  const by = majority && selectMostConfident(majority)
  if (!majority || !by || by.answer.confidence < policy.escalate_below) return null
  const confidence = by.answer.confidence
  if (by.answer.decision === 'pass') return { kind: 'pass', by, confidence }
  const collect = (pick: (answer: VerdictAnswer) => readonly string[]): readonly string[] => [
    ...new Set(majority.flatMap(({ answer }) => pick(answer))),
  ]
  return {
    kind: 'fail',
    by,
    confidence,
    missingItems: collect((answer) => answer.missing_items),
    suggestedFixes: collect((answer) => answer.suggested_fixes),
  }
}

/** The result where all models have answered and either disagree evenly or are not sure. */
function resolveExhausted(opinions: readonly Opinion[], policy: JudgePolicy): Council {
  const majority = findMajority(opinions)
  const by = majority && selectMostConfident(majority)
  if (!by) {
    const decisions = opinions.map(
      ({ verdict, answer }) => `${verdict.model}: ${answer.decision} (${answer.confidence})`,
    )
    return { kind: 'split', opinions, because: `The models disagree: ${decisions.join(', ')}.` }
  }
  const { decision, confidence } = by.answer
  const because = [
    `${by.verdict.model} decided ${decision} with confidence ${confidence},`,
    `below ${policy.escalate_below}, and no other model is left to ask.`,
  ].join(' ')
  return { kind: 'low_confidence', by, because }
}

function findMajority(opinions: readonly Opinion[]): readonly Opinion[] | null {
  const passes = opinions.filter(({ answer }) => answer.decision === 'pass')
  const fails = opinions.filter(({ answer }) => answer.decision === 'fail')
  return passes.length === fails.length ? null : passes.length > fails.length ? passes : fails
}

/** The opinion with the highest confidence; among equals, the one asked first. */
const selectMostConfident = (opinions: readonly Opinion[]): Opinion | undefined =>
  opinions.toSorted((a, b) => b.answer.confidence - a.answer.confidence)[0]

const listInjections = (answer: VerdictAnswer): readonly string[] =>
  answer.injection_attempts.filter((text) => text.trim() !== '')
