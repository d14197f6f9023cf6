import { formatUtc } from '../lib/instant.ts'
import { formatIssueLabel } from '../run/run.ts'
import type { EscalationText, Resolution } from './discord-message.ts'
import { toMarkdownLine, toOneSentence, toWebAddress } from './untrusted-text.ts'

/** The run that a comment on its pull request is about. */
export interface CommentSubject {
  readonly repository: string | null
  readonly issueNumber: number | null
  readonly runUrl: string
}

/** A comment on a pull request by which people are asked. */
export interface QuestionComment {
  /** The whole text while the question is open. */
  readonly text: string
  /** The part that stays once it is resolved. */
  readonly question: string
  /** The whole text if a newer run takes over. */
  readonly superseded: string
}

const MAX_REASON_CHARS = 1_500

/**
 * The comment that asks people on GitHub, in Markdown. What others wrote stands in it as text: it
 * can neither mention anyone, nor link, nor add a line.
 */
export function buildQuestionComment(
  about: CommentSubject,
  escalation: EscalationText,
): QuestionComment {
  const label = toMarkdownLine(formatIssueLabel(about.repository, about.issueNumber), 200)
  const question = [
    `**Codex needs a person for ${label}.**`,
    toMarkdownLine(escalation.reason, MAX_REASON_CHARS),
    `**${toMarkdownLine(escalation.question, 400)}**`,
  ].join('\n\n')
  const options = escalation.options.map(
    ({ id, text }) =>
      `- \`/judge ${id}\`: ${toMarkdownLine(toOneSentence(text, 200), 250)}` +
      `${id === escalation.recommendation ? ' *(recommended)*' : ''}`,
  )
  const page = formatPage(about)
  const text = [
    question,
    'To answer, comment with one of these; what follows it is your note. Everyone who may write to ' +
      'this repository can answer, once.',
    options.join('\n'),
    [
      ...(escalation.closesAt === null
        ? []
        : [`The run closes on ${formatUtc(escalation.closesAt)} unless someone answers.`]),
      page,
    ].join(' '),
  ].join('\n\n')
  return {
    text,
    question,
    superseded: `${question}\n\nA newer run of the issue took over, so no answer is needed. ${page}`,
  }
}

/** The text of the comment once its question is resolved: what was asked, by whom and how it ended. */
export function buildResolvedComment(
  question: string,
  about: Pick<CommentSubject, 'runUrl'>,
  { by, what, note }: Resolution,
): string {
  const who =
    by === 'service'
      ? 'Resolved by the service'
      : `Answered by ${toMarkdownLine(formatPerson(by), 80)}`
  const words =
    note === null || note.trim() === '' ? '' : ` ${toMarkdownLine(toOneSentence(note, 500), 600)}`
  return `${question}\n\n**${who}: ${toMarkdownLine(what, 200)}.**${words} ${formatPage(about)}`
}

/** People who answered on GitHub are named as they are there. */
const formatPerson = (by: string): string => by.replace(/^github:/, '')

const formatPage = ({ runUrl }: Pick<CommentSubject, 'runUrl'>): string => {
  const url = toWebAddress(runUrl)
  return url === null ? '' : `[Everything about this run](${url.replaceAll(')', '%29')})`
}
