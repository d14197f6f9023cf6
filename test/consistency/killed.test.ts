import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from '../harness/database.ts'
import { fatefulPolicy, fatefulWorld } from '../harness/fates.ts'
import { comesToItsEnd, expectOnce } from '../harness/once-outside.ts'
import { processEnv, type ServiceProcess, spawnService } from '../harness/process.ts'
import { seeded } from '../harness/random.ts'

/**
 * `KILLS=40` for longer, `SEED=…` for the same once more (of what is ours: the machine's timing is
 * its own).
 */
const kills = Number(process.env.KILLS ?? 5)
/**
 * On a slow machine each start takes seconds: fewer kills then, unless more were asked for by name.
 */
const killFor = process.env.KILLS === undefined ? 16_000 : Number.POSITIVE_INFINITY
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const patience = 60_000 + kills * 6_000

// Guarantee 6 and rules 3, 5, 9, 12, 13, 14, 15 together, by the way they were found: killing it.
test(
  `killed again and again at any instruction, every run ends where it should and everything happens once (seed ${seed})`,
  async () => {
    const random = seeded(seed)
    const database = await freshDatabase()
    const fateful = await fatefulWorld(random)
    const { env, remove } = processEnv(
      { ...fateful.world.env, DATABASE_URL: database.url },
      fatefulPolicy,
    )
    const pool = new pg.Pool({ connectionString: database.url, max: 2 })
    pool.on('error', () => {})
    let service: ServiceProcess | null = null
    try {
      await fateful.begin()
      const enough = Date.now() + killFor
      for (let life = 0; ; life += 1) {
        const last = life === kills || Date.now() > enough
        const { ready, kill } = spawnService(env)
        // Now and then it is not even allowed to come up.
        if (!last && random() < 0.15) {
          await pause(100 + random() * 900)
          await kill()
          continue
        }
        service = await ready
        fateful.serviceUrls = [service.url]
        fateful.world.webhooksTo(service.url)
        if (last) break
        await pause(200 + random() * 2_500)
        expect(service.lines.filter(({ event }) => event === 'crashed')).toEqual([])
        await kill()
        // Discord forgets soon what it was sent; only what is looked up holds.
        fateful.world.discord.forgetNonces()
        fateful.serviceUrls = []
      }
      await comesToItsEnd(fateful, pool, { patience, services: () => (service ? [service] : []) })
      await expectOnce(fateful, pool)
      expect(await service?.end()).toBe(0)
    } finally {
      await service?.kill()
      await fateful.close()
      await pool.end()
      await database.drop()
      remove()
    }
  },
  patience + 60_000,
)

const pause = (millis: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, millis))
