import type { Diff, DiffFile } from '../diff/diff.ts'
import { sha256 } from '../lib/ids.ts'
import type { FileTexts } from './side-text.ts'

/** No one writes a check in a longer line. What the rules do with a line may take its square. */
const MAX_LINE_CHARACTERS = 10_000

/**
 * A change whose lines, and those of its files, are at most so long. The rest of a longer line
 * becomes a digest, so that lines that differ still differ.
 */
export function cutLongLines(
  diff: Diff,
  files: FileTexts,
): { readonly diff: Diff; readonly files: FileTexts } {
  const isLong = diff.files.some(({ hunks }) =>
    hunks.some(({ lines }) => lines.some(({ text }) => isTooLong(text))),
  )
  const texts = [...files].map(
    ([path, { base, head }]) =>
      [path, { base: base && cutText(base), head: head && cutText(head) }] as const,
  )
  return {
    diff: isLong ? { ...diff, files: diff.files.map(cutFile) } : diff,
    files: new Map(texts),
  }
}

const isTooLong = (text: string): boolean => text.length > MAX_LINE_CHARACTERS
const cutLine = (text: string): string =>
  isTooLong(text)
    ? `${text.slice(0, MAX_LINE_CHARACTERS)} ${sha256(text.slice(MAX_LINE_CHARACTERS)).slice(0, 16)}`
    : text

const cutText = (text: string): string =>
  isTooLong(text) && text.split('\n').some(isTooLong)
    ? text.split('\n').map(cutLine).join('\n')
    : text

const cutFile = (file: DiffFile): DiffFile => ({
  ...file,
  hunks: file.hunks.map((hunk) => ({
    ...hunk,
    lines: hunk.lines.map((line) => ({ ...line, text: cutLine(line.text) })),
  })),
})
