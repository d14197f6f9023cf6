import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Millis } from '../../lib/instant.ts'
import { startPeriodicTask } from '../schedule/periodic-task.ts'
import { type Retention, retain } from './retain.ts'

interface RetentionDeps {
  readonly db: Kysely<DB>
  /** Its statements may take minutes. */
  readonly upkeepDb: Kysely<DB>
  readonly retention: Retention
  readonly log: Pick<Logger, 'info' | 'warn'>
}

const RETENTION_EVERY_MS: Millis = 3_600_000
/** Rows that are left over then are removed an hour later. */
const RETENTION_LIMIT_MS: Millis = 1_200_000

/** Removes every hour, on one replica, what the policy no longer keeps, and logs how much. */
export function startRetention({ db, upkeepDb, retention, log }: RetentionDeps): {
  stop(): Promise<void>
} {
  return startPeriodicTask(
    { db, log },
    {
      name: 'retention',
      every: RETENTION_EVERY_MS,
      limit: RETENTION_LIMIT_MS,
      work: async (signal) => {
        const removed = await retain({ db: upkeepDb, retention }, signal)
        const rows = Object.values(removed).reduce((sum, one) => sum + one, 0)
        if (rows > 0)
          log.info(
            { event: 'purged', removed },
            'rows older than the retention policy allows were removed',
          )
      },
    },
  )
}
