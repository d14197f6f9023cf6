import { clip, listed } from '../lib/text.ts'
import { issueLabel } from '../run/run.ts'
import { oneLine, oneSentence, webAddress, withoutMentions } from './plain.ts'

/**
 * What Discord takes as one message. It counts characters, we count UTF-16 units, which are never
 * fewer.
 */
export const messageMax = 2_000

/** Longer addresses of others are left out: the first line and the `Run:` link must always fit. */
const linkMax = 250

/** What every message says about a run. Addresses that are no web addresses are left out. */
export interface MessageSubject {
  readonly repository: string | null
  readonly issueNumber: number | null
  readonly issueUrl: string | null
  readonly prNumber: number | null
  readonly prUrl: string | null
  readonly ci: { readonly status: string; readonly url: string | null } | null
  /** Where the run is shown; the message is found again by this line. */
  readonly runUrl: string
  /** Names of the artifacts that were found. */
  readonly artifacts: readonly string[]
}

export interface EscalationText {
  /** The reason in words, with what stands beneath it. */
  readonly reason: string
  readonly question: string
  readonly options: readonly { readonly id: string; readonly text: string }[]
  readonly recommendation: string
  /** When it closes by itself, ISO 8601; null where it does not. */
  readonly closesAt: string | null
}

/** How an escalation came to its end, for the message that asked. */
export interface Resolution {
  readonly by: string
  readonly what: string
  readonly note: string | null
}

/** The success message. */
export const successMessage = (about: MessageSubject, summary: string): string =>
  compose(about, {
    first: `✅ Codex completed ${label(about)}.`,
    key: 'Summary',
    why: summary,
    rest: [],
  })

/** The question to a person. */
export const escalationMessage = (about: MessageSubject, asked: EscalationText): string =>
  escalation(about, asked, [])

/** One more message about a question nobody has answered yet. */
export const reminderMessage = (about: MessageSubject, asked: EscalationText): string =>
  escalation(about, asked, [`${reminderLine} this question has not been answered.`])

/**
 * What the question's message becomes when it is settled: still what was asked, and what became of
 * it.
 */
export function resolvedMessage(
  about: MessageSubject,
  asked: EscalationText,
  resolution: Resolution,
): string {
  const note =
    resolution.note === null || resolution.note.trim() === ''
      ? ''
      : ` — ${oneLine(resolution.note, 300)}`
  const text = `Settled: ${oneLine(resolution.what, 200)} by ${oneLine(resolution.by, 80)}${note}`
  return compose(about, {
    first: escalationFirst(about),
    key: 'Reason',
    why: asked.reason,
    rest: [text],
  })
}

/**
 * Lines by which a message is told from another about the same run: its first, its `Run:`, whether
 * it reminds, and until when it asks, since a run that a person sent back may ask again.
 */
export function identityOf(message: string): string {
  const lines = message.split('\n').map((line) => line.trim())
  const run = lines.find((line) => line.startsWith('Run: ')) ?? ''
  const reminds = lines.some((line) => line.startsWith(reminderLine))
  const until = lines.find((line) => line.startsWith(closesLine)) ?? ''
  return JSON.stringify([lines[0], run, reminds, until])
}

const reminderLine = 'Reminder:'
const closesLine = 'If nobody answers by '
const escalationFirst = (about: MessageSubject): string =>
  `⚠️ Codex needs human help for ${label(about)}.`
const label = (about: MessageSubject): string =>
  oneLine(issueLabel(about.repository, about.issueNumber), 200)

function escalation(
  about: MessageSubject,
  asked: EscalationText,
  before: readonly string[],
): string {
  const recommended = asked.options.find(({ id }) => id === asked.recommendation)
  const rest = [
    ...before,
    `Question: ${oneSentence(asked.question, 400)}`,
    ...asked.options.map(({ id, text }) => `- ${oneLine(id, 20)}: ${oneSentence(text, 120)}`),
    ...(recommended ? [`Recommended: ${recommended.id}`] : []),
    ...(asked.closesAt === null ? [] : [`${closesLine}${asked.closesAt}, the run is closed.`]),
  ]
  return compose(about, { first: escalationFirst(about), key: 'Reason', why: asked.reason, rest })
}

interface Parts {
  readonly first: string
  readonly key: 'Summary' | 'Reason'
  readonly why: string
  readonly rest: readonly string[]
}

/**
 * The lines in their fixed order. Only the summary (or reason) gives way to the limit: whoever
 * reads needs the links more than the last words of it.
 */
function compose(about: MessageSubject, { first, key, why, rest }: Parts): string {
  const pullRequest =
    webAddress(about.prUrl, linkMax) ?? (about.prNumber === null ? 'none' : `#${about.prNumber}`)
  const ciUrl = webAddress(about.ci?.url, linkMax)
  const ci =
    about.ci === null
      ? 'none'
      : [withoutMentions(oneLine(about.ci.status, 40)), ciUrl]
          .filter((part) => part !== null)
          .join(' ')
  const links = [
    `Issue: ${webAddress(about.issueUrl, linkMax) ?? withoutMentions(label(about))}`,
    `PR: ${pullRequest}`,
    `CI: ${ci}`,
    `Run: ${webAddress(about.runUrl) ?? withoutMentions(oneLine(about.runUrl, 400))}`,
    `Artifacts: ${
      about.artifacts.length === 0
        ? 'none'
        : withoutMentions(
            listed(
              about.artifacts.map((name) => oneLine(name, 40)),
              6,
            ),
          )
    }`,
  ]
  const fixed = [withoutMentions(first), ...links]
  const extra = rest.map(withoutMentions)
  const room = messageMax - [...fixed, ...extra].join('\n').length - `${key}: \n`.length
  const said = clip(withoutMentions(oneLine(why, 1_200)), Math.max(80, Math.min(1_200, room)))
  const lines = [fixed[0], `${key}: ${said}`, ...links, ...extra]
  return clip(lines.join('\n'), messageMax)
}
