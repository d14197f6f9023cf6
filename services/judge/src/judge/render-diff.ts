import type { Diff, DiffFile } from '../diff/diff.ts'
import { compareText, pluralize } from '../lib/text.ts'
import { isEssential, type Rank, type Relevance, ranks } from './relevance.ts'
import { formatHunk, type RenderedHunks, renderHunks } from './render-hunks.ts'
import { showInvisible } from './show-invisible.ts'
import { estimateTokens } from './tokens.ts'

/** The most that a note about what is not shown takes. */
const NOTE_TOKENS = 30
/** The share of the tokens that headings of files may take before some of them are dropped. */
const HEADINGS_SHARE = 0.25
/** The share that generated files may take beside others. */
const GENERATED_SHARE = 0.1

/** A part of the evidence that the model does not see. */
export interface Omission {
  /** The path, which lines, and why. */
  readonly text: string
  /** Whether a judgement can hardly be made without it. */
  readonly essential: boolean
}

/** A diff as the model reads it, and what of it was left out. */
export interface RenderedDiff {
  readonly text: string
  readonly omissions: readonly Omission[]
}

interface Entry {
  readonly file: DiffFile
  readonly rank: Rank
  readonly top: string
  readonly topTokens: number
  readonly bodyTokens: number
}

/**
 * The diff within a number of tokens. Every line shows its number, because models copy numbers well
 * and count badly, and citations need them.
 *
 * What the issue names comes first, then tests and source, then the rest, and generated files last;
 * within each, small files before large ones. A file that does not fit is shown by whole hunks; a
 * hunk is cut only if it alone does not fit, and says so. All files keep their headings, unless the
 * headings alone would crowd out the change.
 */
export function renderDiff(diff: Diff, tokens: number, relevance: Relevance): RenderedDiff {
  if (diff.tooLarge !== null)
    return {
      text: '(the diff is not shown)',
      omissions: [{ text: `the whole diff: ${diff.tooLarge}`, essential: true }],
    }
  if (diff.files.length === 0) return { text: '(the diff is empty)', omissions: [] }
  const entries = diff.files.map((file) => toEntry(file, relevance))
  const headings = entries.reduce((sum, { topTokens }) => sum + topTokens, NOTE_TOKENS)
  const allNamed = headings <= tokens * HEADINGS_SHARE
  const bodies = selectBodies(entries, {
    tokens: tokens - (allNamed ? headings : NOTE_TOKENS),
    paysHeadings: !allNamed,
    relevance,
  })
  const texts = entries.flatMap(({ file, top }) => {
    const body = bodies.get(file)
    if (body === undefined && !allNamed) return []
    return [[top, body?.text ?? noteNothing(file)].filter((text) => text !== '').join('\n')]
  })
  const unnamed = diff.files.length - texts.length
  if (unnamed > 0) texts.push(`(${pluralize(unnamed, 'more changed file')} not shown at all)`)
  return {
    text: texts.join('\n\n'),
    omissions: rankEntries(entries).flatMap((entry) => listOmissions(entry, bodies)),
  }
}

function toEntry(file: DiffFile, relevance: Relevance): Entry {
  const top = formatHeading(file)
  return {
    file,
    rank: relevance.rankFile(file),
    top,
    topTokens: estimateTokens(top) + NOTE_TOKENS,
    bodyTokens: estimateTokens(file.hunks.map(formatHunk).join('\n')) + 1,
  }
}

const rankEntries = (entries: readonly Entry[]): readonly Entry[] =>
  entries.toSorted(
    (a, b) =>
      ranks.indexOf(a.rank) - ranks.indexOf(b.rank) ||
      a.bodyTokens - b.bodyTokens ||
      compareText(a.file.path, b.file.path),
  )

/**
 * What is shown of each file. First whole files, then parts of those that did not fit, and only
 * then the same with generated files.
 */
function selectBodies(
  entries: readonly Entry[],
  { tokens, paysHeadings, relevance }: BodyBudget,
): ReadonlyMap<DiffFile, RenderedHunks> {
  const bodies = new Map<DiffFile, RenderedHunks>()
  let left = tokens
  const show = (entry: Entry, part: 'whole' | 'cut'): void => {
    const room = left - (paysHeadings ? entry.topTokens : 0)
    if (bodies.has(entry.file) || (part === 'whole' && entry.bodyTokens > room)) return
    const body = renderHunks(
      entry.file,
      part === 'whole' ? Number.POSITIVE_INFINITY : room,
      relevance,
    )
    if (body.shown === 0 && entry.file.hunks.length > 0) return
    bodies.set(entry.file, body)
    left = room - (part === 'whole' ? entry.bodyTokens : body.tokens)
  }
  const ordered = rankEntries(entries)
  const written = ordered.filter(({ rank }) => rank !== 'generated')
  const generated = ordered.filter(({ rank }) => rank === 'generated')
  for (const entry of written) show(entry, 'whole')
  for (const entry of written) show(entry, 'cut')
  // What programs wrote is paid for like the rest, and says less.
  if (written.length > 0) left = Math.min(left, Math.floor(tokens * GENERATED_SHARE))
  for (const entry of generated) show(entry, 'whole')
  for (const entry of generated) show(entry, 'cut')
  return bodies
}

interface BodyBudget {
  readonly tokens: number
  /** Whether a file that is shown must pay for its heading, too. */
  readonly paysHeadings: boolean
  readonly relevance: Relevance
}

const countLines = (file: DiffFile): number =>
  file.hunks.reduce((sum, { lines }) => sum + lines.length, 0)

const noteNothing = (file: DiffFile): string =>
  file.hunks.length === 0 ? '' : `(its ${pluralize(countLines(file), 'line')} are not shown)`

function listOmissions(
  { file, rank }: Entry,
  bodies: ReadonlyMap<DiffFile, RenderedHunks>,
): readonly Omission[] {
  const path = showInvisible(file.path)
  const essential = isEssential(rank)
  if (file.binary) return [{ text: `${path}: its content, because it is binary`, essential: false }]
  const body = bodies.get(file)
  const why = rank === 'generated' ? 'generated files get little room' : 'it did not fit'
  if (body === undefined)
    return file.hunks.length === 0
      ? []
      : [{ text: `${path}: all ${pluralize(countLines(file), 'line')}, because ${why}`, essential }]
  return body.hidden === null
    ? []
    : [{ text: `${path}: ${body.hidden}, because ${why}`, essential }]
}

function formatHeading(file: DiffFile): string {
  const from = file.oldPath === file.path ? '' : ` (from ${file.oldPath})`
  const binary = file.binary ? ', binary' : ''
  const title = `=== ${file.path}${from}: ${file.change}${binary}, +${file.added} -${file.removed}`
  return [title, ...file.headerLines].map(showInvisible).join('\n')
}
