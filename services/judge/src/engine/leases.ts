import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { messageOf } from '../lib/failure.ts'

/** How long a lease holds without being renewed, in seconds: what a killed process costs before another takes over, but for a sweep. */
export const LEASE_SECONDS = { run: 6, effect: 7 } as const
const RENEW_EVERY = 2_000
/** A look has long ended by then, in milliseconds; one that never ends must not keep its run from all others. */
const LOOK_ENDS = 60_000

/**
 * Keeps the leases of what this process has in hand. A lease only saves work: what makes two of them harmless is the version a
 * commit compares, and the number of the try a settlement compares.
 */
export interface Leases {
  hold(kind: 'run' | 'effect', id: string): Disposable
  stop(): void
}

export function startLeases({ db, log }: { readonly db: Kysely<DB>; readonly log: Logger }): Leases {
  const held = { run: new Set<{ id: string; since: number }>(), effect: new Set<{ id: string; since: number }>() }
  const renew = async () => {
    const runs = [...held.run].filter(({ since }) => performance.now() - since < LOOK_ENDS).map(({ id }) => id)
    const effects = [...held.effect].map(({ id }) => id)
    if (runs.length > 0) {
      await sql`
        update runs
           set looking_until = now() + make_interval(secs => ${LEASE_SECONDS.run}),
               due_at = case when due_at = looking_until then now() + make_interval(secs => ${LEASE_SECONDS.run}) else due_at end
         where id = any(${runs}::uuid[]) and looking_until is not null`.execute(db)
    }
    if (effects.length > 0) {
      await sql`
        update effects set trying_until = now() + make_interval(secs => ${LEASE_SECONDS.effect})
         where id = any(${effects}::uuid[]) and trying_until is not null`.execute(db)
    }
  }
  const timer = setInterval(() => {
    renew().catch((error: unknown) => log.debug({ event: 'lease', error: messageOf(error) }, 'a lease was not renewed'))
  }, RENEW_EVERY)
  return {
    hold: (kind, id) => {
      const one = { id, since: performance.now() }
      held[kind].add(one)
      return { [Symbol.dispose]: () => held[kind].delete(one) }
    },
    stop: () => clearInterval(timer),
  }
}
