import pg from 'pg'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../harness/database.ts'
import { expectExactlyOnce, waitForAllEnds } from '../harness/exactly-once.ts'
import { randomWorldPolicy } from '../harness/issue-scripts.ts'
import { createProcessEnv, type ServiceProcess, spawnService } from '../harness/process.ts'
import { createRandomWorld } from '../harness/random-world.ts'
import { createSeededRandom } from '../harness/seeded-random.ts'

/** `KILLS=40` runs longer; `SEED=…` repeats the random choices, though not the timing. */
const kills = Number(process.env.KILLS ?? 5)
/** A slow machine takes seconds to start, so fewer kills then, unless `KILLS` is set. */
const killUntilMs = process.env.KILLS === undefined ? 16_000 : Number.POSITIVE_INFINITY
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const patienceMs = 60_000 + kills * 6_000

// All rules of docs/consistency.md together, tested by killing the process.
test(
  `a service that is killed again and again at any instruction ends every run as it should and does everything once (seed ${seed})`,
  async () => {
    const random = createSeededRandom(seed)
    const database = await createTestDatabase()
    const randomWorld = await createRandomWorld(random)
    const { env, remove } = createProcessEnv(
      { ...randomWorld.world.env, DATABASE_URL: database.url },
      randomWorldPolicy,
    )
    const pool = new pg.Pool({ connectionString: database.url, max: 2 })
    pool.on('error', () => {})
    let service: ServiceProcess | null = null
    try {
      await randomWorld.begin()
      const stopAt = Date.now() + killUntilMs
      for (let life = 0; ; life += 1) {
        const isLast = life === kills || Date.now() > stopAt
        const { ready, kill } = spawnService(env)
        // Sometimes it is killed while it starts.
        if (!isLast && random() < 0.15) {
          await pause(100 + random() * 900)
          await kill()
          continue
        }
        service = await ready
        randomWorld.serviceUrls = [service.url]
        randomWorld.world.sendWebhooksTo(service.url)
        if (isLast) break
        await pause(200 + random() * 2_500)
        expect(service.lines.filter(({ event }) => event === 'crashed')).toEqual([])
        await kill()
        // Discord forgets nonces soon, so only a lookup prevents a second message.
        randomWorld.world.discord.forgetNonces()
        randomWorld.serviceUrls = []
      }
      await waitForAllEnds(randomWorld, pool, {
        patience: patienceMs,
        services: () => (service ? [service] : []),
      })
      await expectExactlyOnce(randomWorld, pool)
      expect(await service?.end()).toBe(0)
    } finally {
      await service?.kill()
      await randomWorld.close()
      await pool.end()
      await database.drop()
      remove()
    }
  },
  patienceMs + 60_000,
)

const pause = (millis: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, millis))
