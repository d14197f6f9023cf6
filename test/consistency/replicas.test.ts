import pg from 'pg'
import { expect, test } from 'vitest'
import { createEmptyDatabase } from '../harness/database.ts'
import { expectExactlyOnce, waitForAllEnds } from '../harness/exactly-once.ts'
import { randomWorldPolicy } from '../harness/issue-scripts.ts'
import { createProcessEnv, type ServiceProcess, spawnService } from '../harness/process.ts'
import { createRandomWorld } from '../harness/random-world.ts'
import { createSeededRandom } from '../harness/seeded-random.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

// The rules of docs/consistency.md with two replicas that start on the same empty database.
test(`two replicas that start together on an empty database do everything once, though one of them is killed (seed ${seed})`, async () => {
  const random = createSeededRandom(seed)
  const database = await createEmptyDatabase()
  const randomWorld = await createRandomWorld(random)
  const { env, remove } = createProcessEnv(
    { ...randomWorld.world.env, DATABASE_URL: database.url },
    randomWorldPolicy,
  )
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => {})
  const started = [spawnService(env), spawnService(env)]
  let services: readonly ServiceProcess[] = []
  try {
    services = await Promise.all(started.map(({ ready }) => ready))
    randomWorld.serviceUrls = services.map(({ url }) => url)
    randomWorld.world.sendWebhooksTo(services[0]?.url ?? '')
    await randomWorld.begin()
    await new Promise((resolve) => setTimeout(resolve, 2_500 + random() * 2_500))
    // Its webhooks are lost, and the other replica takes its work over.
    await services[0]?.kill()
    randomWorld.serviceUrls = services.slice(1).map(({ url }) => url)
    randomWorld.world.sendWebhooksTo(services[1]?.url ?? '')
    await waitForAllEnds(randomWorld, pool, { patience: 90_000, services: () => services })
    await expectExactlyOnce(randomWorld, pool)
    expect(await services[1]?.end()).toBe(0)
  } finally {
    for (const { kill } of started) await kill()
    await randomWorld.close()
    await pool.end()
    await database.drop()
    remove()
  }
}, 150_000)
