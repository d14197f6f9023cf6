import type { DiffFile } from './diff.ts'
import { hasMeaningfulSpace } from './has-meaningful-space.ts'
import { isSpaceOnly } from './is-space-only.ts'

/**
 * True if the file changes what the tree contains. An added, deleted, renamed or copied file does,
 * even if no line changes, because "rename x to y" can be the whole issue; so does another mode, as
 * in "make the script executable". White space alone does only in files where it means something.
 */
export function hasContentChange(file: DiffFile): boolean {
  switch (file.change) {
    case 'added':
    case 'deleted':
    case 'renamed':
    case 'copied':
    case 'mode':
      return true
    case 'modified':
      return file.binary || file.oldMode !== file.newMode || hasMeaningfulLines(file)
    default:
      return file.change satisfies never
  }
}

/** The content of a symbolic link is its target, and that of a submodule its commit. */
const linkModes: ReadonlySet<string | null> = new Set(['120000', '160000'])

function hasMeaningfulLines({ path, added, removed, newMode, hunks }: DiffFile): boolean {
  if (added === 0 && removed === 0) return false
  return linkModes.has(newMode) || hasMeaningfulSpace(path) || !hunks.every(isSpaceOnly)
}
