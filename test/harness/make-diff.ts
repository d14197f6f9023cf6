import { createTwoFilesPatch } from 'diff'
import type { Diff } from '../../services/judge/src/diff/diff.ts'
import { parseDiff } from '../../services/judge/src/diff/parse-diff.ts'

/** A file before and after a change; null where it does not exist. */
export type FileChange = readonly [before: string | null, after: string | null]

/** The diff of files by their paths, with three lines of context, as git writes it. */
export const makeDiff = (files: Readonly<Record<string, FileChange>>): Diff =>
  parseDiff(
    Object.entries(files)
      .map(([path, change]) => formatFile(path, change))
      .join(''),
  )

function formatFile(path: string, [before, after]: FileChange): string {
  const mode =
    before === null ? 'new file mode 100644\n' : after === null ? 'deleted file mode 100644\n' : ''
  const patch = createTwoFilesPatch(
    before === null ? '/dev/null' : `a/${path}`,
    after === null ? '/dev/null' : `b/${path}`,
    before ?? '',
    after ?? '',
    undefined,
    undefined,
    { context: 3 },
  )
  const lines = patch.split('\n').filter((line) => !/^=+$/.test(line))
  return `diff --git a/${path} b/${path}\n${mode}${lines.join('\n')}`
}
