import type { Diff, DiffFile } from '../../diff/diff.ts'
import type { CodeContext, ContextFile, Excerpt, Excerpts } from './code-context.ts'
import { listScopes, type Scope } from './list-scopes.ts'

/** A file of at most this many lines is shown whole. */
const MAX_WHOLE_LINES = 120
/** The longest block that is shown whole; of a longer one, the lines around what matters. */
const MAX_SCOPE_LINES = 80
const LINES_AROUND = 12
/** How many lines of one file are shown at most. */
const MAX_FILE_LINES = 240

/**
 * What the model is shown besides the diff: the functions and classes that enclose a change, and
 * the parts of unchanged tests and imported files that are about what changed. Lines that the diff
 * shows as a whole are not shown again, and a file takes 240 lines at most.
 */
export function buildExcerpts(context: CodeContext, diff: Diff): Excerpts {
  if (context.files.length === 0) return { shown: [], left: [] }
  const byPath = new Map(diff.files.map((file) => [file.path, file]))
  const names = listChangedNames(diff)
  const excerpts = context.files.map((file) => {
    const lines = file.text.replace(/\n$/, '').split('\n')
    const changed = byPath.get(file.path)
    const shown = changed ? listShownLines(changed) : new Set<number>()
    const wanted = changed
      ? findEnclosing(file, lines, listChangedLines(changed))
      : findMentions(lines, names)
    const uncovered = mergeScopes(wanted).filter((scope) => !isCovered(scope, shown, lines))
    const kept = limitLines(uncovered)
    return {
      shown: kept.map((scope) => toExcerpt(file, lines, scope)),
      left: subtractScopes(uncovered, kept).map((scope) => ({ path: file.path, ...scope })),
    }
  })
  return {
    shown: excerpts.flatMap(({ shown }) => shown),
    left: excerpts.flatMap(({ left }) => left),
  }
}

const toExcerpt = (
  { path, role }: ContextFile,
  lines: readonly string[],
  { from, to }: Scope,
): Excerpt => ({ path, role, from, lines: lines.slice(from - 1, to), total: lines.length })

/** The largest block of at most 80 lines around each changed line, or the lines around it. */
function findEnclosing(
  { path, text }: ContextFile,
  lines: readonly string[],
  changed: readonly number[],
): readonly Scope[] {
  if (lines.length <= MAX_WHOLE_LINES) return [{ from: 1, to: lines.length }]
  const scopes = listScopes(path, text)
  const found: Scope[] = []
  for (const line of changed) {
    const last = found.at(-1)
    if (last !== undefined && last.from <= line && line <= last.to) continue
    const around = scopes.filter(({ from, to }) => from <= line && line <= to)
    const [whole] = around.filter(isShort).toSorted((a, b) => b.to - b.from - (a.to - a.from))
    // The first line of what encloses it says what it belongs to.
    const heads = around.filter((scope) => !isShort(scope)).map(({ from }) => ({ from, to: from }))
    found.push(...heads, whole ? addHead(whole, lines) : surround(line, lines.length))
  }
  return found
}

/** How many lines of comments and marks above a block are shown with it. */
const MAX_HEAD_LINES = 15
const headPattern = /^\s*(?:\/\/|\/?\*|\*\/|#|@|--|"{3}|'{3}|\[\w)/

/** The comments, decorators and attributes above a block say what it is for. */
function addHead({ from, to }: Scope, lines: readonly string[]): Scope {
  let first = from
  while (from - first < MAX_HEAD_LINES && headPattern.test(lines[first - 2] ?? '')) first -= 1
  return { from: first, to }
}

const isShort = ({ from, to }: Scope): boolean => to - from < MAX_SCOPE_LINES

function findMentions(lines: readonly string[], names: ReadonlySet<string>): readonly Scope[] {
  if (lines.length <= MAX_WHOLE_LINES) return [{ from: 1, to: lines.length }]
  return lines.flatMap((line, index) =>
    (line.match(/[A-Za-z_$][\w$]*/g) ?? []).some((name) => names.has(name))
      ? [surround(index + 1, lines.length)]
      : [],
  )
}

const surround = (line: number, total: number): Scope => ({
  from: Math.max(1, line - LINES_AROUND),
  to: Math.min(total, line + LINES_AROUND),
})

function mergeScopes(scopes: readonly Scope[]): readonly Scope[] {
  const merged: { from: number; to: number }[] = []
  for (const { from, to } of scopes.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last.to + 2) last.to = Math.max(last.to, to)
    else merged.push({ from, to })
  }
  return merged
}

function limitLines(scopes: readonly Scope[]): readonly Scope[] {
  let left = MAX_FILE_LINES
  return scopes.flatMap(({ from, to }) => {
    const size = Math.min(to - from + 1, left)
    left -= size
    return size <= 0 ? [] : [{ from, to: from + size - 1 }]
  })
}

/** What limiting took away: whole blocks, and the end of one. */
const subtractScopes = (scopes: readonly Scope[], kept: readonly Scope[]): readonly Scope[] =>
  scopes.flatMap(({ from, to }) => {
    const end = kept.find((scope) => scope.from === from)?.to
    if (end === undefined) return [{ from, to }]
    return end < to ? [{ from: end + 1, to }] : []
  })

/** Whether the diff shows all of these lines but blank ones. */
const isCovered = (
  { from, to }: Scope,
  shown: ReadonlySet<number>,
  lines: readonly string[],
): boolean =>
  lines.slice(from - 1, to).every((line, index) => line.trim() === '' || shown.has(from + index))

const listShownLines = ({ hunks }: DiffFile): ReadonlySet<number> =>
  new Set(hunks.flatMap(({ lines }) => lines.flatMap(({ newLine }) => newLine ?? [])))

/** The new lines that were added, and those that stand where lines were removed. */
function listChangedLines({ hunks }: DiffFile): readonly number[] {
  return hunks.flatMap(({ lines }) => {
    let next = 1
    return lines.flatMap(({ kind, newLine }) => {
      if (newLine !== null) next = newLine + 1
      return kind === 'context' ? [] : [newLine ?? next]
    })
  })
}

const declarationPattern =
  /\b(?:function\*?|class|def|fn|func|fun|const|let|interface|type|struct|enum|trait|module)\s+(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]{2,})/g

/** The names that a change declares, or whose declaration git shows above a hunk. */
function listChangedNames({ files }: Diff): ReadonlySet<string> {
  const texts = files.flatMap(({ hunks }) =>
    hunks.flatMap(({ header, lines }) => [
      header,
      ...lines.flatMap(({ kind, text }) => (kind === 'context' ? [] : [text])),
    ]),
  )
  return new Set(
    texts.flatMap((text) => [...text.matchAll(declarationPattern)].map(([, name = '']) => name)),
  )
}
