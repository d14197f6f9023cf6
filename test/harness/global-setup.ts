import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { TestProject } from 'vitest/node'
import type { Cluster } from '../../services/judge/src/adapters/postgres/cluster.ts'
import {
  type EmbeddedPostgres,
  startEmbedded,
} from '../../services/judge/src/adapters/postgres/embedded.ts'
import { migrate } from '../../services/judge/src/adapters/postgres/migrate.ts'
import { isAlive, readPostmaster } from '../../services/judge/src/adapters/postgres/postmaster.ts'
import { TEMPLATE_DATABASE } from './database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the PostgreSQL server that all tests share, as its owner. */
    readonly postgres: string
  }
}

const log = { info: () => {}, warn: () => {} }

const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'codex-judge-test-')))
let server: EmbeddedPostgres | null = null

/**
 * Starts one server without durability for the whole run, with a migrated database to copy from.
 */
export async function setup(project: TestProject): Promise<void> {
  server = await startEmbedded({
    dataDir,
    log,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '400',
    },
  })
  await createTemplate(server.url)
  project.provide('postgres', server.url)
}

/** Without a teardown, after an interrupt or a failed set-up, the server would outlive the run. */
process.once('exit', () => {
  const cluster = join(dataDir, 'postgres') as Cluster
  const running = readPostmaster(cluster)
  if (running && isAlive(running, cluster)) process.kill(running.pid, 'SIGQUIT')
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let checks = 0; running && checks < 200 && isAlive(running, cluster); checks += 1)
    Atomics.wait(pause, 0, 0, 10)
  rmSync(dataDir, { recursive: true, force: true })
})

export async function teardown(): Promise<void> {
  await server?.stop()
  rmSync(dataDir, { recursive: true, force: true })
}

async function createTemplate(server: string): Promise<void> {
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  await admin.query(`create database ${TEMPLATE_DATABASE}`)
  const url = Object.assign(new URL(server), { pathname: `/${TEMPLATE_DATABASE}` }).href
  await migrate({ url, log })
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false })
  await boss.start()
  await boss.stop({ graceful: false })
  await admin.query(
    `alter database ${TEMPLATE_DATABASE} with is_template true allow_connections false`,
  )
  await admin.end()
}
