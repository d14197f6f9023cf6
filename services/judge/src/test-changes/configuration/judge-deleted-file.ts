import type { DiffFile } from '../../diff/diff.ts'
import { type ChangeContext, listWords } from '../change-context.ts'
import type { TestChange, TestChangeKind } from '../finding.ts'
import { type Area, findFormat } from './file-format.ts'
import type { Surroundings } from './surroundings.ts'

const kinds: Readonly<Partial<Record<Area, TestChangeKind>>> = {
  lint: 'lint_loosened',
  types: 'types_loosened',
  coverage: 'coverage_loosened',
  runner: 'deselected',
  protection: 'check_nonblocking',
}

/** Judges the deletion of a tool's configuration; what commands a file ran is judged elsewhere. */
export function judgeDeletedFile(
  file: DiffFile,
  area: Area,
  { diff }: ChangeContext,
  surroundings: Surroundings,
): readonly TestChange[] {
  const kind = kinds[area]
  if (file.change !== 'deleted' || kind === undefined) return []
  const folder = file.path.replace(/[^/]*$/, '')
  const others = diff.files.filter(({ path }) => path !== file.path)
  const isReplaced = others.some(({ path, change }) => {
    const other = findFormat(path)?.area
    return change !== 'deleted' && (other === area || other === 'build' || other === 'package')
  })
  const siblings = others.filter(({ path }) => folder !== '' && path.startsWith(folder))
  const isGone = siblings.length > 0 && siblings.every(({ change }) => change === 'deleted')
  const subject = findGoneSubject(file, surroundings)
  if (isReplaced || isGone) return []
  return [
    {
      answer: subject === null ? (area === 'runner' ? 'question' : 'weakened') : 'justified',
      kind,
      severity: 'medium',
      path: file.path,
      side: 'old',
      line: 1,
      test: null,
      before: file.path,
      because:
        subject === null
          ? 'The configuration is deleted, and no other one in the change takes its place.'
          : `The configuration is deleted, and so is \`${subject}\`, which it is about.`,
    },
  ]
}

/** Above this length, a file of configuration is about more than one word of it. */
const MAX_LINES_OF_ONE_SUBJECT = 12

/** A name in a short configuration that the change removes from the source. */
function findGoneSubject(file: DiffFile, surroundings: Surroundings): string | null {
  if (file.removed > MAX_LINES_OF_ONE_SUBJECT) return null
  const words = file.hunks.flatMap(({ lines }) => lines.flatMap(({ text }) => listWords(text)))
  return (
    words.find(
      (word) => word.length >= 6 && /[A-Z_]/.test(word) && surroundings.isRemovedName(word),
    ) ?? null
  )
}
