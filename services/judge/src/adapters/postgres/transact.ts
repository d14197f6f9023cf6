import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kysely, Transaction } from 'kysely'
import { readErrorCode } from '../../lib/error-code.ts'
import { Failure, getErrorMessage } from '../../lib/failure.ts'
import { isStalePlan } from './preparing-client.ts'

/**
 * Runs `work` in one transaction (read committed) and repeats it if PostgreSQL aborts it for a
 * deadlock or a serialisation conflict, without a pause, because the other transaction has finished
 * by then. `work` must therefore have no side effects that must not happen twice. It must use its
 * transaction for everything: another query would wait for a second connection while it holds the
 * first, so a few of them at once would wait for each other. Such a query is refused.
 *
 * Rejects with `Failure` (`unavailable`) if PostgreSQL is unavailable, otherwise with the error of
 * `work`.
 */
export async function transact<Tables, T>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>) => Promise<T>,
  options: { readonly tries?: number } = {},
): Promise<T> {
  return retryConflicts(
    () =>
      db.transaction().execute(async (trx) => {
        const scope = { isOpen: true }
        try {
          return await openTransactions.run(scope, () => work(trx))
        } finally {
          scope.isOpen = false
        }
      }),
    options,
  )
}

const openTransactions = new AsyncLocalStorage<{ readonly isOpen: boolean }>()

/** Throws if the caller runs within the work of a transaction that has not ended. */
export function requireNoOpenTransaction(): void {
  if (openTransactions.getStore()?.isOpen === true)
    throw new Error('a transaction is open: use it, instead of waiting for another connection')
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
      if (left > 0 && isConflict(error)) continue
      throw isDatabaseUnavailable(error)
        ? new Failure('unavailable', `PostgreSQL is unavailable: ${getErrorMessage(error)}`, {
            cause: error,
          })
        : error
    }
  }
}

const MAX_TRIES = 6

/** Whether the same transaction may succeed at once, because what it conflicted with is over. */
export const isConflict = (error: unknown): boolean =>
  retryableCodes.has(readErrorCode(error)) || isStalePlan(error)

/** Whether an error, also one of `transact`, means that PostgreSQL is unavailable. */
export const isDatabaseOutage = (error: unknown): boolean =>
  isDatabaseUnavailable(error) || (error instanceof Failure && isDatabaseUnavailable(error.cause))

/** `deadlock_detected` and `serialization_failure`. */
const retryableCodes: ReadonlySet<string> = new Set(['40P01', '40001'])

/** The driver's own connection errors have no code, only these messages. */
const driverMessages: readonly string[] = [
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed and is not queryable',
]

/**
 * The codes of an unavailable server: no connection, no time left, or no write.
 *
 * - 08 and 57P0: the connection failed, or the server ends it; 53300: it has no connection left.
 * - 57014, 55P03, 25P03, 25P04: a statement, its lock or its transaction took too long.
 * - 53100, 53400, 25006, 58030: the disk is full or fails, or the server only reads.
 */
const serverCodes = /^(08|57P0|53300|57014|55P03|25P0[34]|53100|53400|25006|58030)/
const networkCodes = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/

/**
 * Whether the error of a query means that PostgreSQL is unavailable (down, starting, stopping,
 * standing still, out of connections or of disk), so that the same query may succeed later. Any
 * other error is the query's own.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = readErrorCode(error)
  if (serverCodes.test(code) || networkCodes.test(code)) return true
  return (
    error instanceof Error && driverMessages.some((message) => error.message.startsWith(message))
  )
}

const TOO_SLOW =
  'PostgreSQL did not finish it in time. Repeat it later or, if it reads, ask for less: for one ' +
  'repository, for a shorter period, or without exactTotal.'

/** What the error of a query means for the one who asked, if PostgreSQL is unavailable; else null. */
export function describeOutage(error: unknown): string | null {
  if (!isDatabaseUnavailable(error)) return null
  return /^(57014|55P03)$/.test(readErrorCode(error))
    ? TOO_SLOW
    : 'PostgreSQL is unavailable; try again later.'
}
