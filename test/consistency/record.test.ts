import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { transact } from '../../services/judge/src/adapters/postgres/transact.ts'
import { lockIssues } from '../../services/judge/src/correlate/issue-lock.ts'
import { createRecorder } from '../../services/judge/src/correlate/recorder.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import type { RunClaims } from '../../services/judge/src/run/run.ts'
import { task } from '../effects/samples.ts'
import { sources } from '../harness/sources.ts'
import {
  commitStep,
  loadForReconcile,
  makeEnd,
  makeMessageEffect,
  makePlannedEffect,
  makeSha,
  makeWait,
  useKit,
} from './kit.ts'
import { makeAnnouncement, makeCompletion, makeWebhook } from './make-messages.ts'

const kit = useKit()

const runs = () => kit.query('select * from runs order by attempt')

// docs/consistency.md, "Issue lock first".
test('concurrent completions of one issue leave one open run, and each has its own attempt number', async () => {
  await Promise.all(Array.from({ length: 10 }, () => kit.recorder.record(makeCompletion())))
  const all = await runs()
  expect(all.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(all.filter(({ status }) => status !== 'superseded')).toHaveLength(1)
})

test('a run has a deadline from its creation on, and a terminal one has none', async () => {
  await kit.recorder.record(makeCompletion())
  await kit.recorder.recordBatch([
    makeCompletion({ issueNumber: 7 }),
    makeCompletion({ issueNumber: 8 }),
  ])
  await kit.record(makeAnnouncement({ issueNumber: 9, branch: 'codex/issue-9' }))
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
  await kit.recorder.record(makeCompletion())
  expect(await kit.query("select deadline_at from runs where status = 'superseded'")).toEqual([
    { deadline_at: null },
  ])
})

test("another stage's workflow is linked to the newest run of the issue that had started by then, and changes nothing", async () => {
  await kit.record(makeCompletion())
  const newer = await kit.record(makeCompletion())
  const before = await runs()
  const review = (claims: Partial<RunClaims>) => {
    const { event, ...rest } = makeCompletion({ stage: 'review', ...claims })
    if (event?.kind !== 'workflow.finished') throw new Error('the event must be a completion')
    return kit.recorder.record({ ...rest, event: { ...event, kind: 'stage.reported' } })
  }
  expect(await review({})).toMatchObject({ runId: newer, outcome: 'recorded' })
  expect(await review({ issueNumber: null })).toMatchObject({ runId: newer })
  expect(await review({ startedAt: null })).toMatchObject({ runId: newer })
  expect(await review({ startedAt: toInstant(Date.UTC(2026, 10, 21, 7)) })).toMatchObject({
    runId: null,
  })
  expect(await review({ issueNumber: 4_100 })).toMatchObject({ runId: null, outcome: 'recorded' })
  expect(await review({ repository: 'acme/others' })).toMatchObject({ runId: null })
  expect(await runs()).toEqual(before)
})

// docs/consistency.md, "Issue lock first": the issue before its runs.
test('recording locks the issue before any of its rows, so that it never deadlocks with a commit', async () => {
  const run = await kit.record(makeCompletion())
  const committing = await kit.connect()
  await committing.query('begin')
  await committing.query(
    "select pg_advisory_xact_lock(hashtextextended(lower('acme/widgets') || '#' || '41', 0))",
  )
  const recorded = kit.recorder.record(makeCompletion())
  await kit.waitForLocks(1)
  // Had the recorder touched the run, each would wait for the other here.
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

test('several issues are locked in one order, in whatever order they are named', async () => {
  const a = { repository: 'acme/a', issueNumber: 1 }
  const b = { repository: 'Acme/B', issueNumber: 2 }
  let tries = 0
  const lockBoth = (issues: Parameters<typeof lockIssues>[1]) =>
    transact(kit.db, async (trx) => {
      tries += 1
      await lockIssues(trx, issues)
      await sql`select pg_sleep(0.02)`.execute(trx)
    })
  await Promise.all(Array.from({ length: 20 }, (_, n) => lockBoth(n % 2 === 0 ? [a, b] : [b, a])))
  expect(tries).toBe(20)
})

test('a message whose run belongs to an issue it does not name is recorded under that issue’s lock as well', async () => {
  const first = makeCompletion({ workflowUid: '5d0c0000-0000-4000-8000-000000000001' })
  const run = await kit.record(first)
  const again = makeCompletion({
    workflowUid: '5d0c0000-0000-4000-8000-000000000001',
    issueNumber: 42,
  })
  expect(await kit.record(again)).toBe(run)
  expect(await kit.query('select issue_number, attempt from runs')).toEqual([
    { issue_number: 41, attempt: 1 },
  ])
})

// docs/consistency.md, "Deadlocks are retried": PostgreSQL breaks one off after a second.
test('a webhook that PostgreSQL aborts to resolve a deadlock is recorded by a retry', async () => {
  const ids = [
    await kit.record(makeCompletion({ issueNumber: 1 })),
    await kit.record(makeCompletion({ issueNumber: 2 })),
  ].sort()
  const held = Promise.withResolvers<void>()
  let tries = 0
  const rival = transact(kit.db, async (trx) => {
    await sql`update runs set attempts_used = attempts_used + 1 where id = ${ids[1]}`.execute(trx)
    held.resolve()
    // PostgreSQL may abort this one; the second time there is no rival.
    tries += 1
    if (tries === 1) await kit.waitForLocks(1)
    await sql`update runs set attempts_used = attempts_used + 1 where id = ${ids[0]}`.execute(trx)
  })
  await held.promise
  const recorded = await kit.recorder.record(makeWebhook())
  await rival
  expect(recorded).toMatchObject({ duplicate: false, outcome: 'recorded' })
  expect((await runs()).map(({ nudges, attempts_used }) => ({ nudges, attempts_used }))).toEqual([
    { nudges: 2, attempts_used: 1 },
    { nudges: 2, attempts_used: 1 },
  ])
  expect(await kit.query("select 1 from inbox where source = 'github'")).toHaveLength(1)
})

test('without PostgreSQL, recording and quarantine fail as unavailable', async () => {
  const { Kysely, PostgresDialect } = await import('kysely')
  const { default: pg } = await import('pg')
  const db = new Kysely<never>({
    dialect: new PostgresDialect({
      pool: new pg.Pool({ connectionString: 'postgres://judge@127.0.0.1:1/judge' }),
    }),
  })
  const unavailable = createRecorder({
    awaitsArgo: false,
    db: db as never,
    wakeRuns: () => {},
    mask: async (text) => text,
  })
  await expect(unavailable.record(makeWebhook())).rejects.toMatchObject({
    name: 'Failure',
    kind: 'unavailable',
  })
  await expect(unavailable.record(makeCompletion())).rejects.toMatchObject({
    name: 'Failure',
    kind: 'unavailable',
  })
  const { source, transport, headers, body } = makeWebhook()
  await expect(
    unavailable.quarantine({
      source,
      transport,
      headers,
      body,
      error: { code: 'not_json', message: 'no' },
    }),
  ).rejects.toMatchObject({ name: 'Failure', kind: 'unavailable' })
  await db.destroy()
})

// docs/consistency.md, "PostgreSQL's clock". `history` and `ingest` show times, but set none that
// another process compares.
test('recording, reconciling and performing never read the clock of the process', () => {
  const files = sources.filter(({ path }) =>
    /^services\/judge\/src\/(correlate|engine|effects)\//.test(path),
  )
  expect(files.length).toBeGreaterThan(40)
  expect(
    files.filter(({ code }) => /\bDate\.now\b|new Date\(\)/.test(code)).map(({ path }) => path),
  ).toEqual([])
})

// docs/consistency.md, "One transaction per message" and "Wake after the commit".
test('two batches with the same runs in opposite order are both recorded', async () => {
  const messages = Array.from({ length: 12 }, (_, n) => makeCompletion({ issueNumber: 100 + n }))
  const repeated = messages.map((one) => ({ ...one, keys: [`test:${newId()}`] }))
  const [there, back] = await Promise.all([
    kit.recorder.recordBatch(messages),
    kit.recorder.recordBatch(repeated.toReversed()),
  ])
  expect([...there, ...back].filter(({ duplicate }) => duplicate)).toEqual([])
  expect(await runs()).toHaveLength(12)
})

test('a run is woken after its commit', async () => {
  const seen: unknown[] = []
  const observer = await kit.connect()
  const recorder = createRecorder({
    awaitsArgo: false,
    db: kit.db,
    mask: async (text) => text,
    wakeRuns: (ids) =>
      seen.push(observer.query('select count(*)::int as n from runs where id = any($1)', [ids])),
  })
  await recorder.record(makeCompletion())
  expect((await Promise.all(seen)).map((result) => (result as { rows: unknown }).rows)).toEqual([
    [{ n: 1 }],
  ])
})

test('a repeated delivery, concurrent or later, changes nothing and gets the first answer', async () => {
  const message = makeCompletion()
  const answers = await Promise.all(Array.from({ length: 6 }, () => kit.recorder.record(message)))
  expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
  expect(new Set(answers.map(({ inboxId }) => inboxId)).size).toBe(1)
  expect(await kit.query('select nudges from runs')).toEqual([{ nudges: 1 }])
  const hook = makeWebhook({}, ['github:1'])
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

// docs/consistency.md, "Superseding withdraws".
test('superseding moves the version and withdraws effects whose try has not started', async () => {
  const older = await kit.record(makeCompletion())
  const loaded = await loadForReconcile(kit, older)
  const effects = [
    makePlannedEffect(makeMessageEffect(older, 'started')),
    makePlannedEffect(makeMessageEffect(older, 'waiting')),
  ]
  await commitStep(kit, loaded, makeWait(loaded.now, { effects }))
  await kit.query("update effects set tries = 1 where payload->>'what' = 'started'")
  const [before] = await runs()
  await kit.record(makeCompletion())
  const [after] = await runs()
  expect(after).toMatchObject({
    status: 'superseded',
    reason: 'newer_run',
    version: Number(before?.version) + 1,
  })
  expect(
    await kit.query("select payload->>'what' as what, state from effects order by sequence"),
  ).toEqual([
    { what: 'started', state: 'pending' },
    { what: 'waiting', state: 'replaced' },
  ])
})

const dispatched = async () => {
  const run = await kit.record(makeCompletion())
  const loaded = await loadForReconcile(kit, run)
  await commitStep(kit, loaded, {
    ...makeEnd({
      status: 'needs_iteration',
      reason: 'ci_failed',
      decision: 'needs_iteration',
      nextPrompt: 'Again.',
    }),
    effects: [
      makePlannedEffect({
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

test('a run with the delivery id of a dispatch settles it, and is the announced attempt', async () => {
  await dispatched()
  await kit.query("update effects set tries = 1, state = 'unknown' where kind = 'dispatch'")
  await kit.record(makeCompletion({ deliveryId: task.deliveryId }))
  expect(await dispatch()).toMatchObject({ state: 'done' })
  expect((await runs()).map(({ attempt }) => attempt)).toEqual([1, 2])
})

test('the same holds if a notify announced the run before its completion named the delivery id', async () => {
  await dispatched()
  const notified = await kit.record(makeAnnouncement({ workflowName: 'codex-second' }))
  expect(
    await kit.record(makeCompletion({ workflowName: 'codex-second', deliveryId: task.deliveryId })),
  ).toBe(notified)
  expect((await runs()).map(({ attempt, status }) => [attempt, status])).toEqual([
    [1, 'needs_iteration'],
    [2, 'run_complete'],
  ])
})

test('another run of the issue withdraws a dispatch, also a refused one, and its number stays used', async () => {
  await dispatched()
  await kit.query("update effects set tries = 3, failures = 3 where kind = 'dispatch'")
  await kit.record(makeCompletion())
  expect(await dispatch()).toMatchObject({ state: 'replaced' })
  expect((await runs()).map(({ attempt }) => attempt)).toEqual([1, 3])
})

// docs/consistency.md, "Batches are atomic"; the Kafka consumer is tested in test/infra.
test('a batch is recorded completely or not at all', async () => {
  const spoilt = makeCompletion({ issueNumber: 2_147_483_648 })
  await expect(kit.recorder.recordBatch([makeCompletion(), spoilt])).rejects.toThrow()
  expect(await kit.query('select 1 from inbox')).toEqual([])
  expect(await kit.query('select 1 from deliveries')).toEqual([])
  const one = makeCompletion()
  const recorded = await kit.recorder.recordBatch([one, makeCompletion({ issueNumber: 7 }), one])
  expect(recorded.map(({ duplicate }) => duplicate)).toEqual([false, false, true])
})

test('heads only move forward: a synchronize keeps the facts of its push, and an overtaken one changes nothing', async () => {
  const push = (before: string | null, after: string, forced = false) => ({
    push: {
      branch: 'codex/issue-41',
      before: before === null ? null : makeSha(before),
      after: makeSha(after),
      forced,
      provenAt: null,
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
  await kit.recorder.record(makeWebhook(push(null, 'a')))
  await kit.recorder.record(makeWebhook(push('a', 'b', true)))
  await kit.recorder.record(makeWebhook(push('a', 'b')))
  expect(await heads()).toEqual({ a: 'replaced', b: 'newest, forced' })
  await kit.recorder.record(makeWebhook(push('0', 'a')))
  expect(await heads()).toEqual({ a: 'replaced', b: 'newest, forced' })
  await kit.recorder.record(makeWebhook(push('b', 'a')))
  expect(await heads()).toEqual({ a: 'newest', b: 'replaced, forced' })
})

test('more concurrent notifies than connections are all recorded', async () => {
  const notifies = Array.from({ length: 40 }, () =>
    makeAnnouncement({ issueNumber: null, branch: null }),
  )
  await Promise.all(notifies.map((one) => kit.recorder.record(one)))
  expect(await runs()).toHaveLength(40)
})

test('a run that claims a start after its arrival started when it arrived, and is not the newest for ever', async () => {
  const startedAt = toInstant('2999-01-01T00:00:00Z')
  await kit.record(makeCompletion({ startedAt, finishedAt: startedAt }))
  await kit.query("update runs set started_at = started_at - interval '1 minute'")
  await kit.record(makeCompletion({ startedAt, finishedAt: startedAt }))
  expect(
    await kit.query(
      'select status, started_at <= now() as has_started from runs order by created_at',
    ),
  ).toEqual([
    { status: 'superseded', has_started: true },
    { status: 'run_complete', has_started: true },
  ])
})
