import { type Kysely, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { Problem } from '../../lib/problem.ts'

/** Reports the last known state of an external system, without a request to it. */
export interface Probe {
  readonly name: string
  /** `ok`, `on`, `off: …` or `away: …`. Must not block. */
  state(): string
}

export interface HealthDeps {
  readonly db: Kysely<DB>
  /** True if the schema is that of this release, or a newer compatible one. */
  readonly isMigrated: () => Promise<boolean>
  readonly probes: readonly Probe[]
  /** How long PostgreSQL may take to answer; 2 s by default. */
  readonly timeoutMs?: Millis
}

export interface Readiness {
  readonly ok: true
  readonly postgres: 'ok'
  readonly migrations: 'done'
  readonly systems: Readonly<Record<string, string>>
}

/**
 * The service is ready while PostgreSQL answers and is migrated. Other systems only delay runs, so
 * they are reported, not required. Throws `unavailable` if the service is not ready.
 */
export async function checkReadiness({
  db,
  isMigrated,
  probes,
  timeoutMs = 2_000,
}: HealthDeps): Promise<Readiness> {
  const systems = Object.fromEntries(probes.map((probe) => [probe.name, probe.state()]))
  const createNotReadyProblem = (
    detail: string,
    found: Readonly<Record<string, string>>,
  ): Problem =>
    new Problem('unavailable', detail, {
      headers: { 'retry-after': '5' },
      extra: { ...found, systems },
    })
  const failure = await withTimeout(timeoutMs, sql`select 1`.execute(db)).then(
    () => null,
    getErrorMessage,
  )
  if (failure !== null)
    throw createNotReadyProblem('PostgreSQL does not answer.', { postgres: `away: ${failure}` })
  const migrated = await withTimeout(timeoutMs, isMigrated()).catch(() => false)
  if (!migrated)
    throw createNotReadyProblem('The database is not migrated.', {
      postgres: 'ok',
      migrations: 'missing',
    })
  return { ok: true, postgres: 'ok', migrations: 'done', systems }
}

async function withTimeout<T>(timeoutMs: Millis, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
