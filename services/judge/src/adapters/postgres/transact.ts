import type { Kysely, Transaction } from 'kysely'
import { Failure, messageOf } from '../../lib/failure.ts'
import { isStalePlan } from './preparing-client.ts'

/**
 * Runs `work` in one transaction (read committed) and repeats the whole of it where PostgreSQL
 * broke it off to resolve a deadlock or a serialisation conflict: the rival has won by then, so the
 * repetition needs no pause. `work` must therefore do nothing outside that it may not do twice.
 *
 * Rejects with `Failure` (`unavailable`) where PostgreSQL is away, and with what `work` threw
 * otherwise.
 */
export async function transact<Tables, T>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>) => Promise<T>,
  options: { readonly tries?: number } = {},
): Promise<T> {
  return repeating(() => db.transaction().execute(work), options)
}

/** The same for work that is one statement, and so needs no transaction around it. */
export async function repeating<T>(
  work: () => Promise<T>,
  { tries = 6 }: { readonly tries?: number } = {},
): Promise<T> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await work()
    } catch (error) {
      if (left > 0 && (repeatable.has(codeOf(error)) || isStalePlan(error))) continue
      throw isAway(error)
        ? new Failure('unavailable', `PostgreSQL is away: ${messageOf(error)}`, { cause: error })
        : error
    }
  }
}

/** Deadlock detected; could not serialize access. */
const repeatable: ReadonlySet<string> = new Set(['40P01', '40001'])

/**
 * Does this error of a query mean that PostgreSQL cannot be reached now (down, starting, stopping,
 * out of connections), so that the same request may succeed later? Everything else is a fault of
 * the query.
 */
export function isAway(error: unknown): boolean {
  const code = codeOf(error)
  if (
    /^(08|57P0|53300|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/.test(code)
  )
    return true
  // The driver's own errors carry no code, only these words.
  return (
    error instanceof Error &&
    /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/.test(
      error.message,
    )
  )
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
