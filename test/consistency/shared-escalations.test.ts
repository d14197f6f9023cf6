import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase } from '../harness/database.ts'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { createProcessEnv, type ServiceProcess, spawnService } from '../harness/process.ts'
import { eventually } from '../harness/run-verbs.ts'
import { createAgent } from '../world/agent.ts'
import { answerJson } from '../world/serve.ts'
import { channels, createWorld, type World } from '../world/world.ts'

/* One outage stops many runs: real processes on one database, killed at any moment. */

const issues = Array.from({ length: 24 }, (_, index) => index + 1)
const policy = {
  judge: { patience: '1s', timeout: '2s' },
  ci: { no_checks_grace: '1s' },
  escalation: { retry: '1s' },
}
const away = { when: 'before', answer: answerJson(503, { error: {} }) } as const

let world: World
let database: Awaited<ReturnType<typeof createTestDatabase>>
let pool: pg.Pool
let services: ServiceProcess[] = []
let env: ReturnType<typeof createProcessEnv>

beforeEach(async () => {
  database = await createTestDatabase()
  world = await createWorld({ github: { firstNumber: 1001 } })
  pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => {})
  env = createProcessEnv({ ...world.env, ARGO_SERVER_URL: '', DATABASE_URL: database.url }, policy)
})
afterEach(async () => {
  for (const service of services) await service.kill()
  services = []
  await world.close()
  await pool.end()
  await database.drop()
  env.remove()
})

async function startReplica(): Promise<ServiceProcess> {
  const service = await spawnService(env.env).ready
  services.push(service)
  return service
}
async function kill(service: ServiceProcess | undefined): Promise<void> {
  await service?.kill()
  services = services.filter((one) => one !== service)
  // Discord forgets nonces soon, so only what is stored prevents a second message.
  world.discord.forgetNonces()
}

const countRuns = async (status: string): Promise<number> =>
  Number((await pool.query('select count(*) as n from runs where status = $1', [status])).rows[0].n)
const readEscalations = async () =>
  (
    await pool.query<{ state: string; resolution: string | null; runs: number; left: number }>(
      `select state, resolution, count(*)::int as runs, count(left_at)::int as left
         from escalations join escalation_runs on escalation_id = escalations.id
        group by escalations.id`,
    )
  ).rows

/** Finishes the work on every issue, and reports it to the replicas in turn. */
async function finishAll(before: (pull: { repository: string; number: number }) => void) {
  const agent = createAgent(world)
  for (const issue of issues) {
    const { workflow, pull } = await agent.works({ issue })
    if (pull !== null) before(pull)
    const { url } = services[issue % services.length] ?? { url: '' }
    const answer = await fetch(`${url}/api/codex/run-complete`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(workflow),
    })
    expect(answer.status).toBe(202)
  }
}

const listSuccesses = () => world.discord.in(channels.success).map(({ content }) => content)

test('runs that end at the same time on two replicas share one question, and a kill while they are freed loses none and does nothing twice', async () => {
  const [first, second] = [await startReplica(), await startReplica()]
  world.model.faults.always(away)
  await finishAll((pull) => passChecksAndReview(world.github, pull))
  await eventually('every run waits for a person', async () => {
    return (await countRuns('needs_human')) === issues.length
  })
  expect(await readEscalations()).toEqual([
    { state: 'open', resolution: null, runs: issues.length, left: 0 },
  ])
  // The process that tries again may be any of them, and dies.
  await kill(first)
  world.model.faults.always(null)
  await eventually('the first runs went on', async () => (await countRuns('completed')) > 0)
  await kill(second)
  const third = await startReplica()
  await eventually('more runs went on', async () => (await countRuns('needs_human')) < 20)
  await kill(third)
  await startReplica()
  await eventually('every run is completed', async () => {
    return (await countRuns('completed')) === issues.length
  })
  await eventually('every message', () => listSuccesses().length === issues.length)
  const [escalation] = await eventually('every run has left the question', async () => {
    const rows = await readEscalations()
    return rows.every(({ runs, left }) => runs === left) ? rows : null
  })
  expect(escalation).toMatchObject({ state: 'closed', resolution: 'recovered' })
  await eventually('the settled effects', async () => {
    const { rows } = await pool.query('select 1 from effects where settled_at is null limit 1')
    return rows.length === 0
  })
  expect(new Set(listSuccesses()).size).toBe(issues.length)
  expect(world.discord.in(channels.escalation)).toHaveLength(1)
  expect(world.discord.in(channels.escalation)[0]?.content).toMatch(/Resolved by the service/)
  // Nothing is left to do, and no run was freed twice.
  await eventually('nothing to do', async () => {
    const { rows } = await pool.query('select 1 from escalations where due_at is not null')
    return rows.length === 0
  })
  expect(
    (
      await pool.query(`select run_id from run_events
                         where kind = 'run' and from_status = 'needs_human'
                         group by run_id having count(*) > 1`)
    ).rows,
  ).toEqual([])
}, 120_000)

test('an answer reaches every run, also those that did not get it in the request, whatever is killed', async () => {
  const first = await startReplica()
  await finishAll((pull) => world.github.codexReviews(pull, []))
  await eventually('every run waits for a person', async () => {
    return (await countRuns('needs_human')) === issues.length
  })
  // Half of the runs wait in the state that a request with more runs than it may hold leaves.
  const { rows } = await pool.query<{ id: string }>('select id from escalations')
  await pool.query(
    `update escalations set state = 'answered', resolution = 'answered', answered_at = now(),
            answer = '{"option":"close","note":null,"by":"octo"}', due_at = now()`,
  )
  await eventually('the first runs are closed', async () => (await countRuns('closed')) > 0)
  await kill(first)
  await startReplica()
  await eventually('every run is closed', async () => {
    return (await countRuns('closed')) === issues.length
  })
  expect(rows).toHaveLength(1)
  const { rows: decisions } = await pool.query<{ by_actor: string; n: number }>(
    `select by_actor, count(*)::int as n from decisions where outcome = 'closed' group by by_actor`,
  )
  expect(decisions).toEqual([{ by_actor: 'octo', n: issues.length }])
}, 120_000)
