import type { Kysely, Transaction } from 'kysely'
import { readErrorCode } from '../../lib/error-code.ts'
import { Failure, getErrorMessage } from '../../lib/failure.ts'
import { isStalePlan } from './preparing-client.ts'

/**
 * Runs `work` in one transaction (read committed) and repeats it if PostgreSQL aborts it for a
 * deadlock or a serialisation conflict, without a pause, because the other transaction has finished
 * by then. `work` must therefore have no side effects that must not happen twice.
 *
 * Rejects with `Failure` (`unavailable`) if PostgreSQL is unavailable, otherwise with the error of
 * `work`.
 */
export async function transact<Tables, T>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>) => Promise<T>,
  options: { readonly tries?: number } = {},
): Promise<T> {
  return retryConflicts(() => db.transaction().execute(work), options)
}

/** The same for a single statement, which needs no transaction. */
export async function retryConflicts<T>(
  work: () => Promise<T>,
  { tries = MAX_TRIES }: { readonly tries?: number } = {},
): Promise<T> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await work()
    } catch (error) {
      if (left > 0 && (retryableCodes.has(readErrorCode(error)) || isStalePlan(error))) continue
      throw isDatabaseUnavailable(error)
        ? new Failure('unavailable', `PostgreSQL is unavailable: ${getErrorMessage(error)}`, {
            cause: error,
          })
        : error
    }
  }
}

const MAX_TRIES = 6

/** Whether an error, also one of `transact`, means that PostgreSQL is unavailable. */
export const isDatabaseOutage = (error: unknown): boolean =>
  isDatabaseUnavailable(error) || (error instanceof Failure && isDatabaseUnavailable(error.cause))

/** `deadlock_detected` and `serialization_failure`. */
const retryableCodes: ReadonlySet<string> = new Set(['40P01', '40001'])

/** The driver's own connection errors have no code, only these messages. */
const driverMessages: readonly string[] = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Client has encountered a connection error',
]

/**
 * Whether the error of a query means that PostgreSQL is unavailable (down, starting, stopping or
 * out of connections), so that the same query may succeed later. Any other error is the query's
 * own.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = readErrorCode(error)
  if (
    /^(08|57P0|53300|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/.test(code)
  )
    return true
  return (
    error instanceof Error && driverMessages.some((message) => error.message.startsWith(message))
  )
}
