import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Millis } from '../../lib/instant.ts'
import { PreparingClient } from './preparing-client.ts'
import type { DB } from './types.generated.ts'

export interface DatabaseOptions {
  /** Shown in `pg_stat_activity`. */
  readonly name: string
  /** Connections at most. */
  readonly max?: number
  /**
   * How long to wait for a free or a new connection before the call fails as "PostgreSQL is away".
   */
  readonly patience?: Millis
  /**
   * A connection broke. The pool makes a new one, and a query in hand fails by itself; this is for
   * the log.
   */
  readonly onError: (error: Error) => void
}

export interface Database {
  readonly db: Kysely<DB>
  readonly pool: pg.Pool
  readonly close: () => Promise<void>
}

/**
 * A pool of connections to PostgreSQL 15 or newer, and Kysely over it. Connects at the first query.
 *
 * What SQL returns agrees with the generated types: `int8` and `numeric` are numbers, `date` stays
 * text (a day has no zone), `timestamptz` is a `Date`, `jsonb` comes parsed. Going in, give `jsonb`
 * as text (`JSON.stringify`): the driver takes a bare array for a PostgreSQL array.
 */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    Client: PreparingClient,
    application_name: options.name,
    max: options.max ?? 10,
    connectionTimeoutMillis: options.patience ?? 5_000,
    // A transaction whose owner has stopped talking would hold its issue's lock for good.
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    types: { getTypeParser: parserOf },
  })
  pool.on('error', options.onError)
  // The pool listens to idle connections only: without this, one that breaks while it is in use
  // would end the process.
  pool.on('connect', (client) => client.on('error', options.onError))
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  return { db, pool, close: () => db.destroy() }
}

const { builtins } = pg.types
const asNumber = (text: string): number => Number(text)
const asText = (text: string): string => text

/**
 * Amounts of money and sizes stay far below 2^53, where a number is still exact to the cent and the
 * byte.
 */
const parsers = new Map<number, (text: string) => unknown>([
  [builtins.INT8, asNumber],
  [builtins.NUMERIC, asNumber],
  [builtins.DATE, asText],
])

const parserOf: typeof pg.types.getTypeParser = ((
  oid: number,
  format: 'text' | 'binary' = 'text',
) =>
  (format === 'text' && parsers.get(oid)) ||
  pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser
