import type { Diff, DiffLine } from './diff.ts'

const markers = ['<<<<<<< ', '=======', '>>>>>>> ']

/**
 * Where the change leaves conflict markers behind: one place a hunk, at the line of the first
 * marker. All three must be added by the same hunk and in their order, so that a heading underlined
 * with `=======`, or a text that quotes one of them, is none.
 */
export function conflictMarkers(
  diff: Diff,
): readonly { readonly path: string; readonly line: number | null }[] {
  return diff.files.flatMap(({ path, hunks }) =>
    hunks
      .map(({ lines }) => firstMarker(lines))
      .flatMap((found) => (found === null ? [] : [{ path, line: found.newLine }])),
  )
}

/** The line that opens a complete set of markers among the added lines, or null. */
function firstMarker(lines: readonly DiffLine[]): DiffLine | null {
  let opened: DiffLine | null = null
  let next = 0
  for (const line of lines) {
    if (line.kind !== 'added' || !line.text.startsWith(markers[next] ?? '')) continue
    opened ??= line
    next += 1
    if (next === markers.length) return opened
  }
  return null
}
