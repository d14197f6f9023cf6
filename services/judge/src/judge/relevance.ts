import type { DiffFile } from '../diff/diff.ts'
import { findFileNature } from '../diff/find-file-nature.ts'
import { findFileRole } from '../test-changes/is-test-file.ts'

/** What a file is worth to the question, the most first. */
export const ranks = ['named', 'test', 'source', 'other', 'generated'] as const
export type Rank = (typeof ranks)[number]

/** Whether a judgement can hardly be made without the file. */
export const isEssential = (rank: Rank): boolean =>
  rank === 'named' || rank === 'test' || rank === 'source'

/** How much the parts of a change matter to what an issue asks for. */
export interface Relevance {
  readonly rankFile: (file: DiffFile) => Rank
  readonly isNamedPath: (path: string) => boolean
  /** How many of the names that the issue uses occur in the text. */
  readonly countNames: (text: string) => number
}

/** Names beyond this number add nothing but time. */
const MAX_NAMES = 200
const pathPattern = /(?:[\w.@-]+\/)+[\w.@-]+|\b[\w-]+\.[a-z]{1,5}\b/g
const namePattern = /[A-Za-z_$][\w$]{2,}/g
/** A word that looks like code: with an inner capital, an underscore or a call. */
const codeWordPattern = /\b(?:[a-z]+(?:[A-Z]\w*)+|[A-Z][a-z]+[A-Z]\w*|\w+_\w+|[A-Za-z]\w+(?=\(\)))/g
const quotedPattern = /`+([^`\n]{1,200})`+/g

/** Words of programming languages, which name nothing. */
const commonNames = new Set(
  (
    'const let var function return true false null undefined string number boolean object array ' +
    'class import export from async await test tests expect type interface public private static ' +
    'void this self none new for while with the and not def func int'
  ).split(' '),
)

/** Reads from the texts of an issue which paths and identifiers it names. */
export function createRelevance(texts: readonly string[]): Relevance {
  const text = texts.join('\n')
  const paths = [...new Set([...text.matchAll(pathPattern)].map(([path]) => path))]
  const names = listNames(text)
  const pattern = buildNamesPattern(names)
  const countNames = (of: string): number =>
    pattern === null ? 0 : new Set(of.match(new RegExp(pattern, 'g'))).size
  const isNamedPath = (path: string): boolean =>
    paths.some((named) => path === named || path.endsWith(`/${named.replace(/^\.?\//, '')}`))
  const rankFile = (file: DiffFile): Rank => {
    if (isNamedPath(file.path) || isNamedPath(file.oldPath)) return 'named'
    const nature = findFileNature(file.path)
    if (nature === 'lockfile' || nature === 'generated' || nature === 'vendored') return 'generated'
    const role = findFileRole(file.path)
    if (role === 'snapshot') return 'other'
    if (nature === 'code' && pattern !== null && changesName(file, pattern)) return 'named'
    if (role !== 'other') return 'test'
    return nature === 'code' ? 'source' : 'other'
  }
  return { rankFile, isNamedPath, countNames }
}

const changesName = ({ hunks }: DiffFile, pattern: RegExp): boolean =>
  hunks.some(({ lines }) =>
    lines.some(({ kind, text }) => kind !== 'context' && pattern.test(text)),
  )

function listNames(text: string): readonly string[] {
  const quoted = [...text.matchAll(quotedPattern)].flatMap(
    ([, code = '']) => code.match(namePattern) ?? [],
  )
  const found = [...quoted, ...(text.match(codeWordPattern) ?? [])]
  return [...new Set(found)]
    .filter((name) => !commonNames.has(name.toLowerCase()))
    .slice(0, MAX_NAMES)
}

function buildNamesPattern(names: readonly string[]): RegExp | null {
  if (names.length === 0) return null
  const escaped = names.map((name) => name.replace(/\$/g, String.raw`\$`))
  return new RegExp(`(?<![\\w$])(?:${escaped.join('|')})(?![\\w$])`)
}
