import { type Kysely, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { messageOf } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { Problem } from '../../lib/problem.ts'

/**
 * An outside system, and how it stands as far as we know without asking it: `ok`, `off: …`, `away:
 * …`. Must not block.
 */
export interface Probe {
  readonly name: string
  state(): string
}

export interface HealthDeps {
  readonly db: Kysely<DB>
  /** Is the schema that of this release (or a newer one that it can work with)? */
  readonly migrated: () => Promise<boolean>
  readonly probes: readonly Probe[]
  /** How long Postgres may take to answer. */
  readonly patience?: Millis
}

export interface Readiness {
  readonly ok: true
  readonly postgres: 'ok'
  readonly migrations: 'done'
  readonly systems: Readonly<Record<string, string>>
}

/**
 * Can this process do its work? It can while Postgres answers and is migrated; any other system
 * that is away delays runs, and is named. Throws `unavailable` otherwise, with what was found.
 */
export async function readiness({
  db,
  migrated,
  probes,
  patience = 2_000,
}: HealthDeps): Promise<Readiness> {
  const systems = Object.fromEntries(probes.map((probe) => [probe.name, probe.state()]))
  const away = (detail: string, found: Readonly<Record<string, string>>): Problem =>
    new Problem('unavailable', detail, {
      headers: { 'retry-after': '5' },
      extra: { ...found, systems },
    })
  const answered = await within(patience, sql`select 1`.execute(db)).catch((error: unknown) =>
    messageOf(error),
  )
  if (typeof answered === 'string')
    throw away('PostgreSQL does not answer.', { postgres: `away: ${answered}` })
  const done = await within(patience, migrated()).catch(() => false)
  if (!done) throw away('The database is not migrated.', { postgres: 'ok', migrations: 'missing' })
  return { ok: true, postgres: 'ok', migrations: 'done', systems }
}

async function within<T>(patience: Millis, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${patience} ms`)), patience)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
