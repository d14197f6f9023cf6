import { formatDuration } from '../lib/duration.ts'
import { formatUtc, type Instant, type Millis } from '../lib/instant.ts'
import { clip, formatList } from '../lib/text.ts'
import { formatIssueLabel } from '../run/run.ts'
import { formatSharedLinks, isShared, type SharedSubject } from './shared-subject.ts'
import { neutralizeMentions, toOneLine, toOneSentence, toWebAddress } from './untrusted-text.ts'

/** Discord's limit for one message. It counts characters; we count UTF-16 units, never fewer. */
export const MAX_MESSAGE_CHARS = 2_000

/** Longer addresses are left out, so that the first line and the `Run:` link always fit. */
const MAX_LINK_CHARS = 250

/** The run that a message is about. Addresses that are not HTTP(S) are left out. */
export interface MessageSubject {
  readonly repository: string | null
  readonly issueNumber: number | null
  readonly issueUrl: string | null
  readonly prNumber: number | null
  readonly prUrl: string | null
  readonly ci: { readonly status: string; readonly url: string | null } | null
  /** The page of the run; a message is found again by this line. */
  readonly runUrl: string
  /** Names of the artifacts that were found. */
  readonly artifacts: readonly string[]
}

export interface EscalationText {
  /** The reason with its cause and finding. */
  readonly reason: string
  readonly question: string
  readonly options: readonly { readonly id: string; readonly text: string }[]
  readonly recommendation: string
  /** When the run closes without an answer; null: never. */
  readonly closesAt: Instant | null
  /** How often one of the runs tries again by itself; null: none does. */
  readonly retryEvery: Millis | null
}

/** How an escalation was resolved. */
export interface Resolution {
  /** `service`, or the person who decided. */
  readonly by: string
  readonly what: string
  readonly note: string | null
}

/** The success message. */
export const buildSuccessMessage = (about: MessageSubject, summary: string): string =>
  compose(about, {
    first: `✅ Codex completed ${formatLabel(about)}.`,
    key: 'Summary',
    why: summary,
    rest: [],
  })

/** The run or the runs that a question is about. */
export type QuestionSubjects = MessageSubject | SharedSubject

/** The message with the question to a person. */
export const buildEscalationMessage = (
  about: QuestionSubjects,
  escalation: EscalationText,
): string => composeEscalation(about, escalation, [])

/** A second message about a question that is still open. */
export const buildReminderMessage = (about: QuestionSubjects, escalation: EscalationText): string =>
  composeEscalation(about, escalation, [
    `${REMINDER_PREFIX} this question has not been answered yet.`,
  ])

/** The new text of the question's message once the escalation is resolved. */
export function buildResolvedMessage(
  about: QuestionSubjects,
  escalation: EscalationText,
  resolution: Resolution,
): string {
  const note =
    resolution.note === null || resolution.note.trim() === ''
      ? ''
      : ` — ${toOneLine(resolution.note, 300)}`
  const by = resolution.by === 'service' ? 'the service' : toOneLine(resolution.by, 80)
  const text = `Resolved by ${by}: ${toOneLine(resolution.what, 200)}${note}`
  return compose(about, {
    first: formatEscalationHeading(about),
    key: 'Reason',
    why: escalation.reason,
    rest: [text],
  })
}

/**
 * Distinguishes the messages about a run by the first line, the `Run:` line, whether it is a
 * reminder, and the deadline, since a run may ask again after an answer.
 */
export function identifyMessage(message: string): string {
  const lines = message.split('\n').map((line) => line.trim())
  const run = lines.find((line) => line.startsWith('Run: ')) ?? ''
  const isReminder = lines.some((line) => line.startsWith(REMINDER_PREFIX))
  const [, day, minute] = lines.map((line) => deadlinePattern.exec(line)).find(Boolean) ?? []
  return JSON.stringify([lines[0], run, isReminder, day ?? null, minute ?? null])
}

const REMINDER_PREFIX = 'Reminder:'
/** Earlier versions wrote `If nobody answers by`; their messages may still be in a channel. */
const deadlinePattern =
  /^(?:The runs? closes? on|If nobody answers by) (\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)/
const formatEscalationHeading = (about: QuestionSubjects): string =>
  `⚠️ Codex needs human help for ${isShared(about) ? `${about.count} issues` : formatLabel(about)}.`
const formatLabel = (about: MessageSubject): string =>
  toOneLine(formatIssueLabel(about.repository, about.issueNumber), 200)

function composeEscalation(
  about: QuestionSubjects,
  escalation: EscalationText,
  before: readonly string[],
): string {
  const recommended = escalation.options.find(({ id }) => id === escalation.recommendation)
  const rest = [
    ...before,
    `Question: ${toOneSentence(escalation.question, 400)}`,
    ...escalation.options.map(
      ({ id, text }) => `- ${toOneLine(id, 20)}: ${toOneSentence(text, 120)}`,
    ),
    ...(recommended ? [`Recommended: ${recommended.id}`] : []),
    ...formatRetry(about, escalation.retryEvery),
    ...(escalation.closesAt === null
      ? []
      : [
          `${isShared(about) ? 'The runs close' : 'The run closes'} on ` +
            `${formatUtc(escalation.closesAt)} unless someone answers.`,
        ]),
  ]
  return compose(about, {
    first: formatEscalationHeading(about),
    key: 'Reason',
    why: escalation.reason,
    rest,
  })
}

const formatRetry = (about: QuestionSubjects, every: Millis | null): readonly string[] =>
  every === null
    ? []
    : [
        isShared(about)
          ? `One of the runs tries again every ${formatDuration(every)}; all go on once it works.`
          : `It is tried again every ${formatDuration(every)}; the run goes on once it works.`,
      ]

interface MessageParts {
  readonly first: string
  readonly key: 'Summary' | 'Reason'
  readonly why: string
  readonly rest: readonly string[]
}

/**
 * The lines in their fixed order. If they exceed the limit, only the summary (or reason) is cut.
 */
function compose(about: QuestionSubjects, { first, key, why, rest }: MessageParts): string {
  const links = isShared(about) ? formatSharedLinks(about) : formatLinks(about)
  const fixed = [neutralizeMentions(first), ...links]
  const extra = rest.map(neutralizeMentions)
  const room = MAX_MESSAGE_CHARS - [...fixed, ...extra].join('\n').length - `${key}: \n`.length
  const shown = clip(neutralizeMentions(toOneLine(why, 1_200)), Math.max(80, Math.min(1_200, room)))
  const lines = [fixed[0], `${key}: ${shown}`, ...links, ...extra]
  return clip(lines.join('\n'), MAX_MESSAGE_CHARS)
}

function formatLinks(about: MessageSubject): readonly string[] {
  const pullRequest =
    toWebAddress(about.prUrl, MAX_LINK_CHARS) ??
    (about.prNumber === null ? 'none' : `#${about.prNumber}`)
  const issueUrl = toWebAddress(about.issueUrl, MAX_LINK_CHARS)
  const ciUrl = toWebAddress(about.ci?.url, MAX_LINK_CHARS)
  const ci =
    about.ci === null
      ? 'none'
      : [neutralizeMentions(toOneLine(about.ci.status, 40)), ciUrl]
          .filter((part) => part !== null)
          .join(' ')
  return [
    `Issue: ${issueUrl ?? neutralizeMentions(formatLabel(about))}`,
    `PR: ${pullRequest}`,
    `CI: ${ci}`,
    `Run: ${toWebAddress(about.runUrl) ?? neutralizeMentions(toOneLine(about.runUrl, 400))}`,
    `Artifacts: ${
      about.artifacts.length === 0
        ? 'none'
        : neutralizeMentions(
            formatList(
              about.artifacts.map((name) => toOneLine(name, 40)),
              6,
            ),
          )
    }`,
  ]
}
