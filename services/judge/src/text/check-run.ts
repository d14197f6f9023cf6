import type { NamedResult } from '../gates/index.ts'
import { buildHeadline, type HeadlineInput } from './headline.ts'
import { neutralizeMentions, toMarkdownLine, toOneLine } from './untrusted-text.ts'

/** What a check run shows besides its state. */
export interface CheckRunText {
  /** The headline of the run. */
  readonly title: string
  /** The gates, in Markdown. */
  readonly summary: string
  /** What refuses, at its lines. */
  readonly annotations: readonly CheckAnnotation[]
}

export interface CheckAnnotation {
  readonly path: string
  readonly line: number
  readonly level: 'failure' | 'notice'
  readonly title: string
  readonly message: string
}

const MAX_TITLE_CHARS = 250
const MAX_REASON_CHARS = 400
const MAX_MESSAGE_CHARS = 1_000
/** More would hide the change that they are about. */
const MAX_ANNOTATIONS = 100

/** The check run of a commit: the headline, the gates that refuse or wait, and the others in one line. */
export function buildCheckRun(about: HeadlineInput, results: readonly NamedResult[]): CheckRunText {
  const { statusWords, headline } = buildHeadline(about)
  const passed = results.filter(({ result }) => result.result === 'pass').map(({ name }) => name)
  const others = results.filter(({ result }) => result.result !== 'pass')
  const rows = others.map(
    ({ name, result }) =>
      `| ${name} | ${result.result}s | ${toMarkdownLine(result.because, MAX_REASON_CHARS)} |`,
  )
  return {
    title: toOneLine(`${statusWords}: ${headline}`, MAX_TITLE_CHARS),
    summary: [
      ...(rows.length === 0
        ? []
        : [['| Gate | Result | Why |', '| --- | --- | --- |', ...rows].join('\n')]),
      results.length === 0
        ? 'This was decided without evaluating the gates again.'
        : passed.length === 0
          ? 'No gate has passed yet.'
          : `Passed (${passed.length}): ${passed.join(', ')}.`,
    ].join('\n\n'),
    annotations: results.flatMap(annotate).slice(0, MAX_ANNOTATIONS),
  }
}

/** Evidence with a place in the change. */
const annotate = ({ name, result }: NamedResult): readonly CheckAnnotation[] =>
  result.result === 'wait'
    ? []
    : result.evidence.flatMap(({ path, line, text }) =>
        path === undefined || path === '' || line === undefined || line === null || line < 1
          ? []
          : [
              {
                path,
                line,
                level: result.result === 'refuse' ? ('failure' as const) : ('notice' as const),
                title: name,
                message: neutralizeMentions(toOneLine(text, MAX_MESSAGE_CHARS)),
              },
            ],
      )
