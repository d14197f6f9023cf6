import { describeReason, type Reason } from '../run/reasons.ts'
import { type OptionId, optionIds, type Question } from './question.ts'
import { getQuestionTemplate } from './question-templates.ts'
import { toOneLine, toOneSentence } from './untrusted-text.ts'

export interface EscalationInput {
  readonly reason: Reason
  /** The reason behind `attempts_exhausted`, `no_progress` and the like. */
  readonly causeReason: Reason | null
  /** The explanation of the gate or the council. */
  readonly because: string
  /** `owner/name#n`, `unknown#?` or, if several runs share the question, `20 issues`. */
  readonly label: string
  readonly workflowName: string | null
  /** False if the repository or the issue is unknown: no further attempt could be dispatched. */
  readonly dispatchable: boolean
}

/** Builds the one question of an escalation, with the options that make sense for its reason. */
export function buildEscalation(input: EscalationInput): Question {
  const { reason, causeReason } = input
  const { afterCause, ...ownTemplate } = getQuestionTemplate(reason)
  const template = { ...ownTemplate, ...(causeReason === null ? {} : afterCause) }
  const cause =
    causeReason && causeReason !== reason
      ? ` (${causeReason}: ${describeReason(causeReason).replace(/\.$/, '')})`
      : ''
  const question = template.formatQuestion({
    label: toOneLine(input.label, 200),
    workflow: toOneLine(input.workflowName ?? 'of unknown name', 120),
    cause,
  })
  const options = optionIds.flatMap((id) => {
    const text = template.options[id]
    return text === undefined || (id === 'rerun' && !input.dispatchable) ? [] : [{ id, text }]
  })
  const isOffered = (wanted: OptionId) => options.some(({ id }) => id === wanted)
  const recommendation =
    [template.recommendation, 'resume' as const].find(isOffered) ?? options[0]?.id ?? 'close'
  return { type: template.type, question: toOneLine(question, 1_000), options, recommendation }
}

/** Reasons whose finding says the same more precisely: which base, which file, by when. */
const reasonsExplainedByFinding: ReadonlySet<Reason> = new Set([
  'merge_conflict',
  'missing_metadata',
  'completion_missing',
  'policy_invalid',
  'judge_split',
])

/** The reason's sentence, its cause, and the finding, without repetition. */
export function explainReason({
  reason,
  causeReason,
  because,
}: Pick<EscalationInput, 'reason' | 'causeReason' | 'because'>): string {
  const reasonSentence = describeReason(reason)
  const causeSentence = causeReason && causeReason !== reason ? describeReason(causeReason) : ''
  const finding = [reasonSentence, causeSentence]
    .reduce(removeSentence, toOneSentence(because, 1_000))
    .replaceAll('  ', ' ')
    .trim()
  const isExplained = finding !== '' && reasonsExplainedByFinding.has(reason)
  const cause = causeSentence === '' ? '' : `Cause: ${causeSentence}`
  return [isExplained ? '' : reasonSentence, cause, finding].filter((part) => part !== '').join(' ')
}

/** Removes a sentence, even if a semicolon joins the next clause to it. */
function removeSentence(text: string, sentence: string): string {
  if (sentence === '') return text
  const clause = `${sentence.replace(/\.$/, '')}; `
  const at = text.indexOf(clause)
  if (at < 0) return text.replace(sentence, '')
  const next = text.slice(at + clause.length)
  return `${text.slice(0, at)}${next.charAt(0).toUpperCase()}${next.slice(1)}`
}
