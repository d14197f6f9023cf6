import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import type { BaseLogger } from 'pino'
import { Failure, getErrorMessage } from '../../lib/failure.ts'

export interface MigrateOptions {
  readonly url: string
  readonly log: Pick<BaseLogger, 'info'>
  /** The directory of the migrations; default: those of this release. */
  readonly dir?: string
}

const MIGRATIONS_DIR = resolve(import.meta.dirname, '../../../../../migrations')

/** The table in which the runner records the applied migrations. */
export const MIGRATIONS_TABLE = 'pgmigrations'

/**
 * Applies the missing migrations of this release in one transaction and resolves to their names.
 * Replicas that start together wait for each other under an advisory lock.
 *
 * A database that a newer release has migrated is left as it is. Migrations expand before they
 * contract, so this release works with it until a migration named `NNNN_contract_…` was applied:
 * then it rejects with `Failure` (`refused`).
 */
export async function migrate({
  url,
  log,
  dir = MIGRATIONS_DIR,
}: MigrateOptions): Promise<readonly string[]> {
  // A migration may take hours, and it waits for that of another replica: only connecting is limited.
  const client = new pg.Client({
    connectionString: url,
    application_name: 'codex-judge migrate',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  client.on('error', ignore)
  await client.connect().catch((cause: unknown) => {
    throw new Failure(
      'unavailable',
      `PostgreSQL at ${client.host}:${client.port} cannot be used: ${getErrorMessage(cause)}`,
      { cause },
    )
  })
  try {
    await requireVersion(client)
    const applied = await runner({
      dbClient: client,
      dir,
      direction: 'up',
      migrationsTable: MIGRATIONS_TABLE,
      checkOrder: true,
      // The default of the runner's command line, but not of its function.
      singleTransaction: true,
      advisoryLockMode: 'wait',
      // Only numbered files are migrations; the dump beside them is not.
      ignorePattern: '(?!\\d{4}_.*\\.sql$).*',
      logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    })
    const unknown = await listUnknownMigrations(client, dir)
    const contracted = unknown.filter((name) => /^\d+_contract_/.test(name))
    if (contracted.length > 0) {
      throw new Failure(
        'refused',
        [
          'A newer release has migrated this database to a schema that this release cannot use',
          `(${contracted.join(', ')}): start the newer release, or restore the backup from before.`,
        ].join(' '),
      )
    }
    if (unknown.length > 0)
      log.info(
        { event: 'migrate.newer', unknown },
        'the schema is newer than this release and compatible with it',
      )
    log.info(
      { event: 'migrated', applied: applied.map(({ name }) => name) },
      applied.length > 0 ? 'schema migrated' : 'schema is current',
    )
    return applied.map(({ name }) => name)
  } finally {
    await client.end()
  }
}

/**
 * The migrations of this release that a database lacks. It changes nothing and rejects with the
 * driver's error if the database is not readable.
 */
export async function listMissingMigrations(
  url: string,
  dir: string = MIGRATIONS_DIR,
): Promise<readonly string[]> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'codex-judge doctor',
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  })
  client.on('error', ignore)
  await client.connect()
  try {
    const table = await client.query<{ present: boolean }>(
      `select to_regclass('${MIGRATIONS_TABLE}') is not null as present`,
    )
    const { rows } = table.rows[0]?.present
      ? await client.query<{ name: string }>(`select name from ${MIGRATIONS_TABLE}`)
      : { rows: [] }
    const applied = new Set(rows.map(({ name }) => name))
    const ours = (await readdir(dir))
      .filter((file) => /^\d{4}_.*\.sql$/.test(file))
      .map((file) => file.slice(0, -4))
    return ours.filter((name) => !applied.has(name)).toSorted()
  } finally {
    await client.end()
  }
}

const ignore = (): void => {}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version: string }>('show server_version')
  const version = rows[0]?.server_version ?? ''
  if (Number.parseInt(version, 10) < 15) {
    throw new Failure(
      'refused',
      `PostgreSQL 15 or newer is required; the server of DATABASE_URL is ${version}.`,
    )
  }
}

async function listUnknownMigrations(client: pg.Client, dir: string): Promise<readonly string[]> {
  const ours = new Set((await readdir(dir)).map((file) => file.replace(/\.sql$/, '')))
  const { rows } = await client.query<{ name: string }>(
    `select name from ${MIGRATIONS_TABLE} order by id`,
  )
  return rows.map(({ name }) => name).filter((name) => !ours.has(name))
}
