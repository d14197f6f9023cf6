import type { Diff, DiffLine } from './diff.ts'

const markers = ['<<<<<<< ', '=======', '>>>>>>> ']

/**
 * Where the change adds conflict markers: at most one place for each hunk, at the first marker. A
 * hunk must add all three in order, so that a heading underlined with `=======`, or a text that
 * quotes one marker, does not count.
 */
export function findConflictMarkers(
  diff: Diff,
): readonly { readonly path: string; readonly line: number | null }[] {
  return diff.files.flatMap(({ path, hunks }) =>
    hunks
      .map(({ lines }) => findFirstMarker(lines))
      .flatMap((found) => (found === null ? [] : [{ path, line: found.newLine }])),
  )
}

/** The first line of a complete set of markers among the added lines, or null. */
function findFirstMarker(lines: readonly DiffLine[]): DiffLine | null {
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
