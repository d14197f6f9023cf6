import type { Diff, DiffFile, DiffHunk, DiffLine } from '../diff/diff.ts'
import { pluralize } from '../lib/text.ts'
import { showInvisible } from './show-invisible.ts'
import { estimateTokens } from './tokens.ts'

/** The most that a note about lines or files that are not shown takes. */
const NOTE_TOKENS = 15
/** The share of the tokens that headings of files may take before some of them are dropped. */
const HEADINGS_SHARE = 0.25

/** A diff as the model reads it, and descriptions of what was left out. */
export interface RenderedDiff {
  readonly text: string
  readonly cut: readonly string[]
}

/**
 * The diff within a number of tokens. Every line shows its number, because models copy numbers well
 * and count badly, and citations need them.
 *
 * The smallest files are shown first, so that one generated giant does not hide twenty small files;
 * the first that does not fit is shown in part. The others keep their headings, unless the headings
 * alone would crowd out the change. `cut` lists what is left out, file by file.
 */
export function renderDiff(diff: Diff, tokens: number): RenderedDiff {
  if (diff.tooLarge !== null)
    return { text: '(the diff is not shown)', cut: [`the whole diff: ${diff.tooLarge}`] }
  if (diff.files.length === 0) return { text: '(the diff is empty)', cut: [] }
  const entries = diff.files.map((file) => {
    const [top, body] = [formatHeading(file), file.hunks.map(formatHunk).join('\n')]
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
      cut.push(`${file.path}: the whole file`)
      continue
    }
    if (!allNamed) left -= topTokens
    const part = bodyTokens <= left ? { text: body, shown: null } : renderPart(file, left)
    left = Math.max(0, left - (part.shown === null ? bodyTokens : left))
    const lines = countLines(file)
    if (part.shown !== null) {
      const which = part.shown === 0 ? 'all' : 'the last'
      cut.push(`${file.path}: ${which} ${lines - part.shown} of its ${pluralize(lines, 'line')}`)
    }
    shown.set(file, [top, part.text].filter((text) => text !== '').join('\n'))
  }
  const texts = diff.files.flatMap((file) => shown.get(file) ?? [])
  const unnamed = diff.files.length - texts.length
  if (unnamed > 0) texts.push(`(${pluralize(unnamed, 'more changed file')} not shown at all)`)
  return { text: texts.join('\n\n'), cut }
}

const countLines = (file: DiffFile): number =>
  file.hunks.reduce((sum, { lines }) => sum + lines.length, 0)

function formatHeading(file: DiffFile): string {
  const from = file.oldPath === file.path ? '' : ` (from ${file.oldPath})`
  const binary = file.binary ? ', binary' : ''
  const title = `=== ${file.path}${from}: ${file.change}${binary}, +${file.added} -${file.removed}`
  return [title, ...file.headerLines].map(showInvisible).join('\n')
}

const formatHunk = (hunk: DiffHunk): string =>
  [showInvisible(hunk.header), ...hunk.lines.map(formatLine)].join('\n')

const lineSigns = { added: '+', removed: '-', context: ' ' } as const

function formatLine(line: DiffLine): string {
  const number = line.newLine ?? line.oldLine ?? 0
  return `${lineSigns[line.kind]}${String(number).padStart(5)}| ${showInvisible(line.text.replace(/\r$/, ''))}`
}

/** As many lines of a file as fit, and their number; the note about the others is not counted. */
function renderPart(file: DiffFile, tokens: number): { text: string; shown: number } {
  const parts: string[] = []
  let left = tokens
  let shown = 0
  full: for (const hunk of file.hunks) {
    const header = showInvisible(hunk.header)
    left -= estimateTokens(header) + 1
    if (left <= 0) break
    parts.push(header)
    for (const line of hunk.lines) {
      const text = formatLine(line)
      left -= estimateTokens(text) + 1
      if (left <= 0) break full
      parts.push(text)
      shown += 1
    }
  }
  parts.push(`(${pluralize(countLines(file) - shown, 'more line')} not shown)`)
  return { text: parts.join('\n'), shown }
}
