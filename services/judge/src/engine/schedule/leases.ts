import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { messageOf } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'

/**
 * How long a lease holds without being renewed, in seconds: what a killed process costs before
 * another takes over, but for a sweep.
 */
export const LEASE_SECONDS = { run: 6, effect: 7 } as const
const RENEW_EVERY = 2_000
/**
 * A look has long ended by then, in milliseconds; one that never ends must not keep its run from
 * all others.
 */
const LOOK_ENDS = 60_000

/**
 * Keeps the leases of what this process has in hand. A lease only saves work: what makes two of
 * them harmless is the version a commit compares, and the number of the try a settlement compares.
 */
export interface Leases {
  hold(kind: 'run' | 'effect', id: string): Held
  stop(): void
}

/** Something in hand, until it is disposed of. */
export interface Held extends Disposable {
  /**
   * Aborts when this process has stood still for longer than the lease: then somebody else may have
   * taken it over.
   */
  readonly lost: AbortSignal
}

interface Holding {
  readonly id: string
  readonly since: number
  readonly lost: AbortController
}

interface LeasesDeps {
  readonly db: Kysely<DB>
  readonly log: Logger
  /** Time that only goes forward, in milliseconds: it compares with nobody else's. */
  readonly clock?: () => Millis
}

export function startLeases({ db, log, clock = () => performance.now() }: LeasesDeps): Leases {
  const held = { run: new Set<Holding>(), effect: new Set<Holding>() }
  let turned = clock()
  /** PostgreSQL being away is no reason to let go: nobody else can take anything over meanwhile. */
  const letGoAfterStandstill = () => {
    const stood = clock() - turned
    turned += stood
    for (const kind of ['run', 'effect'] as const) {
      if (stood > LEASE_SECONDS[kind] * 1_000) for (const { lost } of held[kind]) lost.abort()
    }
  }
  const renew = async () => {
    const mine = [...held.run].filter(
      ({ since, lost }) => clock() - since < LOOK_ENDS && !lost.signal.aborted,
    )
    const runs = mine.map(({ id }) => id)
    const effects = [...held.effect].filter(({ lost }) => !lost.signal.aborted).map(({ id }) => id)
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
    letGoAfterStandstill()
    renew().catch((error: unknown) =>
      log.debug({ event: 'lease', error: messageOf(error) }, 'a lease was not renewed'),
    )
  }, RENEW_EVERY)
  return {
    hold: (kind, id) => {
      const one = { id, since: clock(), lost: new AbortController() }
      held[kind].add(one)
      return { lost: one.lost.signal, [Symbol.dispose]: () => held[kind].delete(one) }
    },
    stop: () => clearInterval(timer),
  }
}
