import pg from 'pg'
import { test as base, expect } from 'vitest'
import { freshDatabase } from '../harness/database.ts'
import { makeGreen } from '../harness/green.ts'
import { processEnv, type ServiceProcess, spawnService } from '../harness/process.ts'
import { eventually } from '../harness/run-verbs.ts'
import { createAgent } from '../world/agent.ts'
import { channels, createWorld, type World } from '../world/world.ts'

/**
 * A world, a database, and services that are processes of their own: one stage for each test, so
 * that they wait side by side.
 */
async function setStage() {
  const database = await freshDatabase()
  const world = await createWorld()
  const setting = processEnv(
    { ...world.env, DATABASE_URL: database.url },
    { judge: { timeout: '60s', patience: '5m' } },
  )
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => {})
  const running: ServiceProcess[] = []
  const one = async (sql: string): Promise<Record<string, unknown> | undefined> =>
    (await pool.query(sql)).rows[0]
  return {
    world,
    pool,
    env: setting.env,
    one,
    ended: () =>
      eventually('the run ended', () => one("select 1 from runs where status = 'completed'")),
    toldAll: () =>
      eventually(
        'everything was told',
        async () =>
          (await one('select count(*)::int as n from effects where settled_at is null'))?.n === 0,
      ),
    start: async (): Promise<ServiceProcess> => {
      const service = await spawnService(setting.env).ready
      running.push(service)
      world.webhooksTo(service.url)
      return service
    },
    strike: async (): Promise<void> => {
      for (const service of running) {
        service.thaw()
        await service.kill()
      }
      await world.close()
      await pool.end()
      await database.drop()
      setting.remove()
    },
  }
}

const test = base.extend<{ stage: Awaited<ReturnType<typeof setStage>> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it what a fixture needs.
  stage: async ({}, use) => {
    const stage = await setStage()
    await use(stage)
    await stage.strike()
  },
})

/**
 * An agent finishes an issue that everything outside is content with, and the service hears of it.
 */
async function finishGreen(world: World, service: ServiceProcess, issue: number): Promise<void> {
  const { workflow, pull } = await createAgent(world).works({ issue })
  if (pull === null) throw new Error('the agent opened no pull request')
  makeGreen(world.github, pull)
  const answer = await fetch(`${service.url}/api/codex/run-complete`, {
    method: 'POST',
    body: JSON.stringify(workflow),
  })
  expect(answer.status).toBe(202)
}

/** The model is asked and does not answer, until it is let. */
function holdTheModel(world: World): {
  readonly asked: () => Promise<unknown>
  readonly answer: () => void
} {
  const { promise, resolve } = Promise.withResolvers<void>()
  world.model.faults.next({ when: 'before', hold: promise })
  const before = world.model.requests.length
  return {
    asked: () => eventually('the model was asked', () => world.model.requests.length > before),
    answer: resolve,
  }
}

// Rule 20, and contract section 1: finish or hand back, exit 0.
test.concurrent('SIGTERM in the middle of a question: the process ends with 0 and hands the try back; the next one asks again, once', async ({
  stage,
}) => {
  const { world, one, ended, start } = stage
  const first = await start()
  const model = holdTheModel(world)
  await finishGreen(world, first, 41)
  await model.asked()
  // Somebody who listens to the stream must not keep it from ending.
  const listener = await fetch(`${first.url}/api/codex/events`)
  expect(await first.end()).toBe(0)
  await listener.body?.cancel().catch(() => {})
  expect(first.lines.at(-1)).toMatchObject({ event: 'stopped' })
  expect(
    await one(
      "select state, trying_until, next_try_at <= now() as due from effects where kind = 'ask'",
    ),
  ).toEqual({
    state: 'unknown',
    trying_until: null,
    due: true,
  })
  expect(await one('select count(*)::int as n from runs where looking_until is not null')).toEqual({
    n: 0,
  })
  model.answer()
  await start()
  await ended()
  expect(await one("select count(*)::int as n from verdicts where result = 'valid'")).toEqual({
    n: 1,
  })
  expect(world.discord.in(channels.success).length).toBeLessThanOrEqual(1)
})

test.concurrent('SIGTERM while it starts ends it with 0, too, and SIGINT with 130', async ({
  stage,
}) => {
  const { env, start } = stage
  const { end, lines } = spawnService(env)
  await eventually('it has begun', () => lines.some(({ event }) => event === 'migrated'))
  expect(await end()).toBe(0)
  const service = await start()
  expect(await service.end('SIGINT')).toBe(130)
})

// Rule 19, as it is here: the rows hold the leases, and what a killed process had in hand is due
// when they run out.
test.concurrent('what a killed replica had in hand is taken over by the other', async ({
  stage,
}) => {
  const { world, one, ended, start } = stage
  const first = await start()
  const model = holdTheModel(world)
  await finishGreen(world, first, 41)
  await model.asked()
  const second = await start()
  await first.kill()
  await ended()
  expect(await one("select tries, state from effects where kind = 'ask'")).toEqual({
    tries: 2,
    state: 'done',
  })
  await eventually('the other says that it decided', () =>
    second.lines.some(({ event }) => event === 'decided'),
  )
  expect(
    await one("select outcome from effect_tries where number = 1 and outcome = 'unknown'"),
  ).toBeDefined()
  model.answer()
})

// Rule 13: both finish, and one settles.
test.concurrent('a replica that stands still for longer than its lease comes back to work that is done, and undoes none of it', async ({
  stage,
}) => {
  const { world, one, ended, toldAll, start } = stage
  const frozen = await start()
  const model = holdTheModel(world)
  await finishGreen(world, frozen, 41)
  await model.asked()
  await start()
  frozen.freeze()
  await ended()
  await toldAll()
  const before = await one("select because, tries from effects where kind = 'ask'")
  model.answer()
  frozen.thaw()
  // It hears its own answer, and settles nothing with it.
  await eventually('it noticed', () =>
    frozen.lines.some(({ kind, event }) => kind === 'ask' && String(event).startsWith('effect')),
  )
  expect(await one("select because, tries from effects where kind = 'ask'")).toEqual(before)
  expect(await one("select count(*)::int as n from verdicts where result = 'valid'")).toEqual({
    n: 1,
  })
  expect(world.discord.in(channels.success)).toHaveLength(1)
  expect(await frozen.end()).toBe(0)
})

test.concurrent('PostgreSQL that ends every session, again and again, costs time and nothing else', async ({
  stage,
}) => {
  const { world, pool, toldAll, start } = stage
  const service = await start()
  const cut = async () => {
    await pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
  }
  for (const issue of [41, 42, 43]) {
    await cut()
    await eventually('it answers again', async () => {
      const answer = await fetch(`${service.url}/readyz`)
      await answer.arrayBuffer()
      return answer.ok
    })
    await finishGreen(world, service, issue)
  }
  await cut()
  await eventually(
    'every run ended',
    async () =>
      (
        await pool
          .query("select 1 from runs where status = 'completed'")
          .catch(() => ({ rows: [] }))
      ).rows.length === 3,
  )
  await toldAll()
  expect(service.exited()).toBe(false)
  expect(world.discord.in(channels.success)).toHaveLength(3)
  expect(await service.end()).toBe(0)
})
