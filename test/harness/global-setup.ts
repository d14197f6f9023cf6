import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { TestProject } from 'vitest/node'
import type { Cluster } from '../../services/judge/src/adapters/postgres/cluster.ts'
import {
  type Embedded,
  startEmbedded,
} from '../../services/judge/src/adapters/postgres/embedded.ts'
import { migrate } from '../../services/judge/src/adapters/postgres/migrate.ts'
import { isAlive, readPostmaster } from '../../services/judge/src/adapters/postgres/postmaster.ts'
import { template } from './database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The one PostgreSQL server of the whole test run, as its owner. */
    readonly postgres: string
  }
}

const log = { info: () => {}, warn: () => {} }

const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'codex-judge-test-')))
let server: Embedded | null = null

/**
 * One server for the whole run, without durability, and a database that is already migrated to copy
 * from.
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
  await makeTemplate(server.url)
  project.provide('postgres', server.url)
}

/**
 * A run that is interrupted, or whose set-up throws, ends without a teardown; the server would
 * outlive it.
 */
process.once('exit', () => {
  const cluster = join(dataDir, 'postgres') as Cluster
  const running = readPostmaster(cluster)
  if (running && isAlive(running, cluster)) process.kill(running.pid, 'SIGQUIT')
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let looks = 0; running && looks < 200 && isAlive(running, cluster); looks += 1)
    Atomics.wait(pause, 0, 0, 10)
  rmSync(dataDir, { recursive: true, force: true })
})

export async function teardown(): Promise<void> {
  await server?.stop()
  rmSync(dataDir, { recursive: true, force: true })
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
