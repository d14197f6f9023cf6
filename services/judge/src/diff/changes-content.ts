import type { DiffFile } from './diff.ts'

/**
 * Does this file make the tree hold something else? A file that appears, disappears, moves or is
 * copied does, even without a line changed: "rename x to y" can be a whole issue. A file whose mode
 * alone changed does not, and neither does one of which nothing is shown.
 */
export function changesContent(file: DiffFile): boolean {
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
