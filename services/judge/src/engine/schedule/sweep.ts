import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import { isLeaseFree } from '../../adapters/postgres/lease-free.ts'
import { isDatabaseOutage } from '../../adapters/postgres/transact.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Jobs } from './start-jobs.ts'

const SWEEP_LOCK_ID = 2_106_002
const SWEEP_EVERY_MS = 2_000
const MAX_ROWS = 200
const MAX_ESCALATIONS = 20
const PAUSE_SECONDS = 10

/**
 * The guarantee behind every wakeup: everything that is due and under no lease is started. One
 * replica sweeps at a time.
 */
export function startSweep({
  db,
  jobs,
  log,
  reconcileEscalation,
}: {
  readonly db: Kysely<DB>
  readonly jobs: Jobs
  readonly log: Logger
  readonly reconcileEscalation: (id: string) => Promise<void>
}): {
  stop(): Promise<void>
} {
  let running: Promise<void> = Promise.resolve()
  let isBusy = false
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    running = sweep(db, jobs)
      .then(async (escalations) => {
        for (const id of escalations)
          await reconcileEscalation(id).catch((error: unknown) => postpone({ db, log }, id, error))
      })
      .catch((error: unknown) =>
        log.warn(
          { event: 'sweep_failed', error: getErrorMessage(error) },
          'the sweep failed; the next one follows within two seconds',
        ),
      )
      .finally(() => {
        isBusy = false
      })
  }, SWEEP_EVERY_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}

/**
 * An escalation that cannot be reconciled comes again later, and keeps no other waiting. While
 * PostgreSQL is away nothing is at fault, and it stays due.
 */
async function postpone(
  { db, log }: { readonly db: Kysely<DB>; readonly log: Logger },
  id: string,
  error: unknown,
): Promise<void> {
  if (isDatabaseOutage(error)) throw error
  log.warn(
    { event: 'escalation_failed', escalation: id, error: getErrorMessage(error) },
    `an escalation could not be reconciled; the next try follows in ${PAUSE_SECONDS} seconds`,
  )
  await db
    .updateTable('escalations')
    .set({ due_at: sql<Date>`now() + make_interval(secs => ${PAUSE_SECONDS})` })
    .where('id', '=', id)
    .where('due_at', '<=', sql<Date>`now()`)
    .execute()
}

/**
 * One sweep: the runs and effects that are due, oldest first, at most 200 of each. Resolves to the
 * shared escalations that are due.
 */
export async function sweep(
  db: Kysely<DB>,
  jobs: Pick<Jobs, 'offerRuns' | 'offerEffects'>,
): Promise<readonly string[]> {
  const due = await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{
      mine: boolean
    }>`select pg_try_advisory_xact_lock(${sql.lit(SWEEP_LOCK_ID)}) as mine`.execute(trx)
    if (!rows[0]?.mine) return null
    const runs = await trx
      .selectFrom('runs')
      .select('id')
      .where('due_at', '<=', sql<Date>`now()`)
      .where(isLeaseFree('looking_until'))
      .orderBy('due_at')
      .limit(MAX_ROWS)
      .execute()
    const effects = await trx
      .selectFrom('effects')
      .select('id')
      .where('settled_at', 'is', null)
      .where('next_try_at', '<=', sql<Date>`now()`)
      .where(isLeaseFree('trying_until'))
      .orderBy('next_try_at')
      .limit(MAX_ROWS)
      .execute()
    const escalations = await trx
      .selectFrom('escalations')
      .select('id')
      .where('due_at', '<=', sql<Date>`now()`)
      .orderBy('due_at')
      .limit(MAX_ESCALATIONS)
      .execute()
    return { runs, effects, escalations }
  })
  if (due === null) return []
  jobs.offerRuns(due.runs.map(({ id }) => id))
  jobs.offerEffects(due.effects.map(({ id }) => id))
  return due.escalations.map(({ id }) => id)
}
