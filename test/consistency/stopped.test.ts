import pg from 'pg'
import { test as base, expect } from 'vitest'
import { createTestDatabase } from '../harness/database.ts'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { createProcessEnv, type ServiceProcess, spawnService } from '../harness/process.ts'
import { eventually } from '../harness/run-verbs.ts'
import { createAgent } from '../world/agent.ts'
import { channels, createWorld, type World } from '../world/world.ts'

/** A world, a database and service processes for each test, so that the tests run concurrently. */
async function createStage() {
  const database = await createTestDatabase()
  const world = await createWorld()
  const setting = createProcessEnv(
    { ...world.env, DATABASE_URL: database.url },
    { judge: { timeout: '60s', patience: '5m' } },
  )
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => {})
  const running: ServiceProcess[] = []
  const queryOne = async (sql: string): Promise<Record<string, unknown> | undefined> =>
    (await pool.query(sql)).rows[0]
  return {
    world,
    pool,
    env: setting.env,
    queryOne,
    waitForEnd: () =>
      eventually('the run ended', () => queryOne("select 1 from runs where status = 'completed'")),
    waitForEffects: () =>
      eventually(
        'every effect is settled',
        async () =>
          (await queryOne('select count(*)::int as n from effects where settled_at is null'))?.n ===
          0,
      ),
    start: async (): Promise<ServiceProcess> => {
      const service = await spawnService(setting.env).ready
      running.push(service)
      world.sendWebhooksTo(service.url)
      return service
    },
    close: async (): Promise<void> => {
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

const test = base.extend<{ stage: Awaited<ReturnType<typeof createStage>> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it what a fixture needs.
  stage: async ({}, use) => {
    const stage = await createStage()
    await use(stage)
    await stage.close()
  },
})

/** An agent finishes an issue with green checks and review, and the service is notified. */
async function completeIssue(world: World, service: ServiceProcess, issue: number): Promise<void> {
  const { workflow, pull } = await createAgent(world).works({ issue })
  if (pull === null) throw new Error('the agent opened no pull request')
  passChecksAndReview(world.github, pull)
  const answer = await fetch(`${service.url}/api/codex/run-complete`, {
    method: 'POST',
    body: JSON.stringify(workflow),
  })
  expect(answer.status).toBe(202)
}

/** Makes the model wait with its answer until `answer` is called. */
function holdModel(world: World): {
  readonly waitUntilAsked: () => Promise<unknown>
  readonly answer: () => void
} {
  const { promise, resolve } = Promise.withResolvers<void>()
  world.model.faults.next({ when: 'before', hold: promise })
  const before = world.model.requests.length
  return {
    waitUntilAsked: () =>
      eventually('the model was asked', () => world.model.requests.length > before),
    answer: resolve,
  }
}

// docs/consistency.md, "A stop aborts the work"; docs/contract.md, "Processes".
test.concurrent('on SIGTERM while a model is being asked, the process exits with 0 and gives the try back, and the next process asks once', async ({
  stage,
}) => {
  const { world, queryOne, waitForEnd, start } = stage
  const first = await start()
  const model = holdModel(world)
  await completeIssue(world, first, 41)
  await model.waitUntilAsked()
  // A client of the event stream must not keep the process from ending.
  const listener = await fetch(`${first.url}/api/codex/events`)
  // As from systemd or a closed terminal: every process of the group gets the signal, and the
  // parent forwards its own.
  process.kill(first.pid, 'SIGTERM')
  await eventually('it stops', () => first.lines.some(({ event }) => event === 'stopping'))
  process.kill(first.pid, 'SIGTERM')
  expect(await first.end()).toBe(0)
  await listener.body?.cancel().catch(() => {})
  expect(first.lines.at(-1)).toMatchObject({ event: 'stopped' })
  expect(
    await queryOne(
      "select state, trying_until, next_try_at <= now() as due from effects where kind = 'ask'",
    ),
  ).toEqual({
    state: 'unknown',
    trying_until: null,
    due: true,
  })
  expect(
    await queryOne('select count(*)::int as n from runs where looking_until is not null'),
  ).toEqual({
    n: 0,
  })
  model.answer()
  await start()
  await waitForEnd()
  expect(await queryOne("select count(*)::int as n from verdicts where result = 'valid'")).toEqual({
    n: 1,
  })
  expect(world.discord.in(channels.success).length).toBeLessThanOrEqual(1)
})

test.concurrent('the process exits with 0 on SIGTERM during its start, and with 130 on SIGINT', async ({
  stage,
}) => {
  const { env, start } = stage
  const { end, lines } = spawnService(env)
  await eventually('the migration is done', () => lines.some(({ event }) => event === 'migrated'))
  expect(await end()).toBe(0)
  const service = await start()
  expect(await service.end('SIGINT')).toBe(130)
})

// docs/consistency.md, "Leases take over".
test.concurrent('the work of a killed replica is taken over by the other', async ({ stage }) => {
  const { world, queryOne, waitForEnd, start } = stage
  const first = await start()
  const model = holdModel(world)
  await completeIssue(world, first, 41)
  await model.waitUntilAsked()
  const second = await start()
  await first.kill()
  await waitForEnd()
  expect(await queryOne("select tries, state from effects where kind = 'ask'")).toEqual({
    tries: 2,
    state: 'done',
  })
  await eventually('the other replica has decided', () =>
    second.lines.some(({ event }) => event === 'decided'),
  )
  expect(
    await queryOne("select outcome from effect_tries where number = 1 and outcome = 'unknown'"),
  ).toBeDefined()
  model.answer()
})

// docs/consistency.md, "A try is on record first": both finish, and one settles.
test.concurrent('a replica that stood still for longer than its leases undoes nothing that another has done meanwhile', async ({
  stage,
}) => {
  const { world, queryOne, waitForEnd, waitForEffects, start } = stage
  const frozen = await start()
  const model = holdModel(world)
  await completeIssue(world, frozen, 41)
  await model.waitUntilAsked()
  await start()
  frozen.freeze()
  await waitForEnd()
  await waitForEffects()
  const before = await queryOne("select because, tries from effects where kind = 'ask'")
  model.answer()
  frozen.thaw()
  // It receives the answer to its own try, and settles nothing with it.
  await eventually('the replica has ended its try', () =>
    frozen.lines.some(({ kind, event }) => kind === 'ask' && String(event).startsWith('effect')),
  )
  expect(await queryOne("select because, tries from effects where kind = 'ask'")).toEqual(before)
  expect(await queryOne("select count(*)::int as n from verdicts where result = 'valid'")).toEqual({
    n: 1,
  })
  expect(world.discord.in(channels.success)).toHaveLength(1)
  expect(await frozen.end()).toBe(0)
})

test.concurrent('a PostgreSQL that ends every session again and again only costs time', async ({
  stage,
}) => {
  const { world, pool, waitForEffects, start } = stage
  const service = await start()
  const endSessions = async () => {
    await pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
  }
  for (const issue of [41, 42, 43]) {
    await endSessions()
    await eventually('the service is ready again', async () => {
      const answer = await fetch(`${service.url}/readyz`)
      await answer.arrayBuffer()
      return answer.ok
    })
    await completeIssue(world, service, issue)
  }
  await endSessions()
  await eventually(
    'every run ended',
    async () =>
      (
        await pool
          .query("select 1 from runs where status = 'completed'")
          .catch(() => ({ rows: [] }))
      ).rows.length === 3,
  )
  await waitForEffects()
  expect(service.hasExited()).toBe(false)
  expect(world.discord.in(channels.success)).toHaveLength(3)
  expect(await service.end()).toBe(0)
})
