import type { Diff, DiffFile, DiffHunk, DiffLine } from '../diff/diff.ts'
import { count } from '../lib/text.ts'
import { estimateTokens } from './tokens.ts'

/** What a note about lines or files that are not shown may take. */
const NOTE_TOKENS = 15
/** Headings of files that are not shown may take this share of what there is. */
const HEADINGS_SHARE = 0.25

/** A diff as the model reads it, and in words what of it had to be left out. */
export interface RenderedDiff {
  readonly text: string
  readonly cut: readonly string[]
}

/**
 * The diff with the number of every line in front of it, within a number of tokens. Models copy a
 * number they see and miscount one they must compute, and a citation stands or falls with it. What
 * does not fit is named file by file: the smallest files are shown whole first, because a generated
 * giant must not hide twenty small ones; the first that does not fit is shown in part. The others
 * keep their headings, unless there are so many that the headings alone would crowd out the change.
 */
export function renderDiff(diff: Diff, tokens: number): RenderedDiff {
  if (diff.tooLarge !== null)
    return { text: '(the diff is not shown)', cut: [`the whole diff: ${diff.tooLarge}`] }
  if (diff.files.length === 0) return { text: '(the diff is empty)', cut: [] }
  const entries = diff.files.map((file) => {
    const [top, body] = [heading(file), file.hunks.map(hunkText).join('\n')]
    return {
      file,
      top,
      body,
      topTokens: estimateTokens(top) + NOTE_TOKENS,
      bodyTokens: estimateTokens(body) + 1,
    }
  })
  const headings = entries.reduce((sum, { topTokens }) => sum + topTokens, NOTE_TOKENS)
  const allNamed = headings <= tokens * HEADINGS_SHARE
  const shown = new Map<DiffFile, string>()
  const cut: string[] = []
  let left = tokens - (allNamed ? headings : NOTE_TOKENS)
  for (const { file, top, body, topTokens, bodyTokens } of entries.toSorted(
    (a, b) => a.bodyTokens - b.bodyTokens,
  )) {
    if (!allNamed && left < topTokens) {
      cut.push(`${file.path}: all of it`)
      continue
    }
    if (!allNamed) left -= topTokens
    const part = bodyTokens <= left ? { text: body, shown: null } : partOf(file, left)
    left = Math.max(0, left - (part.shown === null ? bodyTokens : left))
    const lines = linesOf(file)
    if (part.shown !== null)
      cut.push(
        `${file.path}: ${part.shown === 0 ? 'all' : 'the last'} ${lines - part.shown} of its ${count(lines, 'line')}`,
      )
    shown.set(file, [top, part.text].filter((text) => text !== '').join('\n'))
  }
  const texts = diff.files.flatMap((file) => shown.get(file) ?? [])
  const unnamed = diff.files.length - texts.length
  if (unnamed > 0) texts.push(`(${count(unnamed, 'more file')} changed and not shown at all)`)
  return { text: texts.join('\n\n'), cut }
}

const linesOf = (file: DiffFile): number =>
  file.hunks.reduce((sum, { lines }) => sum + lines.length, 0)

function heading(file: DiffFile): string {
  const from = file.oldPath === file.path ? '' : ` (from ${file.oldPath})`
  return `=== ${file.path}${from}: ${file.change}${file.binary ? ', binary' : ''}, +${file.added} -${file.removed}`
}

const hunkText = (hunk: DiffHunk): string => [hunk.header, ...hunk.lines.map(lineText)].join('\n')

const sign = { added: '+', removed: '-', context: ' ' } as const

function lineText(line: DiffLine): string {
  const number = line.newLine ?? line.oldLine ?? 0
  return `${sign[line.kind]}${String(number).padStart(5)}| ${line.text.replace(/\r$/, '')}`
}

/**
 * As many lines of a file as fit, and how many those are; the note about the others is not counted.
 */
function partOf(file: DiffFile, tokens: number): { text: string; shown: number } {
  const parts: string[] = []
  let left = tokens
  let shown = 0
  full: for (const hunk of file.hunks) {
    left -= estimateTokens(hunk.header) + 1
    if (left <= 0) break
    parts.push(hunk.header)
    for (const line of hunk.lines) {
      const text = lineText(line)
      left -= estimateTokens(text) + 1
      if (left <= 0) break full
      parts.push(text)
      shown += 1
    }
  }
  parts.push(`(${count(linesOf(file) - shown, 'more line')} not shown)`)
  return { text: parts.join('\n'), shown }
}
