import type { NamedResult } from '../gates/index.ts'
import { pluralize } from '../lib/text.ts'
import { formatPlace } from './blockers.ts'
import { formatCode, toOneLine } from './untrusted-text.ts'

/** The gates that only notice, and never refuse. */
const noticing: ReadonlySet<string> = new Set(['hygiene', 'claims'])

/** The most notes in a prompt; they must not crowd out what blocks. */
const MAX_NOTES = 20
const MAX_TEXT_CHARS = 600

/**
 * What was noticed about the attempt and blocks nothing by itself, as a section of the next prompt;
 * empty without any. Claims that the agent's commands support are left out.
 */
export function formatNotes(results: readonly NamedResult[]): string {
  const notes = results
    .filter(({ name }) => noticing.has(name))
    .flatMap(({ result }) => result.evidence)
    .filter(({ kind, text }) => kind === 'settled' && !text.startsWith('supported: '))
  if (notes.length === 0) return ''
  const lines = notes.slice(0, MAX_NOTES).map(({ text, path, line = null }) => {
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
