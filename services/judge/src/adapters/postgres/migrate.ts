import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import type { BaseLogger } from 'pino'
import { Failure, messageOf } from '../../lib/failure.ts'

export interface MigrateOptions {
  readonly url: string
  readonly log: Pick<BaseLogger, 'info'>
  /** Where the migrations are; a test has others. */
  readonly dir?: string
}

const shipped = resolve(import.meta.dirname, '../../../../../migrations')

/** The table in which the runner keeps what has been applied. */
export const migrationsTable = 'pgmigrations'

/**
 * Brings the database to this release's schema: all that is missing in one transaction, or nothing.
 * Replicas that start together wait for each other under an advisory lock; the second finds nothing
 * left to do.
 *
 * A database that a newer release has migrated is left as it is. Migrations expand before they
 * contract, so this release still works on it, until one named `NNNN_contract_…` has taken away
 * what it needs: then this rejects with `Failure` (`refused`).
 *
 * Resolves to the names of what was applied.
 */
export async function migrate({
  url,
  log,
  dir = shipped,
}: MigrateOptions): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'codex-judge migrate' })
  client.on('error', quiet)
  await client.connect().catch((cause: unknown) => {
    throw new Failure(
      'unavailable',
      `PostgreSQL at ${client.host}:${client.port} cannot be used: ${messageOf(cause)}`,
      { cause },
    )
  })
  try {
    await requireVersion(client)
    const applied = await runner({
      dbClient: client,
      dir,
      direction: 'up',
      migrationsTable,
      checkOrder: true,
      // The command line of the runner has this by default, its function has not.
      singleTransaction: true,
      advisoryLockMode: 'wait',
      // A dump beside the migrations, and anything else that is not numbered, is none.
      ignorePattern: '(?!\\d{4}_.*\\.sql$).*',
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    })
    const unknown = await appliedByOthers(client, dir)
    const contracted = unknown.filter((name) => /^\d+_contract_/.test(name))
    if (contracted.length > 0) {
      throw new Failure(
        'refused',
        `A newer release has migrated this database past what this one can work with (${contracted.join(', ')}): start that release, or restore the backup made before it.`,
      )
    }
    if (unknown.length > 0)
      log.info(
        { event: 'migrate.newer', unknown },
        'the schema is newer than this release, and compatible',
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
 * Which of this release's migrations a database lacks. Changes nothing; rejects with what the
 * driver says where it cannot be read.
 */
export async function missingMigrations(
  url: string,
  dir: string = shipped,
): Promise<readonly string[]> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'codex-judge doctor',
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  })
  client.on('error', quiet)
  await client.connect()
  try {
    const known = await client.query<{ there: boolean }>(
      `select to_regclass('${migrationsTable}') is not null as there`,
    )
    const { rows } = known.rows[0]?.there
      ? await client.query<{ name: string }>(`select name from ${migrationsTable}`)
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

const quiet = (): void => {}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version: string }>('show server_version')
  const version = rows[0]?.server_version ?? ''
  if (Number.parseInt(version, 10) < 15) {
    throw new Failure(
      'refused',
      `PostgreSQL 15 or newer is needed; the server of DATABASE_URL is ${version}.`,
    )
  }
}

async function appliedByOthers(client: pg.Client, dir: string): Promise<readonly string[]> {
  const ours = new Set((await readdir(dir)).map((file) => file.replace(/\.sql$/, '')))
  const { rows } = await client.query<{ name: string }>(
    `select name from ${migrationsTable} order by id`,
  )
  return rows.map(({ name }) => name).filter((name) => !ours.has(name))
}
