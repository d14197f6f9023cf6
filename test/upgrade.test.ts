import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { dumpSchema } from '../scripts/dump-schema.ts'
import { migrate } from '../services/judge/src/adapters/postgres/migrate.ts'
import { createEmptyDatabase } from './harness/database.ts'
import { createOlderDatabase, listMigrationFiles, migrateTo } from './harness/older-release.ts'
import { createProcessEnv, spawnService } from './harness/process.ts'
import { createRunVerbs, eventually } from './harness/run-verbs.ts'
import { root } from './harness/sources.ts'
import { createAgent } from './world/agent.ts'
import type { PullRef } from './world/github/state.ts'
import { channels, createWorld, type World } from './world/world.ts'

/** Like that of the older release, whose rows the tests begin with. */
const policy = {
  attempts: { max: 2, backoff: ['1s'], dispatch_patience: '10m' },
  ci: { wait: '10m', no_checks_grace: '5m' },
  review: { required: false, arrival: '0s' },
  judge: { models: ['openai/gpt-5.2'], timeout: '1m', patience: '10m' },
  patience: { github: '10m', artifacts: '10m', completion: '10m' },
}

test('what an older release has left goes on, on two replicas that start and migrate at once', async () => {
  const world = await createWorld({ github: { firstNumber: 1001 } })
  const done = await createPulls(world)
  const database = await createOlderDatabase(done.map(({ commit }) => commit))
  const { env, remove } = createProcessEnv({ ...world.env, DATABASE_URL: database.url }, policy)
  const starting = [spawnService(env), spawnService(env)]
  try {
    const [first, second] = await Promise.all(starting.map(({ ready }) => ready))
    const url = first?.url ?? ''
    world.sendWebhooksTo(second?.url ?? '')
    const get = async (path: string) => (await (await fetch(url + path)).json()) as Answer
    const post = (path: string, body: unknown) =>
      fetch(url + path, { method: 'POST', body: JSON.stringify(body) })
    const run = (issue: number) => createRunVerbs(get, { issue, repository: 'acme/widgets' })

    await expectReadable(url, await run(1).now())
    // A message of the new release, and one that the older one had already stored.
    const { workflow } = await createAgent(world).works({ issue: 6, phase: 'Failed' })
    const taken = await post('/api/codex/run-complete', workflow)
    expect([taken.status, await taken.json()]).toMatchObject([202, { ok: true }])
    expect(await run(1).now()).toMatchObject({ status: 'completed', reason: 'accepted' })

    // Issue 2 waited for CI, 5 for the model, 4 for the dispatcher.
    world.github
      .checks({ repository: 'acme/widgets', number: done[1]?.pull.number ?? 0 })
      .succeed('unit')
    await run(2).ends('completed', 'accepted')
    await run(5).ends('completed', 'accepted')
    await eventually('both attempts are dispatched', () => world.dispatcher.started().length === 2)
    expect(
      world.dispatcher
        .started()
        .map(({ task }) => Number(task.issueNumber))
        .toSorted(),
    ).toEqual([4, 6])
    // Issue 3 had asked a person.
    const { escalations } = await get('/api/codex/escalations?state=open')
    const question = (escalations as { id: string; runId: string }[]).find(
      ({ runId }) => runId !== null,
    )
    const answered = await post(`/api/codex/escalations/${question?.id}/answer`, {
      option: 'close',
    })
    expect(answered.status).toBe(200)
    await run(3).ends('closed', 'decided_by_person')

    for (const issue of [1, 2, 3, 4, 5, 6]) await run(issue).settles()
    expect(world.discord.in(channels.success).map(({ content }) => content.split('\n')[0])).toEqual(
      expect.arrayContaining([
        '✅ Codex completed acme/widgets#2.',
        '✅ Codex completed acme/widgets#5.',
      ]),
    )
    expect(world.discord.in(channels.success)).toHaveLength(2)
    expect(await Promise.all([first?.end(), second?.end()])).toEqual([0, 0])
  } finally {
    for (const { kill } of starting) await kill()
    await world.close()
    await database.drop()
    remove()
  }
})

type Answer = Record<string, unknown>

/** The pull requests of the issues 1 to 5, as GitHub has them. */
async function createPulls(world: World) {
  const agent = createAgent(world)
  const done: { readonly pull: PullRef; readonly commit: string }[] = []
  for (const issue of [1, 2, 3, 4, 5]) {
    const { pull, commit } = await agent.works({ issue })
    if (pull === null || commit === null) throw new Error('the agent opened no pull request')
    done.push({ pull, commit })
    if (issue === 2) world.github.checks(pull).queue('unit')
    else world.github.checks(pull).succeed('unit')
  }
  return done
}

/** Every page of the API can be read, also those of runs that an older release has stored. */
async function expectReadable(url: string, run: { readonly id: string }): Promise<void> {
  const { paths } = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>
  }
  const readable = Object.entries(paths).flatMap(([path, methods]) =>
    'get' in methods && !/events|livez/.test(path) ? [path] : [],
  )
  expect(readable.length).toBeGreaterThan(15)
  const { runs } = (await (await fetch(`${url}/api/codex/runs/list`)).json()) as {
    runs: { id: string }[]
  }
  const ids = runs.map(({ id }) => id)
  expect(ids).toContain(run.id)
  for (const path of readable)
    for (const id of path.includes('{id}') ? ids : ['']) {
      const filled = path
        .replace('{id}', id)
        .replace('{owner}', 'acme')
        .replace('{repo}', 'widgets')
        .replace('{number}', '1001')
      const query = '?repository=acme/widgets&issueNumber=1&q=1'
      const { status } = await fetch(`${url}${filled}${query}`)
      expect({ path, isRead: status < 500 }).toEqual({ path, isRead: true })
    }
}

test('a migration that is killed half-way has changed nothing, and two replicas then complete it', async () => {
  const files = listMigrationFiles()
  // The others are done wherever an older release has run.
  const left = [...files.keys()].filter((index) => index === 0 || (files[index] ?? '') > '0013')
  const work = async (): Promise<void> => {
    for (let index = left.shift(); index !== undefined; index = left.shift())
      await killHalfWay(files.slice(0, index), files[index] ?? '')
  }
  await Promise.all([work(), work(), work()])
})

/** Kills a process after it has run the statements of a migration, and before it commits them. */
async function killHalfWay(earlier: readonly string[], killed: string): Promise<void> {
  const database = await createEmptyDatabase()
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => {})
  const client = await pool.connect()
  try {
    await migrateTo(database.url, earlier)
    const before = await dumpSchema(pool)
    // The runner notes each migration after its statements, so there it waits.
    await client.query(`create table if not exists pgmigrations
      (id serial primary key, name varchar(255) not null, run_on timestamp not null)`)
    await client.query('begin')
    await client.query('lock table pgmigrations in share mode')
    const child = spawn(process.execPath, [join(root, 'services/judge/src/cli.ts'), 'migrate'], {
      env: { PATH: process.env.PATH, DATABASE_URL: database.url },
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    await eventually(`${killed} waits`, async () => {
      const { rows } = await client.query(
        `select from pg_locks where not granted and relation = 'pgmigrations'::regclass`,
      )
      return rows.length > 0
    })
    child.kill('SIGKILL')
    await ended
    await client.query('commit')
    await eventually(`the connection of ${killed} has ended`, async () => {
      const { rows } = await client.query(
        `select from pg_stat_activity
          where datname = current_database() and application_name = 'codex-judge migrate'`,
      )
      return rows.length === 0
    })
    expect({ killed, schema: await dumpSchema(pool) }).toEqual({ killed, schema: before })
    const log = { info: () => {} }
    const done = await Promise.all([
      migrate({ url: database.url, log }),
      migrate({ url: database.url, log }),
    ])
    expect(done.flat().length).toBe(listMigrationFiles().length - earlier.length)
  } finally {
    client.release()
    await pool.end()
    await database.drop()
  }
}
