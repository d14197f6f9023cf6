import type { JudgePolicy } from '../policy/policy.ts'
import { type Answer, sameSubject, type Verdict, type VerdictSubject } from './verdict.ts'

/** A verdict whose answer counts. */
export interface Opinion {
  readonly verdict: Verdict
  readonly answer: Answer
}

/** What the models say together about one subject. `by` is the verdict that is acted on. */
export type Council =
  /** Policy names no model: the gates decide alone. */
  | { readonly kind: 'not_asked' }
  /**
   * `attempt` counts the answers of this model from 1; `fault` is what was wrong with its last one.
   */
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
  | { readonly kind: 'unavailable'; readonly because: string }
  | { readonly kind: 'budget'; readonly because: string }

/**
 * Reads the verdicts about one subject by the rules of policy. The models are asked in its order,
 * and one more only while the answers so far decide nothing: an even split, or a majority none of
 * which is sure. A model that is needed and cannot be had is not skipped: that nobody answered is
 * no reason to trust fewer.
 *
 * Verdicts of another subject or of a model that policy does not name are not looked at, and the
 * order of the list does not matter. The caller leaves out what a person discounted, and has run
 * `checkVerdicts`.
 */
export function council(
  verdicts: readonly Verdict[],
  subject: VerdictSubject,
  policy: JudgePolicy,
): Council {
  const models = [...new Set(policy.models)]
  if (models.length === 0) return { kind: 'not_asked' }
  const about = verdicts.filter((verdict) => sameSubject(verdict.subject, subject)).toSorted(byTime)
  const opinions: Opinion[] = []
  for (const model of models) {
    const asked = standing(
      about.filter((verdict) => verdict.model === model),
      model,
      policy,
    )
    if (asked.kind !== 'opinion') return asked
    opinions.push(asked.opinion)
    const said = resolve(opinions, policy)
    if (said) return said
  }
  return noneLeft(opinions, policy)
}

const byTime = (a: Verdict, b: Verdict): number =>
  a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/**
 * Where one model stands: its first valid answer, or what is to be done about having none. Verdicts
 * are oldest first.
 */
function standing(
  asked: readonly Verdict[],
  model: string,
  policy: JudgePolicy,
): { kind: 'opinion'; opinion: Opinion } | Council {
  let fault: string | null = null
  let invalid = 0
  let absent: Council | null = null
  for (const verdict of asked) {
    const { result } = verdict
    switch (result.kind) {
      case 'valid':
        return { kind: 'opinion', opinion: { verdict, answer: result.answer } }
      case 'invalid':
        invalid += 1
        fault = result.fault
        break
      case 'unavailable':
      case 'budget':
        absent ??= { kind: result.kind, because: result.because }
        break
      default:
        result satisfies never
    }
  }
  if (absent) return absent
  if (invalid >= policy.invalid_answers_max && invalid > 0) {
    return {
      kind: 'unavailable',
      because: `${model} gave no usable answer in ${invalid} tries. ${fault ?? ''}`.trim(),
    }
  }
  const because = invalid > 0 ? `${model} is asked again: ${fault}` : `${model} is asked.`
  return { kind: 'undecided', next: { model, attempt: invalid + 1, fault }, because }
}

/** What the opinions so far decide, or null if one more is needed. */
function resolve(opinions: readonly Opinion[], policy: JudgePolicy): Council | null {
  const suspicious = opinions.find(
    ({ answer }) => answer.decision === 'pass' && injections(answer).length > 0,
  )
  if (suspicious)
    return { kind: 'injection', by: suspicious, attempts: injections(suspicious.answer) }
  const majority = majorityOf(opinions)
  const by = majority && surest(majority)
  if (!majority || !by || by.answer.confidence < policy.escalate_below) return null
  const confidence = by.answer.confidence
  if (by.answer.decision === 'pass') return { kind: 'pass', by, confidence }
  const all = (pick: (answer: Answer) => readonly string[]): readonly string[] => [
    ...new Set(majority.flatMap(({ answer }) => pick(answer))),
  ]
  return {
    kind: 'fail',
    by,
    confidence,
    missingItems: all((answer) => answer.missing_items),
    suggestedFixes: all((answer) => answer.suggested_fixes),
  }
}

/**
 * Every model has spoken and nothing is decided: they disagree evenly, or none of the majority is
 * sure.
 */
function noneLeft(opinions: readonly Opinion[], policy: JudgePolicy): Council {
  const majority = majorityOf(opinions)
  const by = majority && surest(majority)
  if (!by) {
    const said = opinions.map(
      ({ verdict, answer }) => `${verdict.model}: ${answer.decision} (${answer.confidence})`,
    )
    return { kind: 'split', opinions, because: `The judges disagree: ${said.join(', ')}.` }
  }
  const because = `${by.verdict.model} says ${by.answer.decision} with confidence ${by.answer.confidence}, under ${policy.escalate_below}, and no model is left to ask.`
  return { kind: 'low_confidence', by, because }
}

function majorityOf(opinions: readonly Opinion[]): readonly Opinion[] | null {
  const passes = opinions.filter(({ answer }) => answer.decision === 'pass')
  const fails = opinions.filter(({ answer }) => answer.decision === 'fail')
  return passes.length === fails.length ? null : passes.length > fails.length ? passes : fails
}

/** The one with the highest confidence; of equals the one asked first. */
const surest = (opinions: readonly Opinion[]): Opinion | undefined =>
  opinions.toSorted((a, b) => b.answer.confidence - a.answer.confidence)[0]

const injections = (answer: Answer): readonly string[] =>
  answer.injection_attempts.filter((text) => text.trim() !== '')
