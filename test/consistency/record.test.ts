import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { transact } from '../../services/judge/src/adapters/postgres/transact.ts'
import { lockIssues } from '../../services/judge/src/correlate/issue-lock.ts'
import { createRecorder } from '../../services/judge/src/correlate/record.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { instant } from '../../services/judge/src/lib/instant.ts'
import type { RunClaims } from '../../services/judge/src/run/run.ts'
import { task } from '../effects/samples.ts'
import { eventually } from '../harness/run-verbs.ts'
import { sources } from '../harness/sources.ts'
import {
  commitStep,
  completion,
  ends,
  look,
  messageOf,
  sha,
  useKit,
  waits,
  webhook,
  wishFor,
} from './kit.ts'

const kit = useKit()

const runs = () => kit.query('select * from runs order by attempt')
const waitingForLocks = async (n: number) =>
  eventually(`${n} waiting for a lock`, async () => {
    const [row] = await kit.query(
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    return Number(row?.n) >= n
  })

// Rule 1.
test('completions of one issue that arrive together leave one open run, and no number is given twice', async () => {
  await Promise.all(Array.from({ length: 10 }, () => kit.recorder.record(completion())))
  const all = await runs()
  expect(all.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(all.filter(({ status }) => status !== 'superseded')).toHaveLength(1)
})

test('a run has a deadline from its first moment on, also before anybody has looked at it; one that has ended has none', async () => {
  await kit.recorder.record(completion())
  await kit.recorder.recordBatch([completion({ issueNumber: 7 }), completion({ issueNumber: 8 })])
  const { event, ...rest } = completion({ issueNumber: 9, branch: 'codex/issue-9' })
  if (event?.kind !== 'workflow.finished') throw new Error('it finished')
  const enrichment = {
    issuedAt: null,
    lastMessage: 'Done.',
    judgeOutput: null,
    excerpts: {},
    outputPaths: {},
  }
  const claims = {
    ...event.claims,
    workflowUid: null,
    phase: null,
    startedAt: null,
    finishedAt: null,
  }
  await kit.record({ ...rest, event: { ...event, kind: 'run.enriched', claims, enrichment } })
  expect(
    (
      await kit.query(
        'select status, deadline_at from runs order by issue_number = 9, issue_number',
      )
    ).map(({ status, deadline_at }) => [status, deadline_at instanceof Date]),
  ).toEqual([
    ['run_complete', true],
    ['run_complete', true],
    ['run_complete', true],
    ['notified', true],
  ])
  await kit.recorder.record(completion())
  expect(await kit.query("select deadline_at from runs where status = 'superseded'")).toEqual([
    { deadline_at: null },
  ])
})

test("another stage's own workflow is kept with the newest run of the issue that had started by then, and changes nothing", async () => {
  await kit.record(completion())
  const newer = await kit.record(completion())
  const before = await runs()
  const review = (claims: Partial<RunClaims>) => {
    const { event, ...rest } = completion({ stage: 'review', ...claims })
    if (event?.kind !== 'workflow.finished') throw new Error('it finished')
    return kit.recorder.record({ ...rest, event: { ...event, kind: 'stage.reported' } })
  }
  expect(await review({})).toMatchObject({ runId: newer, outcome: 'recorded' })
  expect(await review({ issueNumber: null })).toMatchObject({ runId: newer })
  expect(await review({ startedAt: null })).toMatchObject({ runId: newer })
  expect(await review({ startedAt: instant(Date.UTC(2026, 10, 21, 7)) })).toMatchObject({
    runId: null,
  })
  expect(await review({ issueNumber: 4_100 })).toMatchObject({ runId: null, outcome: 'recorded' })
  expect(await review({ repository: 'acme/others' })).toMatchObject({ runId: null })
  expect(await runs()).toEqual(before)
})

// Rule 1: the issue before its runs, for everybody.
test('a record takes the lock of the issue before any row of it, so that it never deadlocks with a commit', async () => {
  const run = await kit.record(completion())
  const committing = await kit.connect()
  await committing.query('begin')
  await committing.query(
    "select pg_advisory_xact_lock(hashtextextended(lower('acme/widgets') || '#' || '41', 0))",
  )
  const recorded = kit.recorder.record(completion())
  await waitingForLocks(1)
  // It would wait for the record here, and the record for it, had the record touched the run.
  await committing.query('update runs set version = version + 1 where id = $1', [run])
  await committing.query('commit')
  await recorded
  expect((await runs()).map(({ status }) => status)).toEqual(['superseded', 'run_complete'])
  expect(
    await kit.query(
      'select deadlocks from pg_stat_database where datname = current_database() and deadlocks > 0',
    ),
  ).toEqual([])
})

test('several issues are locked in one order, whatever the order in which they are named', async () => {
  const a = { repository: 'acme/a', issueNumber: 1 }
  const b = { repository: 'Acme/B', issueNumber: 2 }
  let tries = 0
  const both = (issues: Parameters<typeof lockIssues>[1]) =>
    transact(kit.db, async (trx) => {
      tries += 1
      await lockIssues(trx, issues)
      await sql`select pg_sleep(0.02)`.execute(trx)
    })
  await Promise.all(Array.from({ length: 20 }, (_, n) => both(n % 2 === 0 ? [a, b] : [b, a])))
  expect(tries).toBe(20)
})

test('a message whose run turns out to be of an issue it did not name is recorded under that issue’s lock, too', async () => {
  const first = completion({ workflowUid: '5d0c0000-0000-4000-8000-000000000001' })
  const run = await kit.record(first)
  const again = completion({ workflowUid: '5d0c0000-0000-4000-8000-000000000001', issueNumber: 42 })
  expect(await kit.record(again)).toBe(run)
  expect(await kit.query('select issue_number, attempt from runs')).toEqual([
    { issue_number: 41, attempt: 1 },
  ])
})

// Rule 2: a deadlock is broken by PostgreSQL after a second, and costs neither side anything.
test('a webhook that PostgreSQL breaks off to resolve a deadlock is recorded all the same', async () => {
  const ids = [
    await kit.record(completion({ issueNumber: 1 })),
    await kit.record(completion({ issueNumber: 2 })),
  ].sort()
  const held = Promise.withResolvers<void>()
  let tries = 0
  const rival = transact(kit.db, async (trx) => {
    await sql`update runs set attempts_used = attempts_used + 1 where id = ${ids[1]}`.execute(trx)
    held.resolve()
    // It may be this one that is broken off; the second time there is nobody to cross.
    tries += 1
    if (tries === 1) await waitingForLocks(1)
    await sql`update runs set attempts_used = attempts_used + 1 where id = ${ids[0]}`.execute(trx)
  })
  await held.promise
  const recorded = await kit.recorder.record(webhook())
  await rival
  expect(recorded).toMatchObject({ duplicate: false, outcome: 'recorded' })
  expect((await runs()).map(({ nudges, attempts_used }) => ({ nudges, attempts_used }))).toEqual([
    { nudges: 2, attempts_used: 1 },
    { nudges: 2, attempts_used: 1 },
  ])
  expect(await kit.query("select 1 from inbox where source = 'github'")).toHaveLength(1)
})

test('without PostgreSQL a webhook and a quarantined message fail as unavailable, like every other message', async () => {
  const { Kysely, PostgresDialect } = await import('kysely')
  const { default: pg } = await import('pg')
  const db = new Kysely<never>({
    dialect: new PostgresDialect({
      pool: new pg.Pool({ connectionString: 'postgres://judge@127.0.0.1:1/judge' }),
    }),
  })
  const away = createRecorder({ db: db as never, ring: () => {}, mask: async (text) => text })
  await expect(away.record(webhook())).rejects.toMatchObject({
    name: 'Failure',
    kind: 'unavailable',
  })
  await expect(away.record(completion())).rejects.toMatchObject({
    name: 'Failure',
    kind: 'unavailable',
  })
  const { source, transport, headers, body } = webhook()
  await expect(
    away.quarantine({
      source,
      transport,
      headers,
      body,
      error: { code: 'not_json', message: 'no' },
    }),
  ).rejects.toMatchObject({ name: 'Failure', kind: 'unavailable' })
  await db.destroy()
})

// Rule 3. (`history` and `ingest` show times and set none that another compares.)
test('nothing that records, looks or performs reads the clock of its process', () => {
  const clockwork = sources.filter(({ path }) =>
    /^services\/judge\/src\/(correlate|engine|effects)\//.test(path),
  )
  expect(clockwork.length).toBeGreaterThan(40)
  expect(
    clockwork.filter(({ code }) => /\bDate\.now\b|new Date\(\)/.test(code)).map(({ path }) => path),
  ).toEqual([])
})

// Rule 4.
test('two batches with the same runs in opposite order are both recorded', async () => {
  const messages = Array.from({ length: 12 }, (_, n) => completion({ issueNumber: 100 + n }))
  const twins = messages.map((one) => ({ ...one, keys: [`test:${newId()}`] }))
  const [there, back] = await Promise.all([
    kit.recorder.recordBatch(messages),
    kit.recorder.recordBatch(twins.toReversed()),
  ])
  expect([...there, ...back].filter(({ duplicate }) => duplicate)).toEqual([])
  expect(await runs()).toHaveLength(12)
})

test('the bell is rung for a run that everybody can see already', async () => {
  const seen: unknown[] = []
  const looking = await kit.connect()
  const recorder = createRecorder({
    db: kit.db,
    mask: async (text) => text,
    ring: (ids) =>
      seen.push(looking.query('select count(*)::int as n from runs where id = any($1)', [ids])),
  })
  await recorder.record(completion())
  expect((await Promise.all(seen)).map((result) => (result as { rows: unknown }).rows)).toEqual([
    [{ n: 1 }],
  ])
})

test('a delivery that comes again, by itself or beside itself, changes nothing; the first answer is given again', async () => {
  const message = completion()
  const answers = await Promise.all(Array.from({ length: 6 }, () => kit.recorder.record(message)))
  expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
  expect(new Set(answers.map(({ inboxId }) => inboxId)).size).toBe(1)
  expect(await kit.query('select nudges from runs')).toEqual([{ nudges: 1 }])
  const hook = webhook({}, ['github:1'])
  const byAnotherRoad = { ...hook, keys: ['ce:kafka|1', 'github:1'] }
  const [first, second] = [
    await kit.recorder.record(hook),
    await kit.recorder.record(byAnotherRoad),
  ]
  expect(second).toEqual({ ...first, duplicate: true })
  expect(await kit.recorder.record({ ...hook, keys: ['ce:kafka|1'] })).toEqual({
    ...first,
    duplicate: true,
  })
})

// Rule 5.
test('superseding moves the version and takes back what no try has begun; what was begun stays', async () => {
  const older = await kit.record(completion())
  const loaded = await look(kit, older)
  const wishes = [wishFor(messageOf(older, 'begun')), wishFor(messageOf(older, 'waiting'))]
  await commitStep(kit, loaded, waits(loaded.now, { wishes }))
  await kit.query("update effects set tries = 1 where payload->>'what' = 'begun'")
  const [before] = await runs()
  await kit.record(completion())
  const [after] = await runs()
  expect(after).toMatchObject({
    status: 'superseded',
    reason: 'newer_run',
    version: Number(before?.version) + 1,
  })
  expect(
    await kit.query("select payload->>'what' as what, state from effects order by sequence"),
  ).toEqual([
    { what: 'begun', state: 'pending' },
    { what: 'waiting', state: 'replaced' },
  ])
})

const dispatched = async () => {
  const run = await kit.record(completion())
  const loaded = await look(kit, run)
  await commitStep(kit, loaded, {
    ...ends({
      status: 'needs_iteration',
      reason: 'ci_failed',
      decision: 'needs_iteration',
      nextPrompt: 'Again.',
    }),
    wishes: [
      wishFor({
        kind: 'dispatch',
        key: `dispatch:${task.deliveryId}`,
        task,
        notBefore: 0,
        patience: 60_000,
      }),
    ],
  })
  return run
}
const dispatch = async () =>
  (await kit.query("select state, because from effects where kind = 'dispatch'"))[0]

test('a run that carries a dispatch’s delivery id has been accepted, and is the attempt that was announced', async () => {
  await dispatched()
  await kit.query("update effects set tries = 1, state = 'unknown' where kind = 'dispatch'")
  await kit.record(completion({ deliveryId: task.deliveryId }))
  expect(await dispatch()).toMatchObject({ state: 'done' })
  expect((await runs()).map(({ attempt }) => attempt)).toEqual([1, 2])
})

test('so it is where a notify announced the run before its completion told the delivery id', async () => {
  await dispatched()
  const { event, ...rest } = completion({ workflowName: 'codex-second' })
  if (event?.kind !== 'workflow.finished') throw new Error('it finished')
  const enrichment = {
    issuedAt: null,
    lastMessage: 'Done.',
    judgeOutput: null,
    excerpts: {},
    outputPaths: {},
  }
  const claims = {
    ...event.claims,
    workflowUid: null,
    phase: null,
    startedAt: null,
    finishedAt: null,
  }
  const notified = await kit.record({
    ...rest,
    event: { ...event, kind: 'run.enriched', claims, enrichment },
  })
  expect(
    await kit.record(completion({ workflowName: 'codex-second', deliveryId: task.deliveryId })),
  ).toBe(notified)
  expect((await runs()).map(({ attempt, status }) => [attempt, status])).toEqual([
    [1, 'needs_iteration'],
    [2, 'run_complete'],
  ])
})

test('another run of the issue withdraws a dispatch, also one that was refused before, and its number stays used', async () => {
  await dispatched()
  await kit.query("update effects set tries = 3, failures = 3 where kind = 'dispatch'")
  await kit.record(completion())
  expect(await dispatch()).toMatchObject({ state: 'replaced' })
  expect((await runs()).map(({ attempt }) => attempt)).toEqual([1, 3])
})

// Rule 6; what the Kafka consumer makes of it is tested where it is.
test('a batch is recorded whole or not at all', async () => {
  const spoilt = completion({ issueNumber: 2_147_483_648 })
  await expect(kit.recorder.recordBatch([completion(), spoilt])).rejects.toThrow()
  expect(await kit.query('select 1 from inbox')).toEqual([])
  expect(await kit.query('select 1 from deliveries')).toEqual([])
  const one = completion()
  const recorded = await kit.recorder.recordBatch([one, completion({ issueNumber: 7 }), one])
  expect(recorded.map(({ duplicate }) => duplicate)).toEqual([false, false, true])
})

test('heads only move forward: a synchronize keeps what its push said, and one that was overtaken teaches nothing', async () => {
  const push = (before: string | null, after: string, forced = false) => ({
    push: {
      branch: 'codex/issue-41',
      before: before === null ? null : sha(before),
      after: sha(after),
      forced,
    },
  })
  const heads = async () =>
    Object.fromEntries(
      (
        await kit.query(
          'select left(sha, 1) as sha, forced, replaced_at is null as newest from heads',
        )
      ).map((row) => [
        row.sha,
        `${row.newest ? 'newest' : 'replaced'}${row.forced ? ', forced' : ''}`,
      ]),
    )
  await kit.recorder.record(webhook(push(null, 'a')))
  await kit.recorder.record(webhook(push('a', 'b', true)))
  await kit.recorder.record(webhook(push('a', 'b')))
  expect(await heads()).toEqual({ a: 'replaced', b: 'newest, forced' })
  await kit.recorder.record(webhook(push('0', 'a')))
  expect(await heads()).toEqual({ a: 'replaced', b: 'newest, forced' })
  await kit.recorder.record(webhook(push('b', 'a')))
  expect(await heads()).toEqual({ a: 'newest', b: 'replaced, forced' })
})

test('as many notifies at once as there are connections do not wait for each other', async () => {
  const notifies = Array.from({ length: 40 }, () => {
    const { event, ...rest } = completion()
    if (event?.kind !== 'workflow.finished') throw new Error('it finished')
    const enrichment = {
      issuedAt: null,
      lastMessage: 'Done.',
      judgeOutput: null,
      excerpts: {},
      outputPaths: {},
    }
    const claims = {
      ...event.claims,
      workflowUid: null,
      issueNumber: null,
      phase: null,
      branch: null,
    }
    return { ...rest, event: { ...event, kind: 'run.enriched' as const, claims, enrichment } }
  })
  await Promise.all(notifies.map((one) => kit.recorder.record(one)))
  expect(await runs()).toHaveLength(40)
})
