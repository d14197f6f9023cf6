import type { EvidenceItem } from '../gates/gate.ts'
import type { NamedResult } from '../gates/index.ts'
import { pluralize } from '../lib/text.ts'
import { formatPlace } from './blockers.ts'
import { formatCode, toOneLine } from './untrusted-text.ts'

/** The gates that only notice, and never refuse. */
const noticing: ReadonlySet<string> = new Set(['hygiene', 'claims'])

/** The most notes in a prompt; they must not crowd out what blocks. */
export const MAX_NOTES = 20
const MAX_TEXT_CHARS = 600

/** A note of a gate that only notices. */
export interface Note {
  readonly gate: string
  readonly item: EvidenceItem
}

/** What was noticed, without the claims that the agent's commands support. */
export const listNotes = (results: readonly NamedResult[]): readonly Note[] =>
  results
    .filter(({ name }) => noticing.has(name))
    .flatMap(({ name, result }) => result.evidence.map((item) => ({ gate: name, item })))
    .filter(({ item: { kind, text } }) => kind === 'settled' && !text.startsWith('supported: '))

/**
 * What was noticed about the attempt and blocks nothing by itself, as a section of the next prompt;
 * empty without any.
 */
export function formatNotes(results: readonly NamedResult[]): string {
  const notes = listNotes(results)
  if (notes.length === 0) return ''
  const lines = notes.slice(0, MAX_NOTES).map(({ item: { text, path, line = null } }) => {
    const place = path === undefined ? '' : `${formatCode(formatPlace({ path, line }))}: `
    return `- ${place}${toOneLine(text, MAX_TEXT_CHARS)}`
  })
  const rest = notes.length - lines.length
  return [
    '## Also noticed',
    [
      'None of this blocks by itself, but the judge sees all of it.',
      'Finish what is unfinished, and claim only what you ran.',
    ].join(' '),
    [...lines, ...(rest > 0 ? [`- and ${pluralize(rest, 'more note')}`] : [])].join('\n'),
  ].join('\n\n')
}
