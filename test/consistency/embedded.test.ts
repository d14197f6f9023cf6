import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import {
  type Cluster,
  owner,
  passwordOf,
} from '../../services/judge/src/adapters/postgres/cluster.ts'
import {
  isAlive,
  readPostmaster,
  shutDown,
} from '../../services/judge/src/adapters/postgres/postmaster.ts'
import { fatefulPolicy, fatefulWorld } from '../harness/fates.ts'
import { comesToItsEnd, expectOnce } from '../harness/once-outside.ts'
import { processEnv, type ServiceProcess, spawnService } from '../harness/process.ts'
import { seeded } from '../harness/random.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

// Rule 21. What else can happen to an embedded server is tested where it is made
// (test/postgres/embedded.test.ts).
test(`killed with its own PostgreSQL, the service takes the orphan over and goes on; an orderly stop ends the server last (seed ${seed})`, async () => {
  const random = seeded(seed)
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'codex-judge-killed-')))
  const cluster = join(dataDir, 'postgres') as Cluster
  const fateful = await fatefulWorld(random)
  const { env, remove } = processEnv({ ...fateful.world.env, DATA_DIR: dataDir }, fatefulPolicy)
  let service: ServiceProcess | null = null
  let pool: pg.Pool | null = null
  const start = async (): Promise<ServiceProcess> => {
    const { ready } = spawnService(env)
    const up = await ready
    fateful.serviceUrls = [up.url]
    fateful.world.webhooksTo(up.url)
    return up
  }
  try {
    await fateful.begin()
    service = await start()
    const orphan = readPostmaster(cluster)
    await new Promise((resolve) => setTimeout(resolve, 1_500 + random() * 2_000))
    await service.kill()
    expect(orphan !== null && isAlive(orphan, cluster)).toBe(true)
    service = await start()
    expect(readPostmaster(cluster)?.pid).toBe(orphan?.pid)
    expect(service.lines.map(({ event }) => event)).toContain('postgres.taken_over')
    const url = `postgres://${owner}:${passwordOf(cluster)}@127.0.0.1:${orphan?.port}/postgres`
    pool = new pg.Pool({ connectionString: url, max: 2 })
    pool.on('error', () => {})
    await comesToItsEnd(fateful, pool, {
      patience: 90_000,
      services: () => (service ? [service] : []),
    })
    await expectOnce(fateful, pool)
    await pool.end()
    pool = null
    expect(await service.end()).toBe(0)
    expect(orphan !== null && isAlive(orphan, cluster)).toBe(false)
    // It ended in good order, when nobody needed it any more: no session was cut off in the middle
    // of a statement.
    const said = readFileSync(join(dataDir, 'postgres.log'), 'utf8')
    expect(said.split('received fast shutdown request').at(-1)).toContain(
      'database system is shut down',
    )
  } finally {
    await service?.kill()
    await pool?.end()
    await fateful.close()
    const left = readPostmaster(cluster)
    if (left) await shutDown(left, cluster)
    rmSync(dataDir, { recursive: true, force: true })
    remove()
  }
}, 150_000)
