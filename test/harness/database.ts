import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

/** The migrated database that the test databases are copied from. */
export const TEMPLATE_DATABASE = 'template_judge'

/**
 * A migrated database for one test, including pg-boss's schema, in some tens of milliseconds.
 * `drop` also closes its connections.
 */
export async function createTestDatabase(): Promise<{
  readonly url: string
  readonly drop: () => Promise<void>
}> {
  return await createDatabaseFrom(TEMPLATE_DATABASE)
}

/** The same without any schema, for tests of the migrations. */
export async function createEmptyDatabase(): Promise<{
  readonly url: string
  readonly drop: () => Promise<void>
}> {
  return await createDatabaseFrom('template1')
}

/** A copy of a database, as a backup restores it. The database must have no connections. */
export async function copyDatabase(
  url: string,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  return await createDatabaseFrom(new URL(url).pathname.slice(1))
}

async function createDatabaseFrom(
  source: string,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const server = inject('postgres')
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await runAsAdmin(server, `create database ${name} template ${source} strategy file_copy`)
  return {
    url: Object.assign(new URL(server), { pathname: `/${name}` }).href,
    drop: () => runAsAdmin(server, `drop database if exists ${name} with (force)`),
  }
}

async function runAsAdmin(server: string, sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  try {
    await admin.query(sql)
  } finally {
    await admin.end()
  }
}
