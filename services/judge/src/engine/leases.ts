import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { messageOf } from '../lib/failure.ts'

/** How long a lease holds without being renewed: what a killed process costs before another takes over. */
export const LEASE_SECONDS = { run: 6, effect: 15 } as const
const RENEW_EVERY = 2_000

/**
 * Keeps the leases of what this process has in hand. A lease only saves work: what makes two of them harmless is the version a
 * commit compares, and the number of the try a settlement compares.
 */
export interface Leases {
  hold(kind: 'run' | 'effect', id: string): Disposable
  stop(): void
}

export function startLeases({ db, log }: { readonly db: Kysely<DB>; readonly log: Logger }): Leases {
  const held = { run: new Map<string, number>(), effect: new Map<string, number>() }
  const renew = async () => {
    const runs = [...held.run.keys()]
    const effects = [...held.effect.keys()]
    if (runs.length > 0) {
      await sql`update runs set looking_until = now() + make_interval(secs => ${LEASE_SECONDS.run}) where id = any(${runs}::uuid[]) and looking_until is not null`.execute(
        db,
      )
    }
    if (effects.length > 0) {
      await sql`update effects set trying_until = now() + make_interval(secs => ${LEASE_SECONDS.effect}) where id = any(${effects}::uuid[]) and trying_until is not null`.execute(
        db,
      )
    }
  }
  const timer = setInterval(() => {
    renew().catch((error: unknown) => log.debug({ event: 'lease', error: messageOf(error) }, 'a lease was not renewed'))
  }, RENEW_EVERY)
  return {
    hold: (kind, id) => {
      held[kind].set(id, (held[kind].get(id) ?? 0) + 1)
      return {
        [Symbol.dispose]: () => {
          const left = (held[kind].get(id) ?? 1) - 1
          if (left === 0) held[kind].delete(id)
          else held[kind].set(id, left)
        },
      }
    },
    stop: () => clearInterval(timer),
  }
}
