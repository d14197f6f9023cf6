import type { DiffFile } from './diff.ts'

/**
 * The text of a changed file at the merge base, from its text at the head and its hunks. Null if the
 * two do not belong together: a context or an added line is not where the diff says. A line of which
 * a part was masked may differ. Whether the last line ended with a line end is not restored.
 */
export function rebuildBase(head: string, { hunks }: DiffFile): string | null {
  const lines = head.split('\n')
  const base: string[] = []
  let at = 0
  for (const hunk of hunks) {
    const start = hunk.lines.find(({ newLine }) => newLine !== null)?.newLine ?? null
    // A hunk that only removes says where by its header alone.
    const from = start === null ? findEmptyRange(hunk.header) : start - 1
    if (from === null || from < at || from > lines.length) return null
    base.push(...lines.slice(at, from))
    at = from
    for (const { kind, text, newLine } of hunk.lines) {
      if (kind !== 'added') base.push(text)
      if (kind === 'removed') continue
      const line = lines[at]
      if (line === undefined || newLine !== at + 1 || !isSameLine(line, text)) return null
      at += 1
    }
  }
  return [...base, ...lines.slice(at)].join('\n')
}

/** The number of lines of the head before a hunk that leaves none of its own: `+7,0` is after 7. */
function findEmptyRange(header: string): number | null {
  const found = /^@@ -\d+(?:,\d+)? \+(\d+),0 @@/.exec(header)?.[1]
  return found === undefined ? null : Number(found)
}

const isSameLine = (a: string, b: string): boolean =>
  a === b || a.includes('[masked: ') || b.includes('[masked: ')
