import { parsePatch, type StructuredPatch, type StructuredPatchHunk } from 'diff'
import { Failure, getErrorMessage } from '../lib/failure.ts'
import { sha256 } from '../lib/ids.ts'
import { type ChangedFile, computeChangeDigests } from './change-digests.ts'
import type { Diff, DiffFile, DiffHunk, DiffLine } from './diff.ts'

/**
 * The text cannot be read as a complete diff: an error page, a truncated diff, or the combined diff
 * of a merge. It must not count as an empty change, so it is thrown. Asking GitHub again may help.
 */
export class UnreadableDiffError extends Failure {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('unavailable', `the diff cannot be read: ${message}`, options)
    this.name = 'UnreadableDiffError'
  }
}

/**
 * Reads a unified diff as `git diff` writes it and GitHub serves it, with `diff --git` headers and
 * the prefixes `a/` and `b/`. A text of white space alone is an empty diff. Throws
 * `UnreadableDiffError` if any part cannot be read.
 *
 * Each file is parsed alone. The library skips text that it does not know between two files, so it
 * would read any text as "nothing changed"; for a single file, its result can be checked.
 */
export function parseDiff(text: string): Diff {
  const parsed = (text.trim() === '' ? [] : splitSections(text)).map(toChangedFile)
  const files = parsed.map(({ file }) => file)
  return {
    files,
    digest: sha256(text),
    ...computeChangeDigests(parsed),
    added: sum(files.map(({ added }) => added)),
    removed: sum(files.map(({ removed }) => removed)),
    tooLarge: null,
  }
}

/**
 * Lines of content begin with a space, `+` or `-`, so `diff --` at the start of a line is always a
 * header. Only `\n` ends a line: `^` with the `m` flag would also match after a carriage return or
 * U+2028 inside a source file.
 */
function splitSections(text: string): readonly string[] {
  const sections = text.split(/(?<=\n)(?=diff --)/)
  for (const section of sections) {
    if (/^diff --(?:cc|combined) /.test(section))
      throw new UnreadableDiffError(
        'it is the combined diff of a merge, which does not have two sides',
      )
    if (!section.startsWith('diff --git '))
      throw new UnreadableDiffError(
        `it does not begin with "diff --git" but with "${section.slice(0, 40)}"`,
      )
  }
  return sections
}

function toDiffFile(section: string): DiffFile {
  const [patch, ...more] = parseSection(section)
  const oldName = patch?.oldFileName
  const newName = patch?.newFileName
  if (patch === undefined || more.length > 0 || oldName === undefined || newName === undefined) {
    throw new UnreadableDiffError(`a file in it cannot be named: ${takeFirstLine(section)}`)
  }
  const oldPath = stripPrefix(oldName, 'a/')
  const newPath = stripPrefix(newName, 'b/')
  const binary = patch.isBinary === true || section.includes('\nGIT binary patch\n')
  const change = classifyChange(patch, binary)
  const path = change === 'deleted' ? (oldPath ?? newPath) : (newPath ?? oldPath)
  if (path === null)
    throw new UnreadableDiffError(
      `a file in it has no name on either side: ${takeFirstLine(section)}`,
    )
  const headings = readHeadings(section)
  const hunks = patch.hunks.map((hunk, index) => toDiffHunk(hunk, headings[index] ?? ''))
  const header = readHeader(section)
  return {
    path,
    oldPath: change === 'renamed' || change === 'copied' ? (oldPath ?? path) : path,
    change,
    oldMode: patch.oldMode ?? (change === 'added' ? null : readIndexMode(header)),
    newMode: patch.newMode ?? (change === 'deleted' ? null : readIndexMode(header)),
    headerLines: header.filter((line) =>
      (hunks.length > 0 ? modeLinePattern : telltaleLinePattern).test(line),
    ),
    binary,
    hunks,
    added: sum(hunks.map(({ lines }) => lines.filter(({ kind }) => kind === 'added').length)),
    removed: sum(hunks.map(({ lines }) => lines.filter(({ kind }) => kind === 'removed').length)),
  }
}

function parseSection(section: string): readonly StructuredPatch[] {
  try {
    return parsePatch(section)
  } catch (cause) {
    throw new UnreadableDiffError(`${takeFirstLine(section)}: ${getErrorMessage(cause)}`, { cause })
  }
}

/** The most lines that git's header of one file has. */
const MAX_HEADER_LINES = 12

/** The lines between the names of a file and its content. */
function readHeader(section: string): readonly string[] {
  const [, ...lines] = section.split('\n', MAX_HEADER_LINES)
  const end = lines.findIndex((line) => /^(?:--- |@@ |GIT binary patch|$)/.test(line))
  return end === -1 ? lines : lines.slice(0, end)
}

const modeLinePattern = /^(?:old|new) mode \d+$/
const telltaleLinePattern =
  /^(?:(?:old|new|new file|deleted file) mode \d+|(?:rename|copy) (?:from|to) .+)$/

/** Git writes the mode of a file behind its object ids if it does not change. */
function readIndexMode(header: readonly string[]): string | null {
  for (const line of header) {
    const [, mode] = /^index \S+ (\d+)$/.exec(line) ?? []
    if (mode !== undefined) return mode
  }
  return null
}

function toChangedFile(section: string): ChangedFile {
  const file = toDiffFile(section)
  const [, oldBlob = null, newBlob = null] =
    readHeader(section)
      .map((line) => /^index ([0-9a-f]+)\.\.([0-9a-f]+)/.exec(line))
      .find((found) => found !== null) ?? []
  return { file, oldBlob, newBlob }
}

function classifyChange(patch: StructuredPatch, binary: boolean): DiffFile['change'] {
  if (patch.isCreate || patch.oldFileName === '/dev/null') return 'added'
  if (patch.isDelete || patch.newFileName === '/dev/null') return 'deleted'
  if (patch.isRename) return 'renamed'
  if (patch.isCopy) return 'copied'
  const modeMoved = patch.oldMode !== undefined && patch.newMode !== undefined
  return modeMoved && patch.hunks.length === 0 && !binary ? 'mode' : 'modified'
}

/** What git writes behind the line numbers of each hunk; the library leaves it out. */
const readHeadings = (section: string): readonly string[] =>
  section
    .split('\n')
    .filter((line) => line.startsWith('@@ -'))
    .map((line) => line.replace(/^@@ [^@]*@@ ?/, '').trim())

function toDiffHunk(hunk: StructuredPatchHunk, heading: string): DiffHunk {
  let oldLine = hunk.oldStart
  let newLine = hunk.newStart
  if (!Number.isSafeInteger(oldLine) || !Number.isSafeInteger(newLine))
    throw new UnreadableDiffError('a hunk in it has no line numbers')
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
        // "\ No newline at end of file" is not a line of the file.
        break
      default:
        // An empty line is an empty context line whose leading space was stripped.
        lines.push({ kind: 'context', text, oldLine: oldLine++, newLine: newLine++ })
    }
  }
  const oldSide = formatSide(hunk.oldStart, hunk.oldLines)
  const newSide = formatSide(hunk.newStart, hunk.newLines)
  return { header: `@@ -${oldSide} +${newSide} @@`, heading, lines }
}

/** The library adds one to the start of an empty side; git does not. */
const formatSide = (start: number, lines: number): string =>
  `${lines === 0 ? start - 1 : start},${lines}`

/** The path without its prefix; null for `/dev/null`, where the file does not exist. */
function stripPrefix(name: string, prefix: 'a/' | 'b/'): string | null {
  if (name === '/dev/null') return null
  return name.startsWith(prefix) ? name.slice(prefix.length) : name
}

const takeFirstLine = (section: string): string => section.slice(0, 200).split('\n', 1).join()
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)
