import type { SatisfiedRequirement } from '../run/attempt-record.ts'
import { clean, formatCode, formatCodeBlock, indent, toOneLine } from './untrusted-text.ts'

/** What the attempt of that number had satisfied, and what is undone now. */
export type Undone = { readonly attempt: number } & (
  | ({
      readonly kind: 'requirement'
      /** False if the judge was not asked, and only the cited lines are known to be gone. */
      readonly judged: boolean
    } & SatisfiedRequirement)
  | { readonly kind: 'thread'; readonly place: string; readonly url: string | null }
  | { readonly kind: 'check'; readonly name: string; readonly url: string | null }
)

/** How many are named; the instructions of the prompt name all that is open. */
const MAX_UNDONE = 20

/** The section of a prompt about what was satisfied once; empty if nothing was undone. */
export function formatUndone(undone: readonly Undone[]): string {
  if (undone.length === 0) return ''
  const rest = undone.length - MAX_UNDONE
  return [
    '## What was undone',
    'Earlier attempts had satisfied the following, and it is undone now. Restore it, and keep it ' +
      'while you fix the rest; do not go back and forth.',
    [
      ...undone.slice(0, MAX_UNDONE).map(formatItem),
      ...(rest > 0 ? [`- ${rest} more that are listed above as open.`] : []),
    ].join('\n'),
  ].join('\n\n')
}

function formatItem(item: Undone): string {
  const by = `- Attempt ${item.attempt}`
  switch (item.kind) {
    case 'requirement':
      return `${by} ${formatRequirement(item)}`
    case 'thread':
      return `${by} had the review thread at ${formatCode(item.place)} resolved; do not undo it${formatUrl(item.url)}`
    case 'check':
      return `${by} passed the check ${formatCode(item.name)}; do not undo it${formatUrl(item.url)}`
    default:
      return item satisfies never
  }
}

const formatUrl = (url: string | null): string =>
  url === null ? '.' : `: ${toOneLine(url, 1_000)}`

function formatRequirement(item: Extract<Undone, { kind: 'requirement' }>): string {
  const name = `satisfied requirement ${item.number} (${formatCode(item.text)}); do not undo it.`
  const why = item.judged ? 'It was shown by' : 'The change no longer has the lines that showed it:'
  const places = item.citations.map(({ path, line, quote }) => {
    const code = formatCodeBlock(clean(quote).trimEnd())
    return `${formatCode(`${path}:${line}`)}\n\n${indent(code, '  ')}\n`
  })
  return `${name} ${why} ${places.join('\n  ')}`
}
