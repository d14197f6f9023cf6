import { Problem } from '../../lib/problem.ts'
import { tidyText } from '../../lib/text.ts'

/** A query string as Fastify parses it: a name that comes twice has a list. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * One parameter as text without white space around it, the first where it comes twice; null where
 * it is absent or empty.
 */
export function textParam(query: Query, name: string): string | null {
  const text = tidyText([query[name] ?? ''].flat()[0] ?? '').trim()
  return text === '' ? null : text
}

export function requiredText(query: Query, name: string): string {
  const text = textParam(query, name)
  if (text === null) throw new Problem('bad_request', `The parameter ${name} is required.`)
  return text
}

/** Larger numbers are no issue's or pull request's, and no integer column's. */
const maxInteger = 2_147_483_647

/** A whole number from 1 as issues and pull requests have them; null where the text is none. */
export const positiveInteger = (text: string): number | null =>
  /^\d{1,10}$/.test(text) && Number(text) >= 1 && Number(text) <= maxInteger ? Number(text) : null

/**
 * The number of an issue, null where the parameter is absent. Throws `bad_request` where it is no
 * number of an issue.
 */
export function numberParam(query: Query, name: string): number | null {
  const text = textParam(query, name)
  if (text === null) return null
  const number = positiveInteger(text)
  if (number === null)
    throw new Problem(
      'bad_request',
      `${name} is a whole number from 1, not "${text.slice(0, 50)}".`,
    )
  return number
}

/** How many are asked for, clamped to 1..max; what is no number counts as not given. */
export function limitParam(query: Query, usual: number, max: number): number {
  const text = textParam(query, 'limit')
  const asked = text !== null && /^[+-]?\d+(\.\d*)?$/.test(text) ? Math.trunc(Number(text)) : usual
  return Math.min(max, Math.max(1, asked))
}

/** A moment; null where the parameter is absent. Throws `bad_request` where it is none. */
export function timeParam(query: Query, name: string): Date | null {
  const text = textParam(query, name)
  if (text === null) return null
  const at = new Date(text)
  const year = at.getUTCFullYear()
  if (Number.isNaN(at.getTime()) || year < 1 || year > 9999) {
    throw new Problem(
      'bad_request',
      `${name} is a time such as 2026-01-31T12:00:00Z, not "${text.slice(0, 50)}".`,
    )
  }
  return at
}

/**
 * One of a closed set; null where the parameter is absent. Throws `bad_request`, naming the set,
 * for anything else.
 */
export function oneOfParam(query: Query, name: string, values: readonly string[]): string | null {
  const text = textParam(query, name)
  if (text === null) return null
  if (!values.includes(text))
    throw new Problem('bad_request', `${name} is one of ${values.join(', ')}.`)
  return text
}

/** The key in a path. Anything that is no UUID names nothing we have. */
export function idIn(text: string): string {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) throw notHere()
  return text.toLowerCase()
}

export const notHere = (what = 'There is nothing with this id.'): Problem =>
  new Problem('not_found', what)

/** The text as a pattern of LIKE that matches just it. */
export const literally = (text: string): string => text.replace(/[\\%_]/g, '\\$&')
