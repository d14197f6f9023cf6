import { styleText } from 'node:util'

/** What a piece of text means; colour is never the only sign of it. */
export type Role = 'done' | 'again' | 'person' | 'work' | 'past' | 'strong' | 'faint'
export type Paint = (role: Role, text: string) => string

const styles = {
  done: ['bold', 'green'],
  again: ['bold', 'yellow'],
  person: ['bold', 'red'],
  work: ['bold', 'cyan'],
  past: 'dim',
  strong: 'bold',
  faint: 'dim',
} as const

export const paintNothing: Paint = (_role, text) => text
/** Colours with the control sequences of terminals. */
export const paintAnsi: Paint = (role, text) =>
  styleText([styles[role]].flat(), text, { validateStream: false })

const marks: Readonly<Record<string, { readonly mark: string; readonly role: Role }>> = {
  completed: { mark: '✓', role: 'done' },
  needs_iteration: { mark: '↻', role: 'again' },
  needs_human: { mark: '!', role: 'person' },
  superseded: { mark: '»', role: 'past' },
  closed: { mark: '×', role: 'past' },
}

/** The mark and colour of a status: whose turn it is. */
export const selectMark = (status: string): { readonly mark: string; readonly role: Role } =>
  marks[status] ?? { mark: '…', role: 'work' }
