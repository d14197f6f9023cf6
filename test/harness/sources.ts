import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

/** A source file of this repository. */
export interface Source {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
  /** The text with empty comments, strings and regular expressions, and the same lines. */
  readonly code: string
  /** The files of this repository that it imports. */
  readonly imports: readonly string[]
  /** The packages and `node:` modules that it imports. */
  readonly packages: readonly string[]
}

const skippedFolders = new Set([
  'node_modules',
  '.git',
  '.data',
  'gen',
  'fixtures',
  '.cache',
  'dist',
  '__snapshots__',
])

/** All hand-written files, sorted: without installed, generated and recorded ones. */
export function listFiles(...endings: readonly string[]): readonly string[] {
  const walk = (folder: string): readonly string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (skippedFolders.has(entry.name)) return []
      const path = join(folder, entry.name)
      return entry.isDirectory() ? walk(path) : entry.isFile() ? [relative(root, path)] : []
    })
  return walk(root)
    .filter((path) => endings.length === 0 || endings.some((ending) => path.endsWith(ending)))
    .sort()
}

const importPattern =
  /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

const stringPattern = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/.source
/** A regular expression is recognised by the character before it, because it may contain quotes. */
const regexPattern =
  /(?<=[=(,:!&|?;[{]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/.source
const commentPattern = /\/\*[\s\S]*?\*\/|(?<![:\\/])\/\/[^\n]*/.source
const tokenPattern = new RegExp(
  `(?<comment>${commentPattern})|(?<expression>${regexPattern})|(?<string>${stringPattern})`,
  'g',
)

export const sources: readonly Source[] = listFiles('.ts', '.tsx', '.mts', '.mjs').map((path) => {
  const text = readFileSync(join(root, path), 'utf8')
  const specifiers = [...stripComments(text, true).matchAll(importPattern)].map(
    ([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '',
  )
  const own = specifiers.filter((specifier) => specifier.startsWith('.'))
  return {
    path,
    text,
    code: stripComments(text, false),
    imports: own.map((specifier) => relative(root, resolve(root, dirname(path), specifier))),
    packages: specifiers.filter((specifier) => !specifier.startsWith('.')),
  }
})

/** Empties comments and, unless `keepStrings`, strings and regular expressions. Lines stay. */
function stripComments(text: string, keepStrings: boolean): string {
  return text.replace(tokenPattern, (found, ...rest) => {
    const { comment } = rest.at(-1) as { readonly comment?: string }
    if (comment === undefined && keepStrings) return found
    return `${comment === undefined ? "''" : ''}${found.replace(/[^\n]/g, '')}`
  })
}

/** The entries and all files that they import, directly or not. */
export function findReachable(entries: readonly string[]): ReadonlySet<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const seen = new Set<string>()
  const waiting = [...entries]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    waiting.push(...(byPath.get(path)?.imports ?? []))
  }
  return seen
}
