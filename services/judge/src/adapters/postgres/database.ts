import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Millis } from '../../lib/instant.ts'
import { PreparingClient } from './preparing-client.ts'
import type { DB } from './types.generated.ts'

export interface DatabaseOptions {
  /** Shown in `pg_stat_activity`. */
  readonly name: string
  /** Default: 10. */
  readonly maxConnections?: number
  /** How long to wait for a connection before the call fails as unavailable; default: 5 s. */
  readonly connectTimeout?: Millis
  /** A connection broke, for the log: the pool opens a new one, and its query fails anyway. */
  readonly onError: (error: Error) => void
}

export interface Database {
  readonly db: Kysely<DB>
  readonly pool: pg.Pool
  readonly close: () => Promise<void>
}

/**
 * Opens a connection pool to PostgreSQL 15 or newer, with Kysely on top. It connects with the first
 * query.
 *
 * Results have the generated types: `int8` and `numeric` are numbers, `date` is text (a day has no
 * time zone), `timestamptz` is a `Date`, and `jsonb` is parsed. Pass `jsonb` as text
 * (`encodeJsonb`), because the driver sends a JavaScript array as a PostgreSQL array.
 */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    Client: PreparingClient,
    application_name: options.name,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: options.connectTimeout ?? 5_000,
    // A transaction whose client hangs would otherwise hold the lock of its issue forever.
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    types: { getTypeParser: getTypeParser },
  })
  pool.on('error', options.onError)
  // The pool handles errors of idle connections only. An unhandled error of a busy one would end
  // the process.
  pool.on('connect', (client) => client.on('error', options.onError))
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  return { db, pool, close: () => db.destroy() }
}

const { builtins } = pg.types
const toNumber = (text: string): number => Number(text)
const toText = (text: string): string => text

/** Amounts of money and sizes stay far below 2^53, up to which numbers are exact. */
const parsers = new Map<number, (text: string) => unknown>([
  [builtins.INT8, toNumber],
  [builtins.NUMERIC, toNumber],
  [builtins.DATE, toText],
])

const getTypeParser: typeof pg.types.getTypeParser = ((
  oid: number,
  format: 'text' | 'binary' = 'text',
) =>
  (format === 'text' && parsers.get(oid)) ||
  pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser
