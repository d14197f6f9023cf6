import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshDatabase } from '../harness/database.ts'
import { makeGreen } from '../harness/green.ts'
import { processEnv, type ServiceProcess, spawnService } from '../harness/process.ts'
import { eventually } from '../harness/run-verbs.ts'
import { createAgent } from '../world/agent.ts'
import { channels, createWorld, type World } from '../world/world.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
let world: World
let setting: ReturnType<typeof processEnv>
let pool: pg.Pool
const running: ServiceProcess[] = []

beforeEach(async () => {
  database = await freshDatabase()
  world = await createWorld()
  setting = processEnv({ ...world.env, DATABASE_URL: database.url }, { judge: { timeout: '60s', patience: '5m' } })
  pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => {})
})

afterEach(async () => {
  for (const service of running.splice(0)) {
    service.thaw()
    await service.kill()
  }
  await world.close()
  await pool.end()
  await database.drop()
  setting.remove()
})

async function start(): Promise<ServiceProcess> {
  const service = await spawnService(setting.env).ready
  running.push(service)
  world.webhooksTo(service.url)
  return service
}

/** An agent finishes an issue that everything outside is content with, and the service hears of it. */
async function finishGreen(service: ServiceProcess, issue: number): Promise<void> {
  const { workflow, pull } = await createAgent(world).works({ issue })
  if (pull === null) throw new Error('the agent opened no pull request')
  makeGreen(world.github, pull)
  const answer = await fetch(`${service.url}/api/codex/run-complete`, {
    method: 'POST',
    body: JSON.stringify(workflow),
  })
  expect(answer.status).toBe(202)
}

const one = async (sql: string): Promise<Record<string, unknown> | undefined> => (await pool.query(sql)).rows[0]
const ended = () => eventually('the run ended', () => one("select 1 from runs where status = 'completed'"))

/** The model is asked and does not answer, until it is let. */
function holdTheModel(): { readonly asked: () => Promise<unknown>; readonly answer: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  world.model.faults.next({ when: 'before', hold: promise })
  const before = world.model.requests.length
  return { asked: () => eventually('the model was asked', () => world.model.requests.length > before), answer: resolve }
}

// Rule 20, and contract section 1: finish or hand back, exit 0.
test('SIGTERM in the middle of a question: the process ends with 0 and hands the try back; the next one asks again, once', async () => {
  const first = await start()
  const model = holdTheModel()
  await finishGreen(first, 41)
  await model.asked()
  // Somebody who listens to the stream must not keep it from ending.
  const listener = await fetch(`${first.url}/api/codex/events`)
  expect(await first.end()).toBe(0)
  await listener.body?.cancel().catch(() => {})
  expect(first.lines.at(-1)).toMatchObject({ event: 'stopped' })
  expect(await one("select state, trying_until, next_try_at <= now() as due from effects where kind = 'ask'")).toEqual({
    state: 'unknown',
    trying_until: null,
    due: true,
  })
  expect(await one('select count(*)::int as n from runs where looking_until is not null')).toEqual({ n: 0 })
  model.answer()
  await start()
  await ended()
  expect(await one("select count(*)::int as n from verdicts where result = 'valid'")).toEqual({ n: 1 })
  expect(world.discord.in(channels.success).length).toBeLessThanOrEqual(1)
})

test('SIGTERM while it starts ends it with 0, too, and SIGINT with 130', async () => {
  const { end, lines } = spawnService(setting.env)
  await eventually('it has begun', () => lines.some(({ event }) => event === 'migrated'))
  expect(await end()).toBe(0)
  const service = await start()
  expect(await service.end('SIGINT')).toBe(130)
})

// Rule 19, as it is here: the rows hold the leases, and what a killed process had in hand is due when they run out.
test('what a killed replica had in hand is taken over by the other', async () => {
  const first = await start()
  const model = holdTheModel()
  await finishGreen(first, 41)
  await model.asked()
  const second = await start()
  await first.kill()
  await ended()
  expect(await one("select tries, state from effects where kind = 'ask'")).toEqual({ tries: 2, state: 'done' })
  await eventually('the other says that it decided', () => second.lines.some(({ event }) => event === 'decided'))
  expect(await one("select outcome from effect_tries where number = 1 and outcome = 'unknown'")).toBeDefined()
  model.answer()
})

// Rule 13: both finish, and one settles.
test('a replica that stands still for longer than its lease comes back to work that is done, and undoes none of it', async () => {
  const frozen = await start()
  const model = holdTheModel()
  await finishGreen(frozen, 41)
  await model.asked()
  await start()
  frozen.freeze()
  await ended()
  await eventually(
    'everything was told',
    async () => (await one('select count(*)::int as n from effects where settled_at is null'))?.n === 0,
  )
  const before = await one("select because, tries from effects where kind = 'ask'")
  model.answer()
  frozen.thaw()
  // It hears its own answer, and settles nothing with it.
  await eventually('it noticed', () =>
    frozen.lines.some(({ kind, event }) => kind === 'ask' && String(event).startsWith('effect')),
  )
  expect(await one("select because, tries from effects where kind = 'ask'")).toEqual(before)
  expect(await one("select count(*)::int as n from verdicts where result = 'valid'")).toEqual({ n: 1 })
  expect(world.discord.in(channels.success)).toHaveLength(1)
  expect(await frozen.end()).toBe(0)
})

test('PostgreSQL that ends every session, again and again, costs time and nothing else', async () => {
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
    await finishGreen(service, issue)
  }
  await cut()
  await eventually(
    'every run ended',
    async () =>
      (await pool.query("select 1 from runs where status = 'completed'").catch(() => ({ rows: [] }))).rows.length === 3,
  )
  await eventually(
    'everything was told',
    async () => (await one('select count(*)::int as n from effects where settled_at is null'))?.n === 0,
  )
  expect(service.exited()).toBe(false)
  expect(world.discord.in(channels.success)).toHaveLength(3)
  expect(await service.end()).toBe(0)
})
