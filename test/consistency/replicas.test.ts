import pg from 'pg'
import { expect, test } from 'vitest'
import { emptyDatabase } from '../harness/database.ts'
import { fatefulPolicy, fatefulWorld } from '../harness/fates.ts'
import { comesToItsEnd, expectOnce } from '../harness/once-outside.ts'
import { processEnv, type ServiceProcess, spawnService } from '../harness/process.ts'
import { seeded } from '../harness/random.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

// Rules 1, 7, 12, 13, 15, 18 with two that do the same, from the very first statement on.
test(`two replicas that start together on one empty database, and hear everything between them, do everything once; one of them is killed on the way (seed ${seed})`, async () => {
  const random = seeded(seed)
  const database = await emptyDatabase()
  const fateful = await fatefulWorld(random)
  const { env, remove } = processEnv(
    { ...fateful.world.env, DATABASE_URL: database.url },
    fatefulPolicy,
  )
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => {})
  const started = [spawnService(env), spawnService(env)]
  let services: readonly ServiceProcess[] = []
  try {
    services = await Promise.all(started.map(({ ready }) => ready))
    fateful.serviceUrls = services.map(({ url }) => url)
    fateful.world.webhooksTo(services[0]?.url ?? '')
    await fateful.begin()
    await new Promise((resolve) => setTimeout(resolve, 2_500 + random() * 2_500))
    // Its webhooks are lost, and what it has in hand is taken over by the other.
    await services[0]?.kill()
    fateful.serviceUrls = services.slice(1).map(({ url }) => url)
    fateful.world.webhooksTo(services[1]?.url ?? '')
    await comesToItsEnd(fateful, pool, { patience: 90_000, services: () => services })
    await expectOnce(fateful, pool)
    expect(await services[1]?.end()).toBe(0)
  } finally {
    for (const { kill } of started) await kill()
    await fateful.close()
    await pool.end()
    await database.drop()
    remove()
  }
}, 150_000)
