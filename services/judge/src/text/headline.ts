import { formatList, shortenSha } from '../lib/text.ts'
import type { Status } from '../run/lifecycle.ts'
import { getReasonKind } from '../run/reason-kinds.ts'
import { describeReason, type Reason } from '../run/reasons.ts'
import type { Wait } from '../run/run.ts'
import { toOneLine } from './untrusted-text.ts'

/** Longer headlines do not fit above the fold of a phone. */
export const MAX_HEADLINE_CHARS = 180

export interface HeadlineInput {
  readonly status: Status
  readonly reason: Reason | null
  /** The reason behind `attempts_exhausted`, `no_progress` and the like. */
  readonly causeReason: Reason | null
  /** The explanation that the decision gave; null or empty: the reason's own sentence. */
  readonly because: string | null
  /** The commit that is judged; null: it is not known. */
  readonly commitSha: string | null
  /** What an open run waits for, what decides first at the beginning. */
  readonly waitingFor: readonly Pick<Wait, 'what' | 'because' | 'items'>[]
  /** Who decided: `service`, or a person; null: it is not known. */
  readonly by: string | null
}

export interface Headline {
  /** What the run's status is called, such as `Needs another attempt`. */
  readonly statusWords: string
  /** The sentence after the status words, without a full stop. */
  readonly headline: string
}

const statusWords: Readonly<Record<Status, string>> = {
  notified: 'Announced',
  run_complete: 'Gathering evidence',
  waiting_for_ci: 'Waiting for CI',
  waiting_for_review: 'Waiting for review',
  judging: 'Asking the judge',
  completed: 'Completed',
  needs_iteration: 'Needs another attempt',
  needs_human: 'Needs a person',
  superseded: 'Superseded',
  closed: 'Closed',
}

export const getStatusWords = (status: Status): string => statusWords[status]

/**
 * Why a run stands where it stands, in one sentence. The page, the API, the commit status and the
 * messages all show this one, so that no two of them disagree.
 */
export const buildHeadline = (input: HeadlineInput): Headline => ({
  statusWords: statusWords[input.status],
  headline: toOneLine(buildSentence(input), MAX_HEADLINE_CHARS),
})

function buildSentence(input: HeadlineInput): string {
  const { status, reason, by } = input
  switch (status) {
    case 'notified':
      return "the agent has reported; its workflow's end is awaited"
    case 'run_complete':
      return describeEvidence(input)
    case 'waiting_for_ci':
      return describeCi(input)
    case 'waiting_for_review':
      return describeReview(input)
    case 'judging':
      return describeJudge(input)
    case 'superseded':
      return describeSuccessor(input)
    case 'completed':
    case 'needs_iteration':
    case 'needs_human':
    case 'closed':
      return isPersonal(reason) ? describePerson(input, by) : describeEnd(input)
    default:
      return status satisfies never
  }
}

/** Names the commit, unless the sentence does: `on 4c1e09a`, or in brackets after a long one. */
function nameCommit(sentence: string, commitSha: string | null): string {
  if (commitSha === null) return sentence
  const short = shortenSha(commitSha)
  if (sentence.includes(short)) return sentence
  const named = sentence.replace(/\bthe commit\b(?! that)/, short)
  if (named !== sentence) return named
  return /[,;:]|\b(?:that|what)\b/.test(sentence)
    ? `${sentence} (${short})`
    : `${sentence} on ${short}`
}

function describeEvidence({ waitingFor, commitSha }: HeadlineInput): string {
  const because = trimSentence(waitingFor[0]?.because ?? '')
  if (because !== '') return because
  return commitSha === null
    ? 'reading what the run left behind'
    : `reading pull request, checks and review of ${shortenSha(commitSha)}`
}

function describeCi({ waitingFor, commitSha }: HeadlineInput): string {
  const wait = waitingFor.find(({ what }) => what === 'ci')
  const because = trimSentence(wait?.because ?? '')
  if (because !== '' && !/^waiting for /i.test(because)) return nameCommit(because, commitSha)
  const names = (wait?.items ?? []).map(({ text }) => text.replace(/: [a-z_ ]+$/, ''))
  return names.length === 0
    ? nameCommit('its checks are still to end', commitSha)
    : nameCommit(`${formatList(names, 3)} still to end`, commitSha)
}

function describeReview({ waitingFor, commitSha }: HeadlineInput): string {
  const because = trimSentence(waitingFor.find(({ what }) => what === 'review')?.because ?? '')
  const commit = commitSha === null ? 'the commit' : shortenSha(commitSha)
  if (because === '' || because === 'no review yet') return `no one has reviewed ${commit} yet`
  return because === 'Codex is reviewing'
    ? `Codex is reviewing ${commit}`
    : nameCommit(because, commitSha)
}

function describeJudge({ waitingFor, commitSha }: HeadlineInput): string {
  const because = trimSentence(waitingFor[0]?.because ?? '')
  const [, model, fault] = /^asking (\S+?)(?: again: (.+))?$/i.exec(because) ?? []
  const commit = commitSha === null ? 'the change' : shortenSha(commitSha)
  if (model === undefined)
    return because === '' ? `a model is asked about ${commit}` : nameCommit(because, commitSha)
  return fault === undefined
    ? `${model} is asked about ${commit}`
    : `${model} is asked about ${commit} again: ${trimSentence(fault)}`
}

function describeSuccessor({ because, reason }: HeadlineInput): string {
  const [, attempt] = /^attempt (\d+) took over$/.exec(because ?? '') ?? []
  return attempt === undefined
    ? describeWhy(because, reason)
    : `attempt ${attempt} of the same issue took over`
}

const isPersonal = (reason: Reason | null): boolean =>
  reason === 'decided_by_person' || reason === 'stopped_by_person'

/** A decision of a person names that person, and has their words. */
function describePerson({ status, reason, because }: HeadlineInput, by: string | null): string {
  const who = by === null || by === 'service' ? 'a person' : by
  const did = reason === 'stopped_by_person' ? 'stopped it' : decisions[status]
  const words = trimSentence(because ?? '')
  const isOwnText = reason !== null && words === trimSentence(describeReason(reason))
  return words === '' || isOwnText ? `${who} ${did}` : `${who} ${did}: ${words}`
}

const decisions: Readonly<Record<string, string>> = {
  completed: 'accepted it',
  needs_human: 'asked for a decision',
  closed: 'closed it',
}

function describeEnd({ status, reason, because, causeReason, commitSha }: HeadlineInput): string {
  if (status === 'completed' && reason === 'accepted')
    return nameCommit(describeWhy(because, reason), commitSha)
  const judged = causeReason ?? reason
  const isAboutCommit = judged !== null && kindsAboutCommit.has(getReasonKind(judged))
  const [first = '', ...rest] = splitSentences(describeWhy(because, reason))
  const whole = [first, ...rest.map(lowerFirst)].join('; ')
  // Where a text names the commit anywhere, a second time would only be in the way.
  if (!isAboutCommit || reasonsWithoutCommit.has(judged)) return whole
  if (commitSha !== null && whole.includes(shortenSha(commitSha))) return whole
  return [nameCommit(first, commitSha), ...rest.map(lowerFirst)].join('; ')
}

const kindsAboutCommit: ReadonlySet<string> = new Set([
  'work_fails',
  'too_far',
  'nothing_came',
  'judgement',
])
const reasonsWithoutCommit: ReadonlySet<Reason> = new Set<Reason>([
  'missing_metadata',
  'wrong_base',
  'no_progress',
  'attempts_exhausted',
  'budget_exhausted',
  'policy_invalid',
])

const describeWhy = (because: string | null, reason: Reason | null): string => {
  const text = trimSentence(because ?? '')
  return text !== '' ? text : trimSentence(reason === null ? '' : describeReason(reason))
}

const splitSentences = (text: string): readonly string[] =>
  text.split(/(?<=[^.\s]{2}[.!?])\s+(?=[A-Z])/).map((sentence) => trimSentence(sentence))

/** Without the full stop, and with a small letter at its beginning unless that is a name. */
const trimSentence = (text: string): string => lowerFirst(text.trim().replace(/\.$/, ''))

/** Words that begin sentences of ours; everything else may be a name. */
const lowerFirst = (text: string): string =>
  text.replace(
    /^(?:A|An|The|This|Every|All|No|None|It|Its|There|Asking|Waiting|Text|Review|Infrastructure|Checks?)\b/,
    (word) => word.toLowerCase(),
  )
