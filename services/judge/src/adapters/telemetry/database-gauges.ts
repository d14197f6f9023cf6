import { type Kysely, sql } from 'kysely'
import { statuses } from '../../run/lifecycle.ts'
import type { DB } from '../postgres/types.generated.ts'
import type { FindWriteFault } from '../postgres/write-probe.ts'
import type { CreateGauge } from './instruments.ts'

export interface DatabaseGaugesDeps {
  readonly db: Kysely<DB>
  readonly findWriteFault: FindWriteFault
}

/**
 * Registers the metrics that are read from the database at each scrape, because they are global.
 */
export function registerDatabaseGauges(
  { db, findWriteFault }: DatabaseGaugesDeps,
  createGauge: CreateGauge,
): void {
  // If PostgreSQL is unavailable, the scrape must still return the metrics that show it.
  const collectOrClear = (read: () => Promise<void>, clear: () => void) => () => read().catch(clear)
  const runs = createGauge(
    'runs',
    'Runs by status.',
    ['status'],
    collectOrClear(
      async () => {
        const rows = await db
          .selectFrom('runs')
          .select(({ fn }) => ['status', fn.countAll<number>().as('runs')])
          .groupBy('status')
          .execute()
        const counts = new Map(rows.map((row) => [row.status, row.runs]))
        for (const status of statuses) runs.set({ status }, counts.get(status) ?? 0)
      },
      () => runs.reset(),
    ),
  )
  const oldestEffect = createGauge(
    'effect_oldest_seconds',
    'Age of the oldest effect that is overdue; 0 without one.',
    [],
    collectOrClear(
      async () => {
        // An effect whose first try is scheduled for later is not overdue.
        const { rows } = await sql<{ age: number }>`
          select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as age
            from effects
           where settled_at is null and (tries > 0 or next_try_at <= now())`.execute(db)
        oldestEffect.set(rows[0]?.age ?? 0)
      },
      () => oldestEffect.remove(),
    ),
  )
  const oldestInbox = createGauge(
    'inbox_oldest_seconds',
    'How long the oldest nudged run has waited for its reconciliation; 0 without one.',
    [],
    collectOrClear(
      async () => {
        const { rows } = await sql<{ age: number }>`
          select coalesce(extract(epoch from now() - min(due_at)), 0)::float8 as age from runs
           where due_at <= now() and (looking_until is null or looking_until < now())`.execute(db)
        oldestInbox.set(rows[0]?.age ?? 0)
      },
      () => oldestInbox.remove(),
    ),
  )
  const writable = createGauge(
    'database_writable',
    'Whether PostgreSQL, which answers, also stores: 1, or 0 as on a full disk.',
    [],
    collectOrClear(
      async () => {
        writable.set((await findWriteFault()) === null ? 1 : 0)
      },
      () => writable.remove(),
    ),
  )
}
