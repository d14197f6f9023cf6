import { createHash } from 'node:crypto'
import pg from 'pg'

/**
 * Statements whose text varies without end (a list per length) must not fill a connection's memory.
 */
const MOST = 400

const names = new Map<string, string>()
let generation = 0

/**
 * A connection that prepares every statement with parameters under a name made of its text, so that
 * PostgreSQL parses and plans it once a connection and not at every execution: most of what a short
 * statement costs is that.
 *
 * A migration of a newer release may change what a prepared `select *` gives. PostgreSQL then
 * refuses the old plan; all names are forgotten, and `transact` repeats the work under new ones.
 */
export class PreparingClient extends pg.Client {
  override query(...given: unknown[]): never {
    const [text, values, callback] = given
    // The pool's own `query` hands in a callback, which has no promise to watch.
    const plain =
      typeof text !== 'string' ||
      !Array.isArray(values) ||
      values.length === 0 ||
      callback !== undefined
    const named = plain ? null : nameOf(text)
    const run = super.query as (...args: unknown[]) => Promise<unknown>
    if (named === null) return run.apply(this, given) as never
    return run.call(this, { name: named, text, values }).catch((error: unknown) => {
      if (isStalePlan(error)) {
        generation += 1
        names.clear()
      }
      throw error
    }) as never
  }
}

function nameOf(text: string): string | null {
  const known = names.get(text)
  if (known !== undefined) return known
  if (names.size >= MOST) return null
  const name = `${generation}_${createHash('sha1').update(text).digest('base64url')}`
  names.set(text, name)
  return name
}

/** PostgreSQL's words for a prepared statement whose result a migration has changed. */
export const isStalePlan = (error: unknown): boolean =>
  error instanceof Error && error.message === 'cached plan must not change result type'
