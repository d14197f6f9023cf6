import type { DiffFile } from './diff.ts'

/**
 * True if the file changes what the tree contains. An added, deleted, renamed or copied file does,
 * even if no line changes, because "rename x to y" can be the whole issue. A file does not if only
 * its mode changed, or if the diff shows no change.
 */
export function hasContentChange(file: DiffFile): boolean {
  switch (file.change) {
    case 'added':
    case 'deleted':
    case 'renamed':
    case 'copied':
      return true
    case 'modified':
      return file.binary || file.added > 0 || file.removed > 0
    case 'mode':
      return false
    default:
      return file.change satisfies never
  }
}
