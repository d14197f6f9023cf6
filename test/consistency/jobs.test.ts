import { setImmediate as turn } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { startJobs } from '../../services/judge/src/engine/schedule/start-jobs.ts'
import { sweep } from '../../services/judge/src/engine/schedule/sweep.ts'
import { seedRun } from '../harness/seed.ts'
import {
  commitStep,
  loadForReconcile,
  makeMessageEffect,
  makePlannedEffect,
  makeWait,
  useKit,
} from './kit.ts'
import { makeCompletion } from './make-messages.ts'

const kit = useKit()
const log = pino({ level: 'silent' })
const nothing = async (): Promise<void> => {}
const idle = async (): Promise<boolean> => false
const ids = ['1', '2', '3'].map((digit) => `00000000-0000-7000-8000-00000000000${digit}`)
const isOverloaded = () => false

/** The runs and effects that one sweep offers. */
async function runSweep(): Promise<{
  readonly runs: readonly string[]
  readonly effects: readonly string[]
}> {
  const offered = { runs: [] as string[], effects: [] as string[] }
  await sweep(kit.db, {
    offerRuns: (ids) => offered.runs.push(...ids),
    offerEffects: (ids) => offered.effects.push(...ids),
  })
  return offered
}

// docs/consistency.md, "The sweep is the guarantee".
test('the sweep offers what is due and under no lease, the longest due first, at most 200', async () => {
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
  expect((await runSweep()).runs).toEqual([ids[1], ...ids.slice(3, 202)])
})

test('the sweep offers an effect whose wakeup was lost, once its next try is due', async () => {
  const run = await kit.record(makeCompletion())
  const loaded = await loadForReconcile(kit, run)
  const committed = await commitStep(
    kit,
    loaded,
    makeWait(loaded.now, { effects: [makePlannedEffect(makeMessageEffect(run))] }),
  )
  const planned = committed.kind === 'committed' ? committed.effects : []
  expect(planned).toHaveLength(1)
  expect((await runSweep()).effects).toEqual(planned)
  await kit.query("update effects set next_try_at = now() + interval '5 seconds'")
  expect((await runSweep()).effects).toEqual([])
  await kit.query(
    "update effects set next_try_at = now(), trying_until = now() + interval '5 seconds'",
  )
  expect((await runSweep()).effects).toEqual([])
  await kit.query("update effects set trying_until = now() - interval '5 seconds'")
  expect((await runSweep()).effects).toEqual(planned)
})

test('one replica sweeps at a time', async () => {
  await seedRun(kit.db, { due_at: new Date(0) })
  const other = await kit.connect()
  await other.query('begin')
  await other.query('select pg_advisory_xact_lock(2106002)')
  expect((await runSweep()).runs).toEqual([])
  await other.query('commit')
  expect((await runSweep()).runs).toHaveLength(1)
})

test('due runs are found through an index', async () => {
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

// docs/consistency.md, "Jobs only wake" and "Noise delays nothing".
test('a run that is woken during its reconciliation is reconciled once more, however often it was woken, and every second reconciliation is not interrupted', async () => {
  const interrupted: boolean[] = []
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const jobs = await startJobs({
    databaseUrl: kit.url,
    log,
    isOverloaded,
    reconcile: async (_id, { stale }) => {
      const nth = interrupted.push(false) - 1
      stale.addEventListener('abort', () => {
        interrupted[nth] = true
      })
      await gates[nth]?.promise
      return false
    },
    perform: nothing,
  })
  const wakeTwice = async () => {
    for (let n = 0; n < 2; n += 1) {
      jobs.wakeRuns([ids[0] ?? ''])
      await turn()
    }
  }
  jobs.wakeRuns([ids[0] ?? ''])
  await expect.poll(() => interrupted, { timeout: 20_000 }).toEqual([false])
  await wakeTwice()
  expect(interrupted).toEqual([true])
  gates[0]?.resolve()
  await expect.poll(() => interrupted, { timeout: 20_000 }).toEqual([true, false])
  // The second is not interrupted, so that a stream of wakeups cannot keep a run from being decided.
  await wakeTwice()
  expect(interrupted).toEqual([true, false])
  gates[1]?.resolve()
  await expect.poll(() => interrupted, { timeout: 20_000 }).toEqual([true, false, false])
  await jobs.stop()
})

test('ten queued jobs for one run are one', async () => {
  const id = ids[0]
  const jobs = await startJobs({
    databaseUrl: kit.url,
    log,
    isOverloaded,
    reconcile: idle,
    perform: nothing,
  })
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

/** Jobs with one worker, whose first reconciliation lasts until the gate opens. */
async function startOneWorker() {
  const started: string[] = []
  const gate = Promise.withResolvers<void>()
  const jobs = await startJobs({
    databaseUrl: kit.url,
    log,
    isOverloaded: () => true,
    reconcile: async (id) => {
      started.push(id)
      await gate.promise
      return false
    },
    perform: nothing,
  })
  return { started, gate, jobs }
}
const readQueue = () =>
  kit.query("select data->>'id' as id from pgboss.job where name = 'tick' order by 1")

test('a woken run starts at once if a worker is free; the others wait in this process, each once', async () => {
  const { started, gate, jobs } = await startOneWorker()
  jobs.wakeRuns(ids)
  await expect.poll(() => started, { timeout: 20_000 }).toEqual(ids.slice(0, 1))
  jobs.wakeRuns(ids.slice(1))
  // Wakeups of one turn of the event loop are submitted at its end.
  await turn()
  gate.resolve()
  await expect.poll(() => started.length, { timeout: 20_000 }).toBe(3)
  expect(started).toEqual(ids)
  await jobs.stop()
  expect(started).toEqual(ids)
  expect(await readQueue()).toEqual([])
})

test('a run that the sweep offers while no worker is free becomes a job for any replica, and none is lost', async () => {
  const { started, gate, jobs } = await startOneWorker()
  jobs.offerRuns(ids)
  await expect.poll(readQueue, { timeout: 20_000 }).toEqual(ids.slice(1).map((id) => ({ id })))
  expect(started).toEqual(ids.slice(0, 1))
  gate.resolve()
  await expect.poll(() => started.toSorted(), { timeout: 20_000 }).toEqual(ids)
  await jobs.stop()
})

test('a queue has the current options, even if an older release created it with others', async () => {
  const first = await startJobs({
    databaseUrl: kit.url,
    log,
    isOverloaded,
    reconcile: idle,
    perform: nothing,
  })
  await first.stop()
  await kit.query('update pgboss.queue set retry_limit = 2, heartbeat_seconds = null')
  const second = await startJobs({
    databaseUrl: kit.url,
    log,
    isOverloaded,
    reconcile: idle,
    perform: nothing,
  })
  // docs/consistency.md, "Leases take over": the queue's heartbeats only cover the moment between
  // fetching a job and starting its work.
  const queues = await kit.query(
    "select name, policy, retry_limit, heartbeat_seconds from pgboss.queue where name in ('tick', 'effect') order by name",
  )
  expect(queues).toEqual([
    { name: 'effect', policy: 'short', retry_limit: 0, heartbeat_seconds: 10 },
    { name: 'tick', policy: 'short', retry_limit: 0, heartbeat_seconds: 10 },
  ])
  await second.stop()
})

test('a reconciliation that is slow or fails delays no other', async () => {
  const done: string[] = []
  const never = Promise.withResolvers<void>()
  const jobs = await startJobs({
    databaseUrl: kit.url,
    log,
    isOverloaded,
    reconcile: async (id) => {
      if (id.endsWith('1')) await never.promise
      if (id.endsWith('2')) throw new Error('a fault')
      done.push(id)
      return false
    },
    perform: nothing,
  })
  jobs.wakeRuns(ids)
  await expect.poll(() => done.toSorted(), { timeout: 20_000 }).toEqual(ids.slice(2))
  never.resolve()
  await jobs.stop()
})

// docs/consistency.md, "A stop aborts the work".
test('a stop aborts the running tasks, waits for them, and starts no new ones', async () => {
  const began = Promise.withResolvers<void>()
  let ended = false
  let reconciliations = 0
  const jobs = await startJobs({
    databaseUrl: kit.url,
    log,
    isOverloaded,
    reconcile: async () => {
      reconciliations += 1
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
  jobs.wakeEffects(['00000000-0000-7000-8000-000000000001'])
  await began.promise
  await jobs.stop()
  expect(ended).toBe(true)
  jobs.wakeRuns(['00000000-0000-7000-8000-000000000002'])
  expect(reconciliations).toBe(0)
})
