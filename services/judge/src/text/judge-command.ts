import { type OptionId, optionIds } from './question.ts'

/** What a comment tells the service to do. */
export type JudgeCommand =
  | { readonly kind: 'answer'; readonly option: OptionId; readonly note: string | null }
  /** It begins like a command and names none. */
  | { readonly kind: 'unknown' }

/** Longer notes are cut; a comment may have 65,536 characters. */
const MAX_NOTE_CHARS = 20_000

/**
 * Reads a comment that begins with `/judge rerun`, `resume`, `accept` or `close`; what follows is
 * the note. Null: it is no command. A quoted or indented command is none.
 */
export function parseCommand(body: string): JudgeCommand | null {
  const found = /^\/judge(?:[ \t]+([a-z]+))?(?![^\s])([\s\S]*)$/i.exec(body)
  if (found === null) return null
  const [, name = '', rest = ''] = found
  const option = optionIds.find((id) => id === name.toLowerCase())
  if (option === undefined) return { kind: 'unknown' }
  const note = rest.trim().slice(0, MAX_NOTE_CHARS).toWellFormed()
  return { kind: 'answer', option, note: note === '' ? null : note }
}
