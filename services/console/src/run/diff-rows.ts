import type { DiffFile, DiffLine, DiffMark } from './run-data.ts'

/** A row of a file's table: a line, the head of a hunk, or a remark about a line. */
export type DiffRow =
  | { readonly kind: 'hunk'; readonly key: string; readonly text: string }
  | {
      readonly kind: 'line'
      readonly key: string
      readonly line: DiffLine
      /** True if a mark is about this line. */
      readonly isMarked: boolean
    }
  | { readonly kind: 'mark'; readonly key: string; readonly mark: DiffMark }

/** A file with more lines than this is folded at first, so that one lock file hides nothing. */
const MAX_OPEN_LINES = 400

/** Rows of one file that are drawn at first; more follow as the reader scrolls. */
export const ROWS_AT_ONCE = 2_000

export const countLines = (file: DiffFile): number =>
  file.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0)

/** Whether a file is open at first: someone marked a line of it, and it is not large. */
export const isOpenAtFirst = (file: DiffFile): boolean =>
  file.marks.length > 0 && countLines(file) <= MAX_OPEN_LINES

const isAbout = (mark: DiffMark, line: DiffLine): boolean =>
  mark.side === 'old' ? mark.line === line.old : mark.line === line.new

/** Whether a line is the one of its number that carries marks: a context line has two numbers. */
const carriesMarks = (mark: DiffMark, line: DiffLine): boolean =>
  isAbout(mark, line) && !(mark.side === 'new' && line.kind === 'removed')

/** The rows of a file; marks of lines outside its hunks come first, so that none is lost. */
export function toDiffRows(file: DiffFile): readonly DiffRow[] {
  const placed = new Set<DiffMark>()
  const rows = file.hunks.flatMap((hunk, hunkIndex): DiffRow[] => [
    {
      kind: 'hunk',
      key: `h${hunkIndex}`,
      text: hunk.header.startsWith('@@')
        ? hunk.header
        : `@@ −${hunk.oldStart} +${hunk.newStart} @@ ${hunk.header}`.trimEnd(),
    },
    ...hunk.lines.flatMap((line, lineIndex): DiffRow[] => {
      const marks = file.marks.filter((mark) => !placed.has(mark) && carriesMarks(mark, line))
      for (const mark of marks) placed.add(mark)
      const key = `h${hunkIndex}l${lineIndex}`
      return [
        { kind: 'line', key, line, isMarked: marks.some(({ kind }) => kind !== 'citation') },
        ...marks.map((mark, index): DiffRow => ({ kind: 'mark', key: `${key}m${index}`, mark })),
      ]
    }),
  ])
  const outside = file.marks.filter((mark) => !placed.has(mark))
  return [
    ...outside.map((mark, index): DiffRow => ({ kind: 'mark', key: `m${index}`, mark })),
    ...rows,
  ]
}
