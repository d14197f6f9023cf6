import { structuredPatch } from 'diff'
import type { Diff, DiffFile, DiffLine } from '../../diff/diff.ts'

/*
 * What changed between two attempts, as far as their diffs tell: no file is read. Each diff shows
 * some lines of the base, and says what became of them; a line of the base that only one of them
 * shows is unchanged in the other. So both versions of these lines can be written down and compared.
 * A change that both attempts made does not appear. After a rebase, lines that moved may.
 */

/** The files in which two attempts differ, as a diff from the earlier to the later one. */
export function computeInterdiff(before: Diff, after: Diff): readonly DiffFile[] {
  const paths = new Set([...before.files, ...after.files].map(({ path }) => path))
  return [...paths].flatMap((path) => {
    const a = before.files.find((file) => file.path === path) ?? null
    const b = after.files.find((file) => file.path === path) ?? null
    const file = compareFiles(path, a, b)
    return file === null ? [] : [file]
  })
}

function compareFiles(path: string, a: DiffFile | null, b: DiffFile | null): DiffFile | null {
  // A file that only one attempt changed differs by exactly that change, forth or back.
  if (a === null) return b
  if (b === null) return revertFile(a)
  if (hasSameLines(a, b)) return null
  const [ofBase, alsoOfBase] = [readBaseLines(a), readBaseLines(b)]
  const old = writeVersion(a, new Map([...alsoOfBase, ...ofBase]))
  const now = writeVersion(b, new Map([...ofBase, ...alsoOfBase]))
  const patch = structuredPatch(path, path, toText(old), toText(now), '', '', { context: 3 })
  const hunks = patch.hunks.map((hunk) => {
    let oldIndex = Math.max(0, hunk.oldStart - 1)
    let newIndex = Math.max(0, hunk.newStart - 1)
    const lines = hunk.lines
      .filter((line) => !line.startsWith('\\'))
      .map((line): DiffLine => {
        const text = line.slice(1)
        if (line.startsWith('+'))
          return { kind: 'added', text, oldLine: null, newLine: now[newIndex++]?.newLine ?? null }
        if (line.startsWith('-'))
          return { kind: 'removed', text, oldLine: old[oldIndex++]?.newLine ?? null, newLine: null }
        return {
          kind: 'context',
          text,
          oldLine: old[oldIndex++]?.newLine ?? null,
          newLine: now[newIndex++]?.newLine ?? null,
        }
      })
    return { header: formatHeader(lines), heading: '', lines }
  })
  if (hunks.length === 0) return null
  const all = hunks.flatMap(({ lines }) => lines)
  return {
    ...b,
    oldPath: a.path,
    change: 'modified',
    headerLines: [],
    hunks,
    added: all.filter(({ kind }) => kind === 'added').length,
    removed: all.filter(({ kind }) => kind === 'removed').length,
  }
}

interface VersionLine {
  readonly text: string
  readonly newLine: number | null
}

/** The texts of the base's lines that a diff shows, by their numbers. */
const readBaseLines = ({ hunks }: DiffFile): ReadonlyMap<number, string> =>
  new Map(
    hunks.flatMap(({ lines }) =>
      lines.flatMap(({ oldLine, text }): [number, string][] =>
        oldLine === null ? [] : [[oldLine, text]],
      ),
    ),
  )

/** What became of the known lines of the base, with the lines that were added between them. */
function writeVersion(
  { hunks }: DiffFile,
  base: ReadonlyMap<number, string>,
): readonly VersionLine[] {
  const removed = new Set<number>()
  const added = new Map<number, DiffLine[]>()
  for (const { lines } of hunks) {
    let after = (lines.find(({ oldLine }) => oldLine !== null)?.oldLine ?? 1) - 1
    for (const line of lines) {
      if (line.kind === 'added') added.set(after, [...(added.get(after) ?? []), line])
      else after = line.oldLine ?? after
      if (line.kind === 'removed' && line.oldLine !== null) removed.add(line.oldLine)
    }
  }
  const version: VersionLine[] = [...(added.get(0) ?? [])]
  let shift = version.length
  for (const [number, text] of [...base].sort(([one], [other]) => one - other)) {
    if (removed.has(number)) shift -= 1
    else version.push({ text, newLine: number + shift })
    for (const line of added.get(number) ?? []) {
      version.push(line)
      shift += 1
    }
  }
  return version
}

const toText = (lines: readonly VersionLine[]): string =>
  lines.map(({ text }) => `${text}\n`).join('')

const listChanged = ({ hunks }: DiffFile): readonly string[] =>
  hunks.flatMap(({ lines }) =>
    lines.filter(({ kind }) => kind !== 'context').map(({ kind, text }) => `${kind} ${text}`),
  )

/** A rebase moves the lines of a change and leaves them as they are. */
function hasSameLines(a: DiffFile, b: DiffFile): boolean {
  const [own, other] = [listChanged(a), listChanged(b)]
  return own.length === other.length && own.every((line, index) => line === other[index])
}

const revertFile = (file: DiffFile): DiffFile => ({
  ...file,
  change: file.change === 'added' ? 'deleted' : file.change === 'deleted' ? 'added' : 'modified',
  path: file.oldPath,
  oldPath: file.path,
  headerLines: [],
  added: file.removed,
  removed: file.added,
  hunks: file.hunks.map(({ heading, lines }) => {
    const reverted = lines.map(
      ({ kind, text, oldLine, newLine }): DiffLine => ({
        kind: kind === 'added' ? 'removed' : kind === 'removed' ? 'added' : 'context',
        text,
        oldLine: newLine,
        newLine: oldLine,
      }),
    )
    return { header: formatHeader(reverted), heading, lines: orderChanges(reverted) }
  }),
})

/** What is removed stands before what is added in its place, as in any diff. */
function orderChanges(lines: readonly DiffLine[]): readonly DiffLine[] {
  const ordered: DiffLine[] = []
  const added: DiffLine[] = []
  for (const line of lines) {
    if (line.kind === 'added') added.push(line)
    else {
      if (line.kind === 'context') ordered.push(...added.splice(0))
      ordered.push(line)
    }
  }
  return [...ordered, ...added]
}

function formatHeader(lines: readonly DiffLine[]): string {
  const olds = lines.flatMap(({ oldLine }) => oldLine ?? [])
  const news = lines.flatMap(({ newLine }) => newLine ?? [])
  return `@@ -${olds[0] ?? 0},${olds.length} +${news[0] ?? 0},${news.length} @@`
}
