import { parsePatch, type StructuredPatch, type StructuredPatchHunk } from 'diff'
import { Failure, messageOf } from '../lib/failure.ts'
import { sha256 } from '../lib/ids.ts'
import type { Diff, DiffFile, DiffHunk, DiffLine } from './diff.ts'

/**
 * The text is no diff that we can read whole: an error page, a diff cut short, a combined diff of a
 * merge. It is never an empty change, so it is thrown and not returned; whoever asked for it was
 * answered nonsense and may ask again.
 */
export class UnreadableDiff extends Failure {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('unavailable', `the diff cannot be read: ${message}`, options)
    this.name = 'UnreadableDiff'
  }
}

/**
 * Reads a unified diff as `git diff` writes it and GitHub serves it: with `diff --git` headers and
 * the prefixes `a/` and `b/`. White space alone is the empty diff. Throws `UnreadableDiff` on
 * everything else; a diff is read whole or not at all.
 *
 * Each file is parsed by itself. The library skips what it does not know between two files, so that
 * a whole text of junk would read as "nothing changed"; one file at a time we can insist on what it
 * found.
 */
export function parseDiff(text: string): Diff {
  const files = text.trim() === '' ? [] : sectionsOf(text).map(readSection)
  return {
    files,
    digest: sha256(text),
    added: sum(files.map(({ added }) => added)),
    removed: sum(files.map(({ removed }) => removed)),
    tooLarge: null,
  }
}

/**
 * Lines of content begin with a space, `+` or `-`, so a header at the start of a line is a header
 * wherever it stands. Only `\n` ends a line here: `^` with the `m` flag would also cut at a
 * carriage return or U+2028 inside somebody's source.
 */
function sectionsOf(text: string): readonly string[] {
  const sections = text.split(/(?<=\n)(?=diff --)/)
  for (const section of sections) {
    if (/^diff --(?:cc|combined) /.test(section))
      throw new UnreadableDiff('it is the combined diff of a merge, which has no two sides')
    if (!section.startsWith('diff --git '))
      throw new UnreadableDiff(
        `it does not begin with "diff --git" but with "${section.slice(0, 40)}"`,
      )
  }
  return sections
}

function readSection(section: string): DiffFile {
  const [patch, ...more] = parsed(section)
  const oldName = patch?.oldFileName
  const newName = patch?.newFileName
  if (patch === undefined || more.length > 0 || oldName === undefined || newName === undefined) {
    throw new UnreadableDiff(`a file in it cannot be named: ${firstLine(section)}`)
  }
  const oldPath = withoutPrefix(oldName, 'a/')
  const newPath = withoutPrefix(newName, 'b/')
  const binary = patch.isBinary === true || section.includes('\nGIT binary patch\n')
  const change = changeOf(patch, binary)
  const path = change === 'deleted' ? (oldPath ?? newPath) : (newPath ?? oldPath)
  if (path === null)
    throw new UnreadableDiff(`a file in it has no name on either side: ${firstLine(section)}`)
  const hunks = patch.hunks.map(readHunk)
  return {
    path,
    oldPath: change === 'renamed' || change === 'copied' ? (oldPath ?? path) : path,
    change,
    binary,
    hunks,
    added: sum(hunks.map(({ lines }) => lines.filter(({ kind }) => kind === 'added').length)),
    removed: sum(hunks.map(({ lines }) => lines.filter(({ kind }) => kind === 'removed').length)),
  }
}

function parsed(section: string): readonly StructuredPatch[] {
  try {
    return parsePatch(section)
  } catch (cause) {
    throw new UnreadableDiff(`${firstLine(section)}: ${messageOf(cause)}`, { cause })
  }
}

function changeOf(patch: StructuredPatch, binary: boolean): DiffFile['change'] {
  if (patch.isCreate || patch.oldFileName === '/dev/null') return 'added'
  if (patch.isDelete || patch.newFileName === '/dev/null') return 'deleted'
  if (patch.isRename) return 'renamed'
  if (patch.isCopy) return 'copied'
  const modeMoved = patch.oldMode !== undefined && patch.newMode !== undefined
  return modeMoved && patch.hunks.length === 0 && !binary ? 'mode' : 'modified'
}

function readHunk(hunk: StructuredPatchHunk): DiffHunk {
  let oldLine = hunk.oldStart
  let newLine = hunk.newStart
  if (!Number.isSafeInteger(oldLine) || !Number.isSafeInteger(newLine))
    throw new UnreadableDiff('a hunk in it does not say where it stands')
  const lines: DiffLine[] = []
  for (const line of hunk.lines) {
    const text = line.slice(1)
    switch (line[0]) {
      case '+':
        lines.push({ kind: 'added', text, oldLine: null, newLine: newLine++ })
        break
      case '-':
        lines.push({ kind: 'removed', text, oldLine: oldLine++, newLine: null })
        break
      case '\\':
        // "\ No newline at end of file" speaks about the line before it and is none itself.
        break
      default:
        // An empty line is an empty line of context whose space was stripped on the way.
        lines.push({ kind: 'context', text, oldLine: oldLine++, newLine: newLine++ })
    }
  }
  return {
    header: `@@ -${side(hunk.oldStart, hunk.oldLines)} +${side(hunk.newStart, hunk.newLines)} @@`,
    lines,
  }
}

/**
 * The library adds one to the start of an empty side, so that counting from it works; git writes it
 * without.
 */
const side = (start: number, lines: number): string => `${lines === 0 ? start - 1 : start},${lines}`

/** Null for `/dev/null`, the side on which the file does not exist. */
function withoutPrefix(name: string, prefix: 'a/' | 'b/'): string | null {
  if (name === '/dev/null') return null
  return name.startsWith(prefix) ? name.slice(prefix.length) : name
}

const firstLine = (section: string): string => section.slice(0, 200).split('\n', 1).join()
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)
