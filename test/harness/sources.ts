import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

/** A file of this repository, its path from the root. */
export interface Source {
  readonly path: string
  readonly text: string
  /**
   * The text without comments and without what strings hold, so that words in them are not taken
   * for code.
   */
  readonly code: string
  /** Files of this repository that it imports. */
  readonly imports: readonly string[]
  /** Packages and `node:` modules that it imports. */
  readonly packages: readonly string[]
}

const skipped = new Set([
  'node_modules',
  '.git',
  '.data',
  'gen',
  'fixtures',
  '.cache',
  '__snapshots__',
])

/**
 * Every file that people write, sorted: nothing installed, generated into a folder, or recorded
 * from outside.
 */
export function filesOf(...endings: readonly string[]): readonly string[] {
  const walk = (folder: string): readonly string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (skipped.has(entry.name)) return []
      const path = join(folder, entry.name)
      return entry.isDirectory() ? walk(path) : entry.isFile() ? [relative(root, path)] : []
    })
  return walk(root)
    .filter((path) => endings.length === 0 || endings.some((ending) => path.endsWith(ending)))
    .sort()
}

const importing =
  /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

const string = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/.source
/** A regular expression is known by what stands before it; in one, quotes are nothing special. */
const expression =
  /(?<=[=(,:!&|?;[{]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/.source
const comment = /\/\*[\s\S]*?\*\/|(?<![:\\/])\/\/[^\n]*/.source
const token = new RegExp(
  `(?<comment>${comment})|(?<expression>${expression})|(?<string>${string})`,
  'g',
)

export const sources: readonly Source[] = filesOf('.ts', '.tsx', '.mts', '.mjs').map((path) => {
  const text = readFileSync(join(root, path), 'utf8')
  const specifiers = [...without(text, true).matchAll(importing)].map(
    ([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '',
  )
  const own = specifiers.filter((specifier) => specifier.startsWith('.'))
  return {
    path,
    text,
    code: without(text, false),
    imports: own.map((specifier) => relative(root, resolve(root, dirname(path), specifier))),
    packages: specifiers.filter((specifier) => !specifier.startsWith('.')),
  }
})

/**
 * The text without its comments and, unless they are kept, without what its strings and expressions
 * hold. Lines keep their numbers.
 */
function without(text: string, keepStrings: boolean): string {
  return text.replace(token, (found, ...rest) => {
    const { comment } = rest.at(-1) as { readonly comment?: string }
    if (comment === undefined && keepStrings) return found
    return `${comment === undefined ? "''" : ''}${found.replace(/[^\n]/g, '')}`
  })
}

/** Every file that can be reached from `entries` by imports, the entries among them. */
export function reachableFrom(entries: readonly string[]): ReadonlySet<string> {
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
