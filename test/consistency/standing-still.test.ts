import pg from 'pg'
import { pino } from 'pino'
import { test as base, expect } from 'vitest'
import { type Service, startService } from '../../services/judge/src/composition/service.ts'
import { configure } from '../../services/judge/src/config/configure.ts'
import { createTestDatabase } from '../harness/database.ts'
import { type DatabaseRelay, startDatabaseRelay } from '../harness/database-relay.ts'
import { formatPolicy } from '../harness/policy.ts'
import { eventually } from '../harness/run-verbs.ts'
import { createWorld } from '../world/world.ts'

interface Stage {
  readonly relay: DatabaseRelay
  readonly pool: pg.Pool
  readonly post: (path: string, body: unknown) => Promise<Answer>
  readonly get: (path: string) => Promise<Answer>
  readonly readMetrics: () => Promise<string>
  readonly stop: () => Promise<void>
}

interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: Record<string, unknown>
}

/** Holds a lock on a table while `work` runs. */
async function whileLocked(
  { pool }: Stage,
  table: string,
  work: () => Promise<void>,
): Promise<void> {
  const locker = await pool.connect()
  try {
    await locker.query(`begin; lock table ${table} in access exclusive mode`)
    await work()
  } finally {
    await locker.query('rollback')
    locker.release()
  }
}

/** A service whose database is reached through a relay, and a direct way to that database. */
const test = base.extend<{ stage: Stage }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it what a fixture needs.
  stage: async ({}, use) => {
    const world = await createWorld()
    const database = await createTestDatabase()
    const relay = await startDatabaseRelay(database.url, { answerBytes: 5 })
    const pool = new pg.Pool({ connectionString: database.url, max: 3 })
    pool.on('error', () => {})
    const configured = configure(
      { ...world.env, DATABASE_URL: relay.url, PORT: '0', POLICY_FILE: 'policy' },
      () => formatPolicy({ judge: { models: [] } }),
    )
    if ('faults' in configured) throw new Error(configured.faults.join('\n'))
    const service: Service = await startService(configured.ok, pino({ level: 'silent' }))
    const send = async (path: string, init?: RequestInit): Promise<Answer> => {
      const response = await fetch(service.url + path, init)
      const body = (await response.json()) as Record<string, unknown>
      return { status: response.status, retryAfter: response.headers.get('retry-after'), body }
    }
    let stopped: Promise<void> | null = null
    const stop = (): Promise<void> => {
      stopped ??= service.stop()
      return stopped
    }
    await use({
      relay,
      pool,
      post: (path, body) => send(path, { method: 'POST', body: JSON.stringify(body) }),
      get: (path) => send(path),
      stop,
      readMetrics: async () => (await fetch(`${service.url}/metrics`)).text(),
    })
    relay.resume()
    await stop()
    await relay.close()
    await world.close()
    await pool.end()
    await database.drop()
  },
})

const makeCompletions = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    repository: 'acme/widgets',
    issueNumber: 1_000 + index,
    workflowName: `codex-${index}`,
    workflowUid: `uid-${index}`,
    status: { phase: 'Failed', finishedAt: '2026-11-21T08:00:00Z' },
  }))
const countRuns = async ({ pool }: Stage): Promise<number> =>
  (await pool.query('select count(*)::int as runs from runs')).rows[0].runs

// docs/consistency.md, "Every statement ends".
test.concurrent('while PostgreSQL stands still every message is refused with 503, and the service lives; afterwards all are stored once', async ({
  stage,
}) => {
  const { relay, post, get } = stage
  const [first, ...others] = makeCompletions(60)
  expect((await post('/api/codex/run-complete', first)).status).toBe(202)

  relay.hold()
  const refused = others.map((one) => post('/api/codex/run-complete', one))
  const reading = get('/api/codex/runs/recent')
  expect((await get('/livez')).status).toBe(200)
  expect((await get('/readyz')).status).toBe(503)
  for (const { status, retryAfter, body } of await Promise.all(refused)) {
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' })
    expect(Number(retryAfter)).toBeGreaterThan(0)
  }
  const read = await reading
  expect({ status: read.status, code: read.body.code }).toEqual({
    status: 503,
    code: 'unavailable',
  })

  relay.resume()
  await eventually('it is ready again', async () => (await get('/readyz')).status === 200)
  for (const one of others)
    await eventually(
      'the message is stored',
      async () => (await post('/api/codex/run-complete', one)).status === 202,
    )
  expect(await countRuns(stage)).toBe(60)
})

test.concurrent('a lock that is not given back costs a message its time, and not its place in the queue', async ({
  stage,
}) => {
  const { post } = stage
  const [one] = makeCompletions(1)
  await whileLocked(stage, 'inbox', async () => {
    const refused = await post('/api/codex/run-complete', one)
    expect({ status: refused.status, code: refused.body.code }).toEqual({
      status: 503,
      code: 'unavailable',
    })
    expect((await get503(stage)).body.writes).toMatch(/^failing: /)
  })
  expect((await post('/api/codex/run-complete', one)).status).toBe(202)
})

const get503 = ({ get }: Stage) =>
  eventually('it is not ready', async () => {
    const answer = await get('/readyz')
    return answer.status === 503 ? answer : null
  })

test.concurrent('readers that stand still keep no message from being stored, and learn what to ask for', async ({
  stage,
}) => {
  const { pool, post, get } = stage
  await whileLocked(stage, 'memories', async () => {
    const readers = Array.from({ length: 40 }, () => get('/api/memories?query=x'))
    await eventually('readers wait', async () => {
      const { rows } = await pool.query(
        `select 1 from pg_stat_activity
          where wait_event_type = 'Lock' and application_name = 'codex-judge read'
            and datname = current_database()`,
      )
      return rows.length > 0
    })
    for (const one of makeCompletions(10))
      expect((await post('/api/codex/run-complete', one)).status).toBe(202)
    const answers = await Promise.all(readers)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
    expect(answers.map(({ body }) => body.detail)).toContainEqual(
      expect.stringContaining('ask for less'),
    )
  })
  expect((await get('/api/memories?query=x')).status).toBe(200)
})

test.concurrent('many replays at once all succeed, while messages go on being stored', async ({
  stage,
}) => {
  const { post, get } = stage
  const broken = await Promise.all(
    Array.from({ length: 24 }, () => post('/api/codex/run-complete', 'not an object')),
  )
  expect(new Set(broken.map(({ status }) => status))).toEqual(new Set([400]))
  const [corrected, fresh] = [makeCompletions(24), makeCompletions(54).slice(24)]
  const answers = await Promise.all([
    ...broken.map(({ body }, index) =>
      post(`/api/codex/quarantine/${body.quarantineId}/replay`, { body: corrected[index] }),
    ),
    ...fresh.map((one) => post('/api/codex/run-complete', one)),
  ])
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202))
  expect(await countRuns(stage)).toBe(54)
  expect((await get('/api/codex/quarantine')).body.quarantine).toEqual([])
})

test.concurrent('while nothing can be written the service is not ready and says so, and recovers', async ({
  stage,
}) => {
  const { pool, post, get } = stage
  const [one] = makeCompletions(1)
  await pool.query(`
    create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file: No space left on device' using errcode = '53100';
    end $$;
    create trigger refuse before insert on inbox execute function refuse()`)
  const refused = await post('/api/codex/run-complete', one)
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect((await get503(stage)).body).toMatchObject({
    postgres: 'ok',
    writes: expect.stringContaining('No space left on device'),
    detail: 'PostgreSQL answers, but stores nothing.',
  })
  const metric = async () =>
    /^codex_judge_database_writable (\d)/m.exec(await stage.readMetrics())?.[1]
  await eventually('the metric shows it', async () => (await metric()) === '0')
  await pool.query('drop trigger refuse on inbox')
  await eventually('it is ready again', async () => (await get('/readyz')).status === 200)
  expect(await metric()).toBe('1')
  expect((await post('/api/codex/run-complete', one)).status).toBe(202)
})

test.concurrent('the service stops although PostgreSQL stands still', async ({ stage }) => {
  const { relay, post, stop } = stage
  const [one] = makeCompletions(1)
  relay.hold()
  const refused = post('/api/codex/run-complete', one).catch(() => null)
  await eventually('it notices', async () => (await stage.get('/readyz')).status === 503)
  await stop()
  await refused
})
