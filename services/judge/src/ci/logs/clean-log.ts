import { stripVTControlCharacters } from 'node:util'
import { clip } from '../../lib/text.ts'

/*
 * The log of a job as GitHub stores it: each line begins with a time, colours are escape sequences,
 * and the runner marks groups and errors with `##[group]`, `##[endgroup]` and `##[error]`.
 */

/** Control characters other than a tab. */
const controls = /(?!\t)\p{Cc}/gu
const lineTime = /^\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?/

/**
 * The text of a log as a person reads it: without times, colours and what a progress bar has
 * overwritten. It is cleaned before secrets are masked, because an escape sequence could divide one.
 */
export const cleanLog = (raw: string): string =>
  raw
    .split(/\r*\n/)
    .map((line) =>
      keepLastWritten(stripVTControlCharacters(line.replace(lineTime, '')))
        .replace(controls, '')
        .trimEnd(),
    )
    .join('\n')

/** A carriage return starts the line again. */
const keepLastWritten = (line: string): string =>
  line.split('\r').findLast((part) => part.trim() !== '') ?? ''

/** One line of a log, without the marker of the runner. */
export interface LogLine {
  readonly kind: 'text' | 'group' | 'end_group' | 'error'
  readonly text: string
}

const marker = /^##\[(\w+)\](.*)$/
const command = /^::(\w+)(?: [^:]*(?::(?!:)[^:]*)*)?::(.*)$/

/** A longer line is data; searching it for words would take long. */
const MAX_LINE_CHARS = 1_000

/** The lines of a cleaned log. What the runner prints for its own debugging is left out. */
export const parseLog = (clean: string): readonly LogLine[] =>
  clean.split('\n').flatMap((full) => {
    const line = clip(full, MAX_LINE_CHARS)
    const [, name = '', text = ''] = marker.exec(line) ?? command.exec(line) ?? []
    return name === '' ? [{ kind: 'text', text: line }] : toMarkedLine(name, text)
  })

function toMarkedLine(name: string, text: string): readonly LogLine[] {
  switch (name) {
    case 'group':
      return [{ kind: 'group', text }]
    case 'endgroup':
      return [{ kind: 'end_group', text: '' }]
    case 'error':
      return [{ kind: 'error', text }]
    case 'warning':
      return [{ kind: 'text', text: `Warning: ${text}` }]
    case 'notice':
      return [{ kind: 'text', text: `Notice: ${text}` }]
    case 'debug':
    case 'add':
      return []
    default:
      return [{ kind: 'text', text }]
  }
}
