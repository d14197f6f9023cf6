import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

/** The migrated database that every fresh one is copied from. */
export const template = 'template_judge'

/**
 * A migrated database of its own for one test, copied in some tens of milliseconds; pg-boss has its
 * schema there, too. `drop` cuts whoever is still connected.
 */
export async function freshDatabase(): Promise<{
  readonly url: string
  readonly drop: () => Promise<void>
}> {
  return await databaseFrom(template)
}

/** The same, but with nothing in it: for what is tested about migrating. */
export async function emptyDatabase(): Promise<{
  readonly url: string
  readonly drop: () => Promise<void>
}> {
  return await databaseFrom('template1')
}

/** What a backup of a database gives back, to which nobody is connected now. */
export async function copyOf(
  url: string,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  return await databaseFrom(new URL(url).pathname.slice(1))
}

async function databaseFrom(
  source: string,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const server = inject('postgres')
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await asAdmin(server, `create database ${name} template ${source} strategy file_copy`)
  return {
    url: Object.assign(new URL(server), { pathname: `/${name}` }).href,
    drop: () => asAdmin(server, `drop database if exists ${name} with (force)`),
  }
}

async function asAdmin(server: string, sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  try {
    await admin.query(sql)
  } finally {
    await admin.end()
  }
}
