import { createHash } from 'node:crypto'
import pg from 'pg'
import { sanitizeText } from '../../lib/text.ts'

/** Statements with unbounded variants (one per length of a list) must not fill the memory. */
const MAX_STATEMENTS = 400

const statementNames = new Map<string, string>()
let generation = 0

/**
 * A connection that prepares every statement with parameters, under a name derived from its text.
 * PostgreSQL then parses and plans it once per connection, which is most of the cost of a short
 * statement.
 *
 * A migration of a newer release may change the result of a prepared `select *`. PostgreSQL then
 * refuses the old plan: all names are dropped, and `transact` repeats the work under new names.
 *
 * Every text passes here on its way to PostgreSQL, so none can make a statement fail that should
 * have been sanitized where it came in.
 *
 * A connection on which a statement was not answered in time (`query_timeout`) is cut, because the
 * late answer would be taken for that of the next statement.
 */
export class PreparingClient extends pg.Client {
  override query(...given: unknown[]): never {
    const [text, parameters, ...rest] = given
    const values = Array.isArray(parameters) ? parameters.map(sanitizeParameter) : parameters
    // The pool's own `query` passes a callback, and then there is no promise to observe.
    const isPlain =
      typeof text !== 'string' ||
      !Array.isArray(values) ||
      values.length === 0 ||
      rest[0] !== undefined
    const name = isPlain ? null : nameStatement(text)
    const run = super.query as (...args: unknown[]) => Promise<unknown> | undefined
    const answer =
      name === null
        ? run.apply(this, given.length < 2 ? given : [text, values, ...rest])
        : run.call(this, { name, text, values })
    // The pool removes a connection by itself if a query of its own fails.
    if (!(answer instanceof Promise)) return answer as never
    return answer.catch((error: unknown) => {
      if (isAnswerMissing(error)) this.end().catch(() => undefined)
      if (isStalePlan(error)) {
        generation += 1
        statementNames.clear()
      }
      throw error
    }) as never
  }
}

/** The driver's error for a statement that was not answered within its `query_timeout`. */
const isAnswerMissing = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Query read timeout'

const sanitizeParameter = (value: unknown): unknown => {
  if (typeof value === 'string') return sanitizeText(value)
  return Array.isArray(value) ? value.map(sanitizeParameter) : value
}

function nameStatement(text: string): string | null {
  const known = statementNames.get(text)
  if (known !== undefined) return known
  if (statementNames.size >= MAX_STATEMENTS) return null
  const name = `${generation}_${createHash('sha1').update(text).digest('base64url')}`
  statementNames.set(text, name)
  return name
}

/** PostgreSQL's error for a prepared statement whose result type a migration has changed. */
export const isStalePlan = (error: unknown): boolean =>
  error instanceof Error && error.message === 'cached plan must not change result type'
