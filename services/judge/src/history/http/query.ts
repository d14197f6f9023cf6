import { Problem } from '../../lib/problem.ts'
import { sanitizeText } from '../../lib/text.ts'

/** A query string as Fastify parses it: a repeated parameter has a list. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

/** The trimmed text of a parameter, the first if it is repeated; null if absent or empty. */
export function readTextParam(query: Query, name: string): string | null {
  const text = sanitizeText([query[name] ?? ''].flat()[0] ?? '').trim()
  return text === '' ? null : text
}

/** Throws `bad_request` if the parameter is absent or empty. */
export function requireTextParam(query: Query, name: string): string {
  const text = readTextParam(query, name)
  if (text === null) throw new Problem('bad_request', `The parameter ${name} is required.`)
  return text
}

/** The largest value of an integer column of PostgreSQL. */
const MAX_INTEGER = 2_147_483_647

/** The number of an issue or a pull request; null if the text is not a positive integer. */
export const parsePositiveInteger = (text: string): number | null =>
  /^\d{1,10}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_INTEGER ? Number(text) : null

/**
 * A positive integer, or null if the parameter is absent. Throws `bad_request` if it is invalid.
 */
export function readNumberParam(query: Query, name: string): number | null {
  const text = readTextParam(query, name)
  if (text === null) return null
  const number = parsePositiveInteger(text)
  if (number === null)
    throw new Problem(
      'bad_request',
      `${name} must be a whole number from 1, not "${text.slice(0, 50)}".`,
    )
  return number
}

/** The parameter `limit`, clamped to 1..max; `fallback` if it is absent or not a number. */
export function readLimitParam(query: Query, fallback: number, max: number): number {
  const text = readTextParam(query, 'limit')
  const isNumber = text !== null && /^[+-]?\d+(\.\d*)?$/.test(text)
  const limit = isNumber ? Math.trunc(Number(text)) : fallback
  return Math.min(max, Math.max(1, limit))
}

/** A time, or null if the parameter is absent. Throws `bad_request` if it is invalid. */
export function readTimeParam(query: Query, name: string): Date | null {
  const text = readTextParam(query, name)
  if (text === null) return null
  const at = new Date(text)
  const year = at.getUTCFullYear()
  if (Number.isNaN(at.getTime()) || year < 1 || year > 9999) {
    throw new Problem(
      'bad_request',
      `${name} must be a time such as 2026-01-31T12:00:00Z, not "${text.slice(0, 50)}".`,
    )
  }
  return at
}

/** One of `values`, or null if the parameter is absent. Throws `bad_request` for anything else. */
export function readChoiceParam(
  query: Query,
  name: string,
  values: readonly string[],
): string | null {
  const text = readTextParam(query, name)
  if (text === null) return null
  if (!values.includes(text))
    throw new Problem('bad_request', `${name} must be one of ${values.join(', ')}.`)
  return text
}

/**
 * Any of `values`, separated by commas; empty if the parameter is absent. Throws `bad_request` for
 * anything else.
 */
export function readChoicesParam(
  query: Query,
  name: string,
  values: readonly string[],
): readonly string[] {
  const wanted = (readTextParam(query, name) ?? '').split(',').map((text) => text.trim())
  const chosen = [...new Set(wanted.filter((text) => text !== ''))]
  if (chosen.some((text) => !values.includes(text)))
    throw new Problem(
      'bad_request',
      `${name} must be any of ${values.join(', ')}, separated by commas.`,
    )
  return chosen
}

/**
 * An amount of at least 0, such as `0.5` or `>0.5`; null if the parameter is absent. Throws
 * `bad_request` for anything else.
 */
export function readAmountParam(query: Query, name: string): number | null {
  const text = readTextParam(query, name)
  if (text === null) return null
  const [, amount] = /^>?\s*(\d{1,9}(?:\.\d{1,6})?)$/.exec(text) ?? []
  if (amount === undefined)
    throw new Problem(
      'bad_request',
      `${name} must be an amount such as 0.5, not "${text.slice(0, 50)}".`,
    )
  return Number(amount)
}

/** A UUID in lower case, or null if the parameter is absent. Throws `bad_request` if it is none. */
export function readIdParam(query: Query, name: string): string | null {
  const text = readTextParam(query, name)
  if (text === null) return null
  if (!uuid.test(text)) throw new Problem('bad_request', `${name} must be the id of a run.`)
  return text.toLowerCase()
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The UUID of a path, in lower case. Throws `not_found` for any other text. */
export function parseId(text: string): string {
  if (!uuid.test(text)) throw createNotFoundProblem()
  return text.toLowerCase()
}

export const createNotFoundProblem = (detail = 'Nothing exists with this id.'): Problem =>
  new Problem('not_found', detail)

/** A LIKE pattern that matches exactly this text. */
export const escapeLikePattern = (text: string): string => text.replace(/[\\%_]/g, '\\$&')
