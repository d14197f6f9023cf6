import { type Kysely, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { Problem } from '../../lib/problem.ts'
import { withTimeout } from '../../lib/with-timeout.ts'

/** Reports the last known state of an external system, without a request to it. */
export interface Probe {
  readonly name: string
  /** `on`, `untested`, or `off: …`, `refused: …`, `away: …`, `held: …`. Must not block. */
  state(): string
  /** What else is known; null for a system that is off or not watched. */
  details(): SystemDetails | null
}

export interface SystemDetails {
  readonly state: string
  /** When the state began. */
  readonly since: string | null
  readonly lastAnswerAt: string | null
  readonly because: string | null
  /** Everything that the system refuses at present. */
  readonly refusals: readonly {
    readonly scope: string | null
    readonly operation: string
    readonly because: string
    readonly remedy: string | null
    readonly since: string
    readonly lastAt: string
  }[]
  /** Permissions that the credentials lack, and what each is for. */
  readonly missingPermissions: readonly string[]
}

/** How PostgreSQL is examined, on the connections that messages use. */
interface DatabaseHealth {
  readonly db: Kysely<DB>
  /** True if the schema is that of this release, or a newer compatible one. */
  readonly isMigrated: () => Promise<boolean>
  /** Why nothing can be stored although PostgreSQL answers; null: it can. */
  readonly findWriteFault: () => Promise<string | null>
}

export interface HealthDeps {
  readonly health: DatabaseHealth
  readonly probes: readonly Probe[]
  /** How long PostgreSQL may take to answer; 2 s by default. */
  readonly timeoutMs?: Millis
}

export interface Readiness {
  readonly ok: true
  readonly postgres: 'ok'
  readonly migrations: 'done'
  readonly writes: 'ok'
  readonly systems: Readonly<Record<string, string>>
  readonly details: Readonly<Record<string, SystemDetails>>
}

/**
 * The service is ready while PostgreSQL answers, is migrated and stores. Other systems only delay runs, so
 * they are reported, not required. Throws `unavailable` if the service is not ready.
 */
export async function checkReadiness({
  health: { db, isMigrated, findWriteFault },
  probes,
  timeoutMs = 2_000,
}: HealthDeps): Promise<Readiness> {
  const ask = <T>(work: Promise<T>): Promise<T> =>
    withTimeout(work, timeoutMs, () => new Error(`no answer within ${timeoutMs} ms`))
  const systems = Object.fromEntries(probes.map((probe) => [probe.name, probe.state()]))
  const details = Object.fromEntries(
    probes.flatMap((probe) => {
      const known = probe.details()
      return known === null ? [] : [[probe.name, known] as const]
    }),
  )
  const createNotReadyProblem = (
    detail: string,
    found: Readonly<Record<string, string>>,
  ): Problem =>
    new Problem('unavailable', detail, {
      headers: { 'retry-after': '5' },
      extra: { ...found, systems, details },
    })
  const failure = await ask(sql`select 1`.execute(db)).then(() => null, getErrorMessage)
  if (failure !== null)
    throw createNotReadyProblem('PostgreSQL does not answer.', { postgres: `away: ${failure}` })
  const migrated = await ask(isMigrated()).catch(() => false)
  if (!migrated)
    throw createNotReadyProblem('The database is not migrated.', {
      postgres: 'ok',
      migrations: 'missing',
    })
  const fault = await ask(findWriteFault()).catch(getErrorMessage)
  if (fault !== null)
    throw createNotReadyProblem('PostgreSQL answers, but stores nothing.', {
      postgres: 'ok',
      migrations: 'done',
      writes: `failing: ${fault}`,
    })
  return { ok: true, postgres: 'ok', migrations: 'done', writes: 'ok', systems, details }
}
