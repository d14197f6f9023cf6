import { createHash } from 'node:crypto'
import pg from 'pg'

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
 */
export class PreparingClient extends pg.Client {
  override query(...given: unknown[]): never {
    const [text, values, callback] = given
    // The pool's own `query` passes a callback, and then there is no promise to observe.
    const isPlain =
      typeof text !== 'string' ||
      !Array.isArray(values) ||
      values.length === 0 ||
      callback !== undefined
    const name = isPlain ? null : nameStatement(text)
    const run = super.query as (...args: unknown[]) => Promise<unknown>
    if (name === null) return run.apply(this, given) as never
    return run.call(this, { name, text, values }).catch((error: unknown) => {
      if (isStalePlan(error)) {
        generation += 1
        statementNames.clear()
      }
      throw error
    }) as never
  }
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
