import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'

/**
 * How long a lease holds without being renewed, in seconds. Together with the sweep's interval, it
 * is what the death of a process costs before another takes its work over.
 */
export const LEASE_SECONDS = { run: 6, effect: 7 } as const
const RENEW_EVERY_MS = 2_000
/** No reconciliation takes this long; one that hangs must not keep its run from all others. */
const LEASE_MAX_AGE_MS = 60_000

/**
 * Renews the leases of what this process works on. A lease only saves work: what makes two workers
 * on one row harmless is the version that a commit compares, and the try number that a settlement
 * compares.
 */
export interface Leases {
  /** Renews the lease until the result is disposed of. The row must already carry the lease. */
  hold(kind: 'run' | 'effect', id: string): HeldLease
  stop(): void
}

export interface HeldLease extends Disposable {
  /**
   * Aborts when this process has stood still for longer than the lease: another replica may have
   * taken the row over.
   */
  readonly lost: AbortSignal
}

interface LeaseEntry {
  readonly id: string
  readonly since: number
  readonly lost: AbortController
}

interface LeasesDeps {
  readonly db: Kysely<DB>
  readonly log: Logger
  /** A monotonic clock, in milliseconds; it is never compared with another machine's. */
  readonly clock?: () => Millis
}

export function startLeases({ db, log, clock = () => performance.now() }: LeasesDeps): Leases {
  const held = { run: new Set<LeaseEntry>(), effect: new Set<LeaseEntry>() }
  let checkedAt = clock()
  // An unreachable PostgreSQL is no reason to let go: no other process can take a lease then.
  const abortAfterStandstill = () => {
    const stoodFor = clock() - checkedAt
    checkedAt += stoodFor
    for (const kind of ['run', 'effect'] as const) {
      if (stoodFor > LEASE_SECONDS[kind] * 1_000) for (const { lost } of held[kind]) lost.abort()
    }
  }
  const timer = setInterval(() => {
    abortAfterStandstill()
    const runs = [...held.run].filter(({ since }) => clock() - since < LEASE_MAX_AGE_MS)
    renewLeases(db, { runs: selectIds(runs), effects: selectIds([...held.effect]) }).catch(
      (error: unknown) =>
        log.debug(
          { event: 'lease_not_renewed', error: getErrorMessage(error) },
          'the leases could not be renewed; the next attempt follows within two seconds',
        ),
    )
  }, RENEW_EVERY_MS)
  return {
    hold: (kind, id) => {
      const entry = { id, since: clock(), lost: new AbortController() }
      held[kind].add(entry)
      return { lost: entry.lost.signal, [Symbol.dispose]: () => held[kind].delete(entry) }
    },
    stop: () => clearInterval(timer),
  }
}

const selectIds = (entries: readonly LeaseEntry[]): readonly string[] =>
  entries.filter(({ lost }) => !lost.signal.aborted).map(({ id }) => id)

async function renewLeases(
  db: Kysely<DB>,
  { runs, effects }: { readonly runs: readonly string[]; readonly effects: readonly string[] },
): Promise<void> {
  if (runs.length > 0) {
    await sql`
      update runs
         set looking_until = now() + make_interval(secs => ${LEASE_SECONDS.run}),
             due_at = case when due_at = looking_until
               then now() + make_interval(secs => ${LEASE_SECONDS.run}) else due_at end
       where id = any(${runs}::uuid[]) and looking_until is not null`.execute(db)
  }
  if (effects.length > 0) {
    await sql`
      update effects set trying_until = now() + make_interval(secs => ${LEASE_SECONDS.effect})
       where id = any(${effects}::uuid[]) and trying_until is not null`.execute(db)
  }
}
