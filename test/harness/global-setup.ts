import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { TestProject } from 'vitest/node'
import { type Embedded, startEmbedded } from '../../services/judge/src/adapters/postgres/embedded.ts'
import { migrate } from '../../services/judge/src/adapters/postgres/migrate.ts'
import { template } from './database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The one PostgreSQL server of the whole test run, as its owner. */
    readonly postgres: string
  }
}

const log = { info: () => {}, warn: () => {} }

const dataDir = mkdtempSync(join(tmpdir(), 'codex-judge-test-'))
let server: Embedded | null = null

/** One server for the whole run, without durability, and a database that is already migrated to copy from. */
export async function setup(project: TestProject): Promise<void> {
  server = await startEmbedded({
    dataDir,
    log,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' },
  })
  await makeTemplate(server.url)
  project.provide('postgres', server.url)
}

/** A run that is interrupted, or whose set-up throws, ends without a teardown; the server would outlive it. */
process.once('exit', () => {
  const pid = Number.parseInt(readIfThere(join(dataDir, 'postgres/postmaster.pid')), 10)
  if (pid > 0) process.kill(pid, 'SIGQUIT')
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
})

const readIfThere = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')

export async function teardown(): Promise<void> {
  await server?.stop()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}

async function makeTemplate(server: string): Promise<void> {
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  await admin.query(`create database ${template}`)
  const url = Object.assign(new URL(server), { pathname: `/${template}` }).href
  await migrate({ url, log })
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false })
  await boss.start()
  await boss.stop({ graceful: false })
  await admin.query(`alter database ${template} with is_template true allow_connections false`)
  await admin.end()
}
