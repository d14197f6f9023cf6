import type { DiffFile, DiffHunk, DiffLine } from '../diff/diff.ts'
import { pluralize } from '../lib/text.ts'
import type { Relevance } from './relevance.ts'
import { showInvisible } from './show-invisible.ts'
import { estimateTokens } from './tokens.ts'

/** What is shown of the hunks of one file. */
export interface RenderedHunks {
  readonly text: string
  readonly tokens: number
  /** The number of lines that are shown. */
  readonly shown: number
  /** What is not shown, with its lines; null: everything is. */
  readonly hidden: string | null
}

/** The most that a note about hunks that are not shown takes. */
const NOTE_TOKENS = 40
/** How many ranges of lines are named. */
const MAX_RANGES = 6

/**
 * As many whole hunks of a file as fit, those first that the issue is about. If not even one fits,
 * the beginning of the first of them. Each gap is named in its place.
 */
export function renderHunks(file: DiffFile, tokens: number, relevance: Relevance): RenderedHunks {
  const sized = file.hunks.map((hunk) => ({
    hunk,
    text: formatHunk(hunk),
    names: relevance.countNames(hunk.lines.map(({ text }) => text).join('\n')),
  }))
  const chosen = new Map<DiffHunk, { readonly text: string; readonly lines: number }>()
  let left = tokens - NOTE_TOKENS
  for (const { hunk, text } of sized.toSorted((a, b) => b.names - a.names)) {
    const size = tokens === Number.POSITIVE_INFINITY ? 0 : estimateTokens(text) + NOTE_TOKENS
    if (size > left) continue
    left -= size
    chosen.set(hunk, { text, lines: hunk.lines.length })
  }
  const [first] = sized.toSorted((a, b) => b.names - a.names)
  if (chosen.size === 0 && first !== undefined) {
    const part = cutHunk(first.hunk, left)
    if (part.lines > 0) chosen.set(first.hunk, part)
  }
  const text = joinHunks(file.hunks, chosen)
  const shown = [...chosen.values()].reduce((sum, { lines }) => sum + lines, 0)
  return {
    text,
    tokens: tokens === Number.POSITIVE_INFINITY ? 0 : estimateTokens(text) + 1,
    shown,
    hidden: describeHidden(file.hunks, chosen),
  }
}

type Chosen = ReadonlyMap<DiffHunk, { readonly text: string; readonly lines: number }>

function joinHunks(hunks: readonly DiffHunk[], chosen: Chosen): string {
  const parts: string[] = []
  let skipped: DiffHunk[] = []
  const note = (): void => {
    if (skipped.length > 0)
      parts.push(`(${pluralize(skipped.length, 'hunk')} not shown: ${formatSpan(skipped)})`)
    skipped = []
  }
  for (const hunk of hunks) {
    const part = chosen.get(hunk)
    if (part === undefined) skipped.push(hunk)
    else {
      note()
      parts.push(part.text)
    }
  }
  note()
  return parts.join('\n')
}

/** The beginning of a hunk, with a note where it ends. */
function cutHunk(hunk: DiffHunk, tokens: number): { text: string; lines: number } {
  const parts = [showInvisible(hunk.header)]
  let left = tokens - estimateTokens(parts[0] ?? '') - NOTE_TOKENS
  for (const line of hunk.lines) {
    const text = formatLine(line)
    left -= estimateTokens(text) + 1
    if (left < 0) break
    parts.push(text)
  }
  const lines = parts.length - 1
  const rest = hunk.lines.slice(lines)
  parts.push(`(this hunk is cut here: its last ${pluralize(rest.length, 'line')} are not shown)`)
  return { text: parts.join('\n'), lines }
}

function describeHidden(hunks: readonly DiffHunk[], chosen: Chosen): string | null {
  const rests = hunks.flatMap((hunk) => {
    const rest = hunk.lines.slice(chosen.get(hunk)?.lines ?? 0)
    return rest.length === 0 ? [] : [{ ...hunk, lines: rest }]
  })
  const count = rests.reduce((sum, { lines }) => sum + lines.length, 0)
  if (count === 0) return null
  const ranges = rests.slice(0, MAX_RANGES).map((rest) => formatSpan([rest]))
  const more =
    rests.length > ranges.length ? [`and ${rests.length - ranges.length} more places`] : []
  const all = hunks.reduce((sum, { lines }) => sum + lines.length, 0)
  return `${count} of its ${all} lines (${[...ranges, ...more].join('; ')})`
}

/** "lines 3-14", by the new numbers where there are any. */
function formatSpan(hunks: readonly DiffHunk[]): string {
  const lines = hunks.flatMap((hunk) => hunk.lines)
  const added = lines.flatMap(({ newLine }) => newLine ?? [])
  const numbers = added.length > 0 ? added : lines.flatMap(({ oldLine }) => oldLine ?? [])
  const which = added.length > 0 ? 'lines' : 'old lines'
  return `${which} ${numbers[0] ?? 0}-${numbers.at(-1) ?? 0}`
}

/** A hunk as the model reads it. */
export const formatHunk = (hunk: DiffHunk): string =>
  [showInvisible(hunk.header), ...hunk.lines.map(formatLine)].join('\n')

const lineSigns = { added: '+', removed: '-', context: ' ' } as const

const formatLine = (line: DiffLine): string =>
  formatNumberedLine(lineSigns[line.kind], line.newLine ?? line.oldLine ?? 0, line.text)

/** A line with its sign and its number, as citations need it. */
export const formatNumberedLine = (sign: string, number: number, text: string): string =>
  `${sign}${String(number).padStart(5)}| ${showInvisible(text.replace(/\r$/, ''))}`
