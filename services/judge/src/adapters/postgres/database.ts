import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { Failure } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { PreparingClient } from './preparing-client.ts'
import { requireNoOpenTransaction } from './transact.ts'
import type { DB } from './types.generated.ts'

/** How long PostgreSQL may take before a statement fails as unavailable. */
export interface StatementLimits {
  readonly statement: Millis
  /** To get a lock; part of the time of the statement. */
  readonly lock: Millis
}

/**
 * The limits of each pool. A sender waits for what is ingested, and a person for what is read; a
 * reconciliation can wait longer, and what removes old rows has all the time.
 */
export const statementLimits = {
  ingest: { statement: 7_000, lock: 5_000 },
  read: { statement: 3_000, lock: 2_000 },
  engine: { statement: 15_000, lock: 10_000 },
  upkeep: { statement: 600_000, lock: 10_000 },
} as const satisfies Readonly<Record<string, StatementLimits>>

export interface DatabaseOptions {
  /** Shown in `pg_stat_activity`. */
  readonly name: string
  /** Default: 10. */
  readonly maxConnections?: number
  /** How long to wait for a connection before the call fails as unavailable; default: 5 s. */
  readonly connectTimeout?: Millis
  /** Default: those of ingest. */
  readonly limits?: StatementLimits
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
 * Every call ends: PostgreSQL aborts a statement that exceeds its limits, and a connection on which
 * no answer arrives a second later is cut. A call beyond `MAX_WAITING_CALLS` fails at once as
 * unavailable, and so does one that would wait for a connection while its transaction holds one.
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
    ...buildSessionLimits(options.limits ?? statementLimits.ingest),
    types: parseRows,
  })
  pool.on('error', options.onError)
  // The pool handles errors of idle connections only. An unhandled error of a busy one would end
  // the process.
  pool.on('connect', (client) => client.on('error', options.onError))
  const sockets = trackSockets(pool)
  const connect = async () => {
    requireNoOpenTransaction()
    if (pool.waitingCount >= MAX_WAITING_CALLS)
      throw new Failure('unavailable', 'too many calls wait for a connection to PostgreSQL')
    return pool.connect()
  }
  const end = async () => {
    const ended = pool.end()
    await Promise.race([ended, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })])
    for (const socket of sockets) socket.destroy()
    await ended
  }
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool: { connect, end, options: pool.options } }),
  })
  return { db, pool, close: () => db.destroy() }
}

/** Each waits at most for the connect timeout; more of them only cost memory. */
const MAX_WAITING_CALLS = 1_000
/** Statements that are still running when a pool is closed may end for so long. */
const CLOSE_TIMEOUT_MS: Millis = 2_000
/** PostgreSQL's own time-outs come first, because the connection survives them. */
const ANSWER_MARGIN_MS: Millis = 1_000
/**
 * A transaction whose client stands still must not hold the lock of its issue for longer. It is
 * much more than a busy event loop needs between two statements.
 */
const IDLE_IN_TRANSACTION_MS: Millis = 20_000

/** The settings of a connection by which every statement ends. */
export const buildSessionLimits = ({ statement, lock }: StatementLimits) => ({
  statement_timeout: statement,
  lock_timeout: lock,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  query_timeout: statement + ANSWER_MARGIN_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
})

/** The open sockets of a pool, which has no way to cut a connection that is in use. */
function trackSockets(pool: pg.Pool): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  pool.on('connect', (client) => {
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
    sockets.add(stream)
    stream.once('close', () => sockets.delete(stream))
  })
  return sockets
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

const getTypeParser = ((oid: number, format: 'text' | 'binary' = 'text') =>
  (format === 'text' && parsers.get(oid)) ||
  pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser

/** Gives results the generated types. */
export const parseRows: pg.CustomTypesConfig = { getTypeParser }
