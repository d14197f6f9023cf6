import { setImmediate as turn } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { startJobs } from '../../services/judge/src/engine/schedule/jobs.ts'
import { sweep } from '../../services/judge/src/engine/schedule/sweep.ts'
import { seedRun } from '../harness/seed.ts'
import { commitStep, completion, look, messageOf, useKit, waits, wishFor } from './kit.ts'

const kit = useKit()
const log = pino({ level: 'silent' })
const nothing = async (): Promise<void> => {}
const idle = async (): Promise<boolean> => false
const ids = ['1', '2', '3'].map((digit) => `00000000-0000-7000-8000-00000000000${digit}`)
const crowded = () => false

/** What a sweep rings for. */
async function swept(): Promise<{
  readonly runs: readonly string[]
  readonly effects: readonly string[]
}> {
  const rung = { runs: [] as string[], effects: [] as string[] }
  await sweep(kit.db, {
    offerRuns: (ids) => rung.runs.push(...ids),
    offerEffects: (ids) => rung.effects.push(...ids),
  })
  return rung
}

// Rule 12.
test('the sweep finds what is due and in nobody’s hands, the longest due first, at most 200', async () => {
  const ids: string[] = []
  for (let n = 0; n < 205; n += 1)
    ids.push(
      await seedRun(kit.db, { issue_number: n + 1, due_at: new Date(Date.UTC(2026, 0, 1) + n) }),
    )
  await kit.query("update runs set looking_until = now() + interval '5 seconds' where id = $1", [
    ids[0],
  ])
  await kit.query("update runs set looking_until = now() - interval '5 seconds' where id = $1", [
    ids[1],
  ])
  await kit.query("update runs set due_at = now() + interval '5 seconds' where id = $1", [ids[2]])
  expect((await swept()).runs).toEqual([ids[1], ...ids.slice(3, 202)])
})

test('it rings again for an effect whose job was lost, once its next try is due', async () => {
  const run = await kit.record(completion())
  const loaded = await look(kit, run)
  const committed = await commitStep(
    kit,
    loaded,
    waits(loaded.now, { wishes: [wishFor(messageOf(run))] }),
  )
  const wanted = committed.kind === 'committed' ? committed.effects : []
  expect(wanted).toHaveLength(1)
  expect((await swept()).effects).toEqual(wanted)
  await kit.query("update effects set next_try_at = now() + interval '5 seconds'")
  expect((await swept()).effects).toEqual([])
  await kit.query(
    "update effects set next_try_at = now(), trying_until = now() + interval '5 seconds'",
  )
  expect((await swept()).effects).toEqual([])
  await kit.query("update effects set trying_until = now() - interval '5 seconds'")
  expect((await swept()).effects).toEqual(wanted)
})

test('one replica sweeps at a time', async () => {
  await seedRun(kit.db, { due_at: new Date(0) })
  const other = await kit.connect()
  await other.query('begin')
  await other.query('select pg_advisory_xact_lock(2106002)')
  expect((await swept()).runs).toEqual([])
  await other.query('commit')
  expect((await swept()).runs).toHaveLength(1)
})

test('finding what is due reads an index, not every run there ever was', async () => {
  await kit.query(
    `insert into runs (id, repository, issue_number, attempt, stage, status, reason)
     select gen_random_uuid(), 'acme/old', n, 1, 'implementation', 'completed', 'accepted' from generate_series(1, 5000) as n`,
  )
  await kit.query('analyze runs')
  const plan = await kit.query(
    'explain select id from runs where due_at <= now() order by due_at limit 200',
  )
  expect(JSON.stringify(plan)).toContain('runs_due')
})

// Rule 18.
test('a run that is rung for while it is looked at is told so, and looked at once more, however often it rang', async () => {
  const told: boolean[] = []
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const jobs = await startJobs({
    databaseUrl: kit.url,
    log,
    crowded,
    tick: async (_id, { news }) => {
      const nth = told.push(false) - 1
      news.addEventListener('abort', () => {
        told[nth] = true
      })
      await gates[nth]?.promise
      return false
    },
    perform: nothing,
  })
  const ringTwice = async () => {
    for (let n = 0; n < 2; n += 1) {
      jobs.ringRuns([ids[0] ?? ''])
      await turn()
    }
  }
  jobs.ringRuns([ids[0] ?? ''])
  await expect.poll(() => told, { timeout: 20_000 }).toEqual([false])
  await ringTwice()
  expect(told).toEqual([true])
  gates[0]?.resolve()
  await expect.poll(() => told, { timeout: 20_000 }).toEqual([true, false])
  // The second is not interrupted, so that somebody who rings without end cannot keep a run from
  // ever being decided.
  await ringTwice()
  expect(told).toEqual([true, false])
  gates[1]?.resolve()
  await expect.poll(() => told, { timeout: 20_000 }).toEqual([true, false, false])
  await jobs.stop()
})

test('ten jobs for one run while nobody listens are one', async () => {
  const id = ids[0]
  const jobs = await startJobs({ databaseUrl: kit.url, log, crowded, tick: idle, perform: nothing })
  await jobs.stop()
  for (let n = 0; n < 10; n += 1)
    await kit.query(
      "insert into pgboss.job (name, data, singleton_key, policy) values ('tick', '{}', $1, 'short') on conflict do nothing",
      [id],
    )
  expect(
    await kit.query(
      "select count(*)::int as n from pgboss.job where name = 'tick' and state = 'created'",
    ),
  ).toEqual([{ n: 1 }])
})

/** Jobs with one hand, which is busy with the first look until the gate opens. */
async function oneHand() {
  const started: string[] = []
  const gate = Promise.withResolvers<void>()
  const jobs = await startJobs({
    databaseUrl: kit.url,
    log,
    crowded: () => true,
    tick: async (id) => {
      started.push(id)
      await gate.promise
      return false
    },
    perform: nothing,
  })
  return { started, gate, jobs }
}
const queued = () =>
  kit.query("select data->>'id' as id from pgboss.job where name = 'tick' order by 1")

test('what is rung for is taken in hand at once where a hand is free; the others wait here for one, each once', async () => {
  const { started, gate, jobs } = await oneHand()
  jobs.ringRuns(ids)
  await expect.poll(() => started, { timeout: 20_000 }).toEqual(ids.slice(0, 1))
  jobs.ringRuns(ids.slice(1))
  // Bells that ring within one turn of the event loop are heard at its end.
  await turn()
  gate.resolve()
  await expect.poll(() => started.length, { timeout: 20_000 }).toBe(3)
  expect(started).toEqual(ids)
  await jobs.stop()
  expect(started).toEqual(ids)
  expect(await queued()).toEqual([])
})

test('what a sweep finds and no hand here is free for becomes a job for any replica, and none is lost', async () => {
  const { started, gate, jobs } = await oneHand()
  jobs.offerRuns(ids)
  await expect.poll(queued, { timeout: 20_000 }).toEqual(ids.slice(1).map((id) => ({ id })))
  expect(started).toEqual(ids.slice(0, 1))
  gate.resolve()
  await expect.poll(() => started.toSorted(), { timeout: 20_000 }).toEqual(ids)
  await jobs.stop()
})

test('queues are as we want them, also where an older release made them otherwise', async () => {
  const first = await startJobs({
    databaseUrl: kit.url,
    log,
    crowded,
    tick: idle,
    perform: nothing,
  })
  await first.stop()
  await kit.query('update pgboss.queue set retry_limit = 2, heartbeat_seconds = null')
  const second = await startJobs({
    databaseUrl: kit.url,
    log,
    crowded,
    tick: idle,
    perform: nothing,
  })
  // Rule 19: a queue's own retries and heartbeats guard only the moment between fetching a bell and
  // hearing it.
  const queues = await kit.query(
    "select name, policy, retry_limit, heartbeat_seconds from pgboss.queue where name in ('tick', 'effect') order by name",
  )
  expect(queues).toEqual([
    { name: 'effect', policy: 'short', retry_limit: 0, heartbeat_seconds: 10 },
    { name: 'tick', policy: 'short', retry_limit: 0, heartbeat_seconds: 10 },
  ])
  await second.stop()
})

test('a look that takes long, or fails, holds up no other', async () => {
  const done: string[] = []
  const never = Promise.withResolvers<void>()
  const jobs = await startJobs({
    databaseUrl: kit.url,
    log,
    crowded,
    tick: async (id) => {
      if (id.endsWith('1')) await never.promise
      if (id.endsWith('2')) throw new Error('a fault')
      done.push(id)
      return false
    },
    perform: nothing,
  })
  jobs.ringRuns(ids)
  await expect.poll(() => done.toSorted(), { timeout: 20_000 }).toEqual(ids.slice(2))
  never.resolve()
  await jobs.stop()
})

// Rule 20.
test('a stop is told to what is in hand, waits for it, and takes nothing new', async () => {
  const began = Promise.withResolvers<void>()
  let ended = false
  let looks = 0
  const jobs = await startJobs({
    databaseUrl: kit.url,
    log,
    crowded,
    tick: async () => {
      looks += 1
      return false
    },
    perform: (_id, signal) =>
      new Promise((resolve) => {
        began.resolve()
        signal.addEventListener('abort', () =>
          setImmediate(() => {
            ended = true
            resolve()
          }),
        )
      }),
  })
  jobs.ringEffects(['00000000-0000-7000-8000-000000000001'])
  await began.promise
  await jobs.stop()
  expect(ended).toBe(true)
  jobs.ringRuns(['00000000-0000-7000-8000-000000000002'])
  expect(looks).toBe(0)
})
