import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Millis } from '../../lib/instant.ts'
import { startChore } from '../schedule/periodic-task.ts'
import { type Retention, retain } from './retain.ts'

interface RetentionDeps {
  readonly db: Kysely<DB>
  readonly retention: Retention
  readonly log: Pick<Logger, 'info' | 'warn'>
}

const EVERY: Millis = 3_600_000
/** What is left over then goes an hour later. */
const LIMIT: Millis = 1_200_000

/**
 * Every hour, on one replica: what the policy no longer wants to be kept goes, and the log says how
 * much of what.
 */
export function startRetention({ db, retention, log }: RetentionDeps): { stop(): Promise<void> } {
  return startChore(
    { db, log },
    {
      name: 'retention',
      every: EVERY,
      limit: LIMIT,
      work: async (signal) => {
        const removed = await retain({ db, retention }, signal)
        const rows = Object.values(removed).reduce((sum, one) => sum + one, 0)
        if (rows > 0)
          log.info({ event: 'purged', removed }, 'what the policy no longer keeps was removed')
      },
    },
  )
}
