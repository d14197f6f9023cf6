import type { DiffFile } from '../diff/diff.ts'

/** The whole texts of a changed file; null where it is absent, binary, too large or not read. */
export interface TestFileText {
  readonly base: string | null
  readonly head: string | null
}

/** By the path after the change, or before it for a deleted file. */
export type FileTexts = ReadonlyMap<string, TestFileText>

/** One line of a file on one side of a diff. */
export interface SideLine {
  readonly text: string
  /** From 1. */
  readonly number: number
  /** Added by the change on the new side, or removed on the old side. */
  readonly changed: boolean
}

/**
 * A file on one side of a diff: one fragment with all of it, or one for each hunk, in the order of
 * the hunks and so the same on both sides. Facts are read from a fragment at a time, so nothing is
 * known about what lies between two hunks.
 */
export interface SideText {
  readonly side: 'old' | 'new'
  readonly path: string
  readonly whole: boolean
  readonly fragments: readonly (readonly SideLine[])[]
}

/** Above this length a whole text is not analysed: its hunks are enough, and cost less. */
const MAX_WHOLE_CHARACTERS = 400_000

/** Builds one side of a changed file, from its whole text where that is known and not too long. */
export function buildSide(file: DiffFile, side: 'old' | 'new', texts: FileTexts): SideText {
  const path = side === 'old' ? file.oldPath : file.path
  const known = texts.get(file.path)
  const text = (side === 'old' ? known?.base : known?.head) ?? null
  const absent = side === 'old' ? file.change === 'added' : file.change === 'deleted'
  const hunks = absent ? [] : file.hunks.map(({ lines }) => selectLines(lines, side))
  // Of an added or a deleted file, the hunks are all of it.
  if (file.change === 'added' || file.change === 'deleted')
    return { side, path, whole: true, fragments: hunks }
  if (text === null || text.length > MAX_WHOLE_CHARACTERS)
    return { side, path, whole: false, fragments: hunks }
  const changed = new Set(hunks.flat().flatMap((line) => (line.changed ? [line.number] : [])))
  const lines = text.split('\n').map((line, index) => ({
    text: line,
    number: index + 1,
    changed: changed.has(index + 1),
  }))
  return { side, path, whole: true, fragments: [lines] }
}

function selectLines(
  lines: DiffFile['hunks'][number]['lines'],
  side: 'old' | 'new',
): readonly SideLine[] {
  return lines.flatMap(({ kind, text, oldLine, newLine }) => {
    const number = side === 'old' ? oldLine : newLine
    return number === null ? [] : [{ text, number, changed: kind !== 'context' }]
  })
}
