import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import {
  type Cluster,
  OWNER_ROLE,
  readPassword,
} from '../../services/judge/src/adapters/postgres/cluster.ts'
import {
  isAlive,
  readPostmaster,
  shutDown,
} from '../../services/judge/src/adapters/postgres/postmaster.ts'
import { expectExactlyOnce, waitForAllEnds } from '../harness/exactly-once.ts'
import { randomWorldPolicy } from '../harness/issue-scripts.ts'
import { createProcessEnv, type ServiceProcess, spawnService } from '../harness/process.ts'
import { createRandomWorld } from '../harness/random-world.ts'
import { createSeededRandom } from '../harness/seeded-random.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

// docs/consistency.md, "Our server, stopped last". Other failures of an embedded server are tested in
// test/postgres/embedded.test.ts.
test(`a service that was killed takes its orphaned PostgreSQL over and goes on, and an orderly stop ends the server last (seed ${seed})`, async () => {
  const random = createSeededRandom(seed)
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'codex-judge-killed-')))
  const cluster = join(dataDir, 'postgres') as Cluster
  const randomWorld = await createRandomWorld(random)
  const { env, remove } = createProcessEnv(
    { ...randomWorld.world.env, DATA_DIR: dataDir },
    randomWorldPolicy,
  )
  let service: ServiceProcess | null = null
  let pool: pg.Pool | null = null
  const start = async (): Promise<ServiceProcess> => {
    const { ready } = spawnService(env)
    const up = await ready
    randomWorld.serviceUrls = [up.url]
    randomWorld.world.sendWebhooksTo(up.url)
    return up
  }
  try {
    await randomWorld.begin()
    service = await start()
    const orphan = readPostmaster(cluster)
    await new Promise((resolve) => setTimeout(resolve, 1_500 + random() * 2_000))
    await service.kill()
    expect(orphan !== null && isAlive(orphan, cluster)).toBe(true)
    service = await start()
    expect(readPostmaster(cluster)?.pid).toBe(orphan?.pid)
    expect(service.lines.map(({ event }) => event)).toContain('postgres.taken_over')
    const url = `postgres://${OWNER_ROLE}:${readPassword(cluster)}@127.0.0.1:${orphan?.port}/postgres`
    pool = new pg.Pool({ connectionString: url, max: 2 })
    pool.on('error', () => {})
    await waitForAllEnds(randomWorld, pool, {
      patience: 90_000,
      services: () => (service ? [service] : []),
    })
    await expectExactlyOnce(randomWorld, pool)
    await pool.end()
    pool = null
    expect(await service.end()).toBe(0)
    expect(orphan !== null && isAlive(orphan, cluster)).toBe(false)
    // It was shut down after its last session had ended, and interrupted no statement.
    const serverLog = readFileSync(join(dataDir, 'postgres.log'), 'utf8')
    expect(serverLog.split('received fast shutdown request').at(-1)).toContain(
      'database system is shut down',
    )
  } finally {
    await service?.kill()
    await pool?.end()
    await randomWorld.close()
    const left = readPostmaster(cluster)
    if (left) await shutDown(left, cluster)
    rmSync(dataDir, { recursive: true, force: true })
    remove()
  }
}, 150_000)
