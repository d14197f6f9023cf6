import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { messageOf } from '../../lib/failure.ts'
import type { Jobs } from './jobs.ts'

const SWEEP_LOCK = 2_106_002
const EVERY = 2_000
const AT_MOST = 200

/**
 * The guarantee behind every bell: whatever is due and in nobody's hands is rung for again. One
 * replica sweeps at a time.
 */
export function startSweep({
  db,
  jobs,
  log,
}: {
  readonly db: Kysely<DB>
  readonly jobs: Jobs
  readonly log: Logger
}): {
  stop(): Promise<void>
} {
  let running: Promise<void> = Promise.resolve()
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    running = sweep(db, jobs)
      .catch((error: unknown) =>
        log.warn(
          { event: 'sweep_failed', error: messageOf(error) },
          'sweep failed; the next one comes',
        ),
      )
      .finally(() => {
        busy = false
      })
  }, EVERY)
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}

/**
 * One sweep: runs and effects whose time has come, oldest first, at most 200 of each, in one bulk
 * send.
 */
export async function sweep(
  db: Kysely<DB>,
  jobs: Pick<Jobs, 'offerRuns' | 'offerEffects'>,
): Promise<void> {
  const due = await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{
      mine: boolean
    }>`select pg_try_advisory_xact_lock(${sql.lit(SWEEP_LOCK)}) as mine`.execute(trx)
    if (!rows[0]?.mine) return null
    const runs = await trx
      .selectFrom('runs')
      .select('id')
      .where('due_at', '<=', sql<Date>`now()`)
      .where(({ or, eb }) =>
        or([eb('looking_until', 'is', null), eb('looking_until', '<', sql<Date>`now()`)]),
      )
      .orderBy('due_at')
      .limit(AT_MOST)
      .execute()
    const effects = await trx
      .selectFrom('effects')
      .select('id')
      .where('settled_at', 'is', null)
      .where('next_try_at', '<=', sql<Date>`now()`)
      .where(({ or, eb }) =>
        or([eb('trying_until', 'is', null), eb('trying_until', '<', sql<Date>`now()`)]),
      )
      .orderBy('next_try_at')
      .limit(AT_MOST)
      .execute()
    return { runs, effects }
  })
  if (due === null) return
  jobs.offerRuns(due.runs.map(({ id }) => id))
  jobs.offerEffects(due.effects.map(({ id }) => id))
}
