import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import {
  openDatabase,
  type StatementLimits,
  statementLimits,
} from '../adapters/postgres/database.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { getErrorMessage } from '../lib/failure.ts'

/** The connections of the service, apart from those of the job queue and those that listen. */
export interface Pools {
  /** For messages and what people do, so that they never wait behind the others. */
  readonly db: Kysely<DB>
  /** For what people and dashboards read. */
  readonly readDb: Kysely<DB>
  /** For reconciliations, effects and periodic tasks. */
  readonly engineDb: Kysely<DB>
  /** For what removes old rows, which takes its time. */
  readonly upkeepDb: Kysely<DB>
}

/** With five of the job queue and two that listen, a replica has 32 connections at most. */
export function openPools(
  url: string,
  log: Logger,
  stopHooks: { push(stop: () => Promise<void>): unknown },
): Pools {
  const open = (name: string, maxConnections: number, limits: StatementLimits): Kysely<DB> => {
    // Not the error itself: the driver attaches the whole connection to it.
    const onError = (error: Error) =>
      log.warn(
        { event: 'postgres', pool: name, error: getErrorMessage(error) },
        'a PostgreSQL connection failed; reconnecting',
      )
    const database = openDatabase(url, { name, maxConnections, limits, onError })
    stopHooks.push(database.close)
    return database.db
  }
  return {
    db: open('codex-judge http', 10, statementLimits.ingest),
    readDb: open('codex-judge read', 4, statementLimits.read),
    engineDb: open('codex-judge engine', 10, statementLimits.engine),
    upkeepDb: open('codex-judge upkeep', 1, statementLimits.upkeep),
  }
}
