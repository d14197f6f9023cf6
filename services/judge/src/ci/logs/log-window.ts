import { clip, pluralize } from '../../lib/text.ts'
import type { LogLine } from './clean-log.ts'
import { errorKinds, startsReport } from './error-patterns.ts'
import { findFailedSteps, type LogStep } from './log-steps.ts'

/** A prompt quotes several windows, so each is short. */
export const MAX_WINDOW_CHARS = 6_000
const MAX_WINDOW_LINES = 120
const MAX_LINE_CHARS = 500
/** The part for the first error and what follows it; the rest is for the end of the step. */
const HEAD_SHARE = 0.6
/** The lines before the first error. */
const CONTEXT_LINES = 3
/** What a mark of omitted lines and a title take. */
const RESERVED_CHARS = 200

/**
 * The part of a job's log that tells why it failed: of each failed step its first error, with what
 * follows it, and its end. It is bounded, and the same log gives the same window.
 */
export function cutLogWindow(clean: string): string {
  const steps = findFailedSteps(clean).map(({ title, lines }) => ({
    title,
    lines: toTexts(lines),
  }))
  return steps
    .map((step) => cutStep(step, steps.length))
    .filter((text) => text !== '')
    .join('\n\n')
}

interface StepText {
  readonly title: LogStep['title']
  readonly lines: readonly string[]
}

/** The lines as they are shown, without blank ones at the ends and without several in a row. */
function toTexts(lines: readonly LogLine[]): readonly string[] {
  const texts = lines
    .filter(({ kind }) => kind !== 'end_group')
    .map(({ kind, text }) => clip(kind === 'error' ? `Error: ${text}` : text, MAX_LINE_CHARS))
  const isBlank = (index: number): boolean => (texts[index] ?? '').trim() === ''
  const kept = texts.filter((_, index) => !isBlank(index) || !isBlank(index - 1))
  return kept.at(-1)?.trim() === '' ? kept.slice(0, -1) : kept
}

function cutStep({ title, lines }: StepText, steps: number): string {
  const limit: Limit = {
    lines: Math.floor(MAX_WINDOW_LINES / steps),
    chars: Math.floor(MAX_WINDOW_CHARS / steps) - RESERVED_CHARS,
  }
  const name = title === null ? [] : [clip(title, 100)]
  return [...name, ...cutLines(lines, limit)].join('\n')
}

interface Limit {
  readonly lines: number
  readonly chars: number
}

function cutLines(lines: readonly string[], limit: Limit): readonly string[] {
  const first = findFirstError(lines)
  const fromFirst = first === null ? [] : lines.slice(first)
  const end = takeLast(lines, limit)
  // Where the first error is near the end, the end alone has it.
  if (first === null || end.length >= fromFirst.length)
    return [...formatOmitted(lines.length - end.length), ...end]
  const head = takeFirst(fromFirst, scale(limit, HEAD_SHARE))
  const tail = takeLast(fromFirst.slice(head.length), scale(limit, 1 - HEAD_SHARE))
  return [
    ...formatOmitted(first),
    ...head,
    ...formatOmitted(fromFirst.length - head.length - tail.length),
    ...tail,
  ]
}

const scale = ({ lines, chars }: Limit, share: number): Limit => ({
  lines: Math.floor(lines * share),
  chars: Math.floor(chars * share),
})

/** Some lines before the first error, or where its report begins; null if none is known. */
function findFirstError(lines: readonly string[]): number | null {
  for (const isError of errorKinds) {
    const index = lines.findIndex((line) => isError(line) || startsReport(line))
    if (index >= 0) return Math.max(0, index - CONTEXT_LINES)
  }
  return null
}

const formatOmitted = (count: number): readonly string[] =>
  count > 0 ? [`… ${pluralize(count, 'line')} left out …`] : []

function takeFirst(lines: readonly string[], limit: Limit): readonly string[] {
  let chars = 0
  const over = lines.findIndex((line, index) => {
    chars += line.length + 1
    return index >= limit.lines || chars > limit.chars
  })
  return over < 0 ? lines : lines.slice(0, over)
}

const takeLast = (lines: readonly string[], limit: Limit): readonly string[] =>
  takeFirst(lines.toReversed(), limit).toReversed()
