import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { messageOf } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'

interface Chore {
  readonly name: string
  readonly every: Millis
  /** The longest it may take; then its signal aborts, and another replica may begin. */
  readonly limit: Millis
  readonly work: (signal: AbortSignal) => Promise<void>
}

interface ChoreDeps {
  readonly db: Kysely<DB>
  readonly log: Pick<Logger, 'warn'>
}

/**
 * Does something now and then for all replicas, on one of them at a time: who finds that it is due
 * takes it, by Postgres's clock. Every replica looks often, so that the work goes on within a
 * moment after the one that did it last is gone.
 */
export function startChore({ db, log }: ChoreDeps, chore: Chore): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  let busy = false
  const look = () => {
    if (busy) return
    busy = true
    running = doIfDue(db, chore, stopping.signal)
      .catch((error: unknown) =>
        log.warn(
          { event: 'chore_failed', chore: chore.name, error: messageOf(error) },
          `${chore.name} failed; it is done again in time`,
        ),
      )
      .finally(() => {
        busy = false
      })
  }
  const timer = setInterval(look, Math.min(30_000, Math.max(200, chore.every / 10)))
  look()
  return {
    stop: async () => {
      clearInterval(timer)
      stopping.abort()
      await running
    },
  }
}

async function doIfDue(db: Kysely<DB>, chore: Chore, stopping: AbortSignal): Promise<void> {
  if (!(await claim(db, chore))) return
  try {
    await chore.work(AbortSignal.any([stopping, AbortSignal.timeout(chore.limit)]))
  } finally {
    await db
      .updateTable('chores')
      .set({ busy_until: null })
      .where('name', '=', chore.name)
      .execute()
  }
}

/** True for exactly one of those who ask while it is due. */
export async function claim(
  db: Kysely<DB>,
  { name, every, limit }: Omit<Chore, 'work'>,
): Promise<boolean> {
  const { rows } = await sql`
    insert into chores (name, began_at, busy_until) values (${name}, now(), now() + ${limit} * interval '1 ms')
    on conflict (name) do update set began_at = excluded.began_at, busy_until = excluded.busy_until
     where chores.began_at <= now() - ${every} * interval '1 ms' and (chores.busy_until is null or chores.busy_until < now())
    returning name`.execute(db)
  return rows.length > 0
}
