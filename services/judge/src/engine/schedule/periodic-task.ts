import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'

interface PeriodicTask {
  readonly name: string
  readonly every: Millis
  /** The longest it may take; then its signal aborts, and another replica may start it. */
  readonly limit: Millis
  readonly work: (signal: AbortSignal) => Promise<void>
}

interface PeriodicTaskDeps {
  readonly db: Kysely<DB>
  readonly log: Pick<Logger, 'warn'>
}

/**
 * Does something periodically, for all replicas and on one of them at a time: the first replica
 * that finds it due claims it, by Postgres's clock. Every replica checks much more often than that,
 * so that the work continues soon after the replica that did it last has died.
 */
export function startPeriodicTask(
  { db, log }: PeriodicTaskDeps,
  task: PeriodicTask,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  let isBusy = false
  const check = () => {
    if (isBusy) return
    isBusy = true
    running = runIfDue(db, task, stopping.signal)
      .catch((error: unknown) =>
        log.warn(
          { event: 'periodic_task_failed', task: task.name, error: getErrorMessage(error) },
          `${task.name} failed; it runs again when it is next due`,
        ),
      )
      .finally(() => {
        isBusy = false
      })
  }
  const timer = setInterval(check, Math.min(30_000, Math.max(200, task.every / 10)))
  check()
  return {
    stop: async () => {
      clearInterval(timer)
      stopping.abort()
      await running
    },
  }
}

async function runIfDue(db: Kysely<DB>, task: PeriodicTask, stopping: AbortSignal): Promise<void> {
  if (!(await claim(db, task))) return
  try {
    await task.work(AbortSignal.any([stopping, AbortSignal.timeout(task.limit)]))
  } finally {
    await db.updateTable('chores').set({ busy_until: null }).where('name', '=', task.name).execute()
  }
}

/** True for exactly one of the replicas that ask while the task is due. */
export async function claim(
  db: Kysely<DB>,
  { name, every, limit }: Omit<PeriodicTask, 'work'>,
): Promise<boolean> {
  const { rows } = await sql`
    insert into chores (name, began_at, busy_until)
    values (${name}, now(), now() + ${limit} * interval '1 ms')
    on conflict (name) do update
       set began_at = excluded.began_at, busy_until = excluded.busy_until
     where chores.began_at <= now() - ${every} * interval '1 ms'
       and (chores.busy_until is null or chores.busy_until < now())
    returning name`.execute(db)
  return rows.length > 0
}
