import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createStay } from '../../services/judge/src/decide/step.ts'
import { leaseRun } from '../../services/judge/src/engine/observe/lease-run.ts'
import { LEASE_SECONDS, startLeases } from '../../services/judge/src/engine/schedule/leases.ts'
import { createReconcile } from '../../services/judge/src/engine/schedule/reconcile.ts'
import { addMillis } from '../../services/judge/src/lib/instant.ts'
import { known } from '../../services/judge/src/lib/known.ts'
import { noopTrace } from '../../services/judge/src/lib/trace.ts'
import { pullRequest } from '../harness/accepted-facts.ts'
import { seedEscalation } from '../harness/seed.ts'
import {
  commitStep,
  loadForReconcile,
  makeEnd,
  makeMessageEffect,
  makePlannedEffect,
  makeReviewEffect,
  makeSha,
  makeStatusEffect,
  makeWait,
  type Row,
  unreachableDeps,
  useKit,
} from './kit.ts'
import { makeCompletion, makeWebhook } from './make-messages.ts'

const kit = useKit()
const log = pino({ level: 'silent' })

const readRun = async (): Promise<Row> => (await kit.query('select * from runs'))[0] ?? {}
/** Seconds until the run is due, by PostgreSQL's clock; null if it is not due at all. */
const readDueIn = async () =>
  (await kit.query('select extract(epoch from due_at - now())::float as due from runs'))[0]?.due ??
  null

// docs/consistency.md, "One lease per run".
test('of many concurrent workers one gets the lease of a run, and another only after it has expired', async () => {
  const id = await kit.record(makeCompletion())
  const leases = await Promise.all(
    Array.from({ length: 8 }, () => leaseRun(kit.db, id, LEASE_SECONDS.run)),
  )
  expect(leases.filter((lease) => lease !== null)).toHaveLength(1)
  expect(await leaseRun(kit.db, id, LEASE_SECONDS.run)).toBeNull()
  await kit.query("update runs set looking_until = now() - interval '1 second', due_at = now()")
  expect(await leaseRun(kit.db, id, LEASE_SECONDS.run)).not.toBeNull()
})

test('a run that is not due gets no lease, however often it is woken', async () => {
  const id = await kit.record(makeCompletion())
  await kit.query("update runs set due_at = now() + interval '1 minute'")
  expect(await leaseRun(kit.db, id, LEASE_SECONDS.run)).toBeNull()
})

test('a lease lasts at most 8 seconds, and a process that stood still for longer gives it up', async () => {
  expect(LEASE_SECONDS.run).toBeLessThanOrEqual(8)
  expect(LEASE_SECONDS.effect).toBeLessThanOrEqual(8)
  let now = 0
  const leases = startLeases({ db: kit.db, log, clock: () => now })
  const held = leases.hold('effect', '00000000-0000-7000-8000-000000000001')
  // The whole process stands still, as under SIGSTOP or a long garbage collection.
  now += LEASE_SECONDS.effect * 1_000 + 1
  await expect.poll(() => held.lost.aborted, { timeout: 20_000 }).toBe(true)
  expect(leases.hold('effect', '00000000-0000-7000-8000-000000000002').lost.aborted).toBe(false)
  leases.stop()
})

// docs/consistency.md, "Every commit moves the version".
test('an older observation is never committed over a newer one, even if both only move the next poll', async () => {
  const id = await kit.record(makeCompletion())
  const older = await loadForReconcile(kit, id)
  const newer = await loadForReconcile(kit, id)
  expect(await commitStep(kit, newer, makeWait(newer.now, { because: 'newer' }))).toMatchObject({
    kind: 'committed',
  })
  expect(await commitStep(kit, older, makeWait(older.now, { because: 'older' }))).toEqual({
    kind: 'lost',
  })
  const again = await loadForReconcile(kit, id)
  expect(again.run.version).toBe(newer.run.version + 1)
})

// docs/consistency.md, "Decide on what was seen" and "Noise delays nothing".
test('a decision is not committed over a signal it has not seen; a plain wait is, and leaves the run due at once', async () => {
  const id = await kit.record(makeCompletion())
  const first = await loadForReconcile(kit, id)
  await commitStep(kit, first, makeWait(first.now))
  const loaded = await loadForReconcile(kit, id)
  await kit.recorder.record(makeWebhook({ signal: 'head' }))
  expect(await commitStep(kit, loaded, makeEnd())).toEqual({ kind: 'lost' })
  expect(
    await commitStep(
      kit,
      loaded,
      makeWait(loaded.now, { effects: [makePlannedEffect(makeMessageEffect(id))] }),
    ),
  ).toEqual({
    kind: 'lost',
  })
  expect(await commitStep(kit, loaded, makeWait(loaded.now))).toMatchObject({
    kind: 'committed',
    dueAgain: true,
  })
  expect(await readDueIn()).toBeLessThanOrEqual(0)
})

test('a signal that the wait does not name delays no decision', async () => {
  const id = await kit.record(makeCompletion())
  const first = await loadForReconcile(kit, id)
  await commitStep(kit, first, makeWait(first.now))
  const loaded = await loadForReconcile(kit, id)
  for (let n = 0; n < 20; n += 1)
    await kit.recorder.record(makeWebhook({ signal: 'review', decisive: n % 2 === 0 }))
  expect(await commitStep(kit, loaded, makeEnd())).toMatchObject({ kind: 'committed' })
  expect(await readRun()).toMatchObject({ status: 'completed', due_at: null })
})

test('a wait that is committed over such a signal leaves the run due at once, because the new wait may name it', async () => {
  const id = await kit.record(makeCompletion())
  const first = await loadForReconcile(kit, id)
  await commitStep(kit, first, makeWait(first.now))
  const loaded = await loadForReconcile(kit, id)
  await kit.recorder.record(makeWebhook({ signal: 'review' }))
  const committed = await commitStep(
    kit,
    loaded,
    makeWait(loaded.now, { status: 'waiting_for_review' }),
  )
  expect(committed).toMatchObject({ kind: 'committed', dueAgain: true })
})

test('signals that cannot be the last of a wait share one reconciliation', async () => {
  const id = await kit.record(makeCompletion())
  const loaded = await loadForReconcile(kit, id)
  await commitStep(kit, loaded, makeWait(loaded.now))
  for (let n = 0; n < 5; n += 1) await kit.recorder.record(makeWebhook({ decisive: false }))
  expect(await readDueIn()).toBeGreaterThan(10)
  expect(await readDueIn()).toBeLessThanOrEqual(15)
  await kit.recorder.record(makeWebhook())
  expect(await readDueIn()).toBeLessThanOrEqual(0)
})

test('an effect that is settled while an ended run is reconciled makes the run due at once', async () => {
  const id = await kit.record(makeCompletion())
  const first = await loadForReconcile(kit, id)
  await commitStep(kit, first, makeEnd({ status: 'needs_iteration', reason: 'ci_failed' }))
  const loaded = await loadForReconcile(kit, id)
  await kit.query('update runs set nudges = nudges + 1, due_at = now()')
  await commitStep(kit, loaded, createStay())
  expect(await readDueIn()).toBeLessThanOrEqual(0)
})

// docs/consistency.md, "Due until nothing is left".
test('a run is due until it has ended, its effects are settled and its question is closed', async () => {
  const id = await kit.record(makeCompletion())
  const first = await loadForReconcile(kit, id)
  expect(
    await commitStep(kit, first, makeEnd({ effects: [makePlannedEffect(makeMessageEffect(id))] })),
  ).toMatchObject({
    kind: 'committed',
  })
  expect(await readDueIn()).toBeGreaterThan(0)
  const second = await loadForReconcile(kit, id)
  await commitStep(kit, second, createStay())
  expect(await readDueIn()).toBeGreaterThan(0)
  await kit.query("update effects set state = 'done', settled_at = now(), next_try_at = null")
  const third = await loadForReconcile(kit, id)
  await commitStep(kit, third, createStay())
  expect(await readDueIn()).toBeNull()
  await expect(kit.query("update runs set status = 'judging', reason = null")).rejects.toThrow(
    /check constraint/,
  )
})

test('an open question keeps its run due until another run takes over and closes it', async () => {
  const id = await kit.record(makeCompletion())
  const loaded = await loadForReconcile(kit, id)
  const escalation = {
    type: 'manual' as const,
    question: 'Who resolves it?',
    options: [],
    recommendation: 'resume' as const,
    remindAt: addMillis(loaded.now, 60_000),
    deadline: addMillis(loaded.now, 120_000),
    shared: null,
  }
  await commitStep(
    kit,
    loaded,
    makeEnd({ status: 'needs_human', reason: 'merge_conflict', escalation }),
  )
  expect(await readDueIn()).toBeGreaterThan(0)
  await kit.record(makeCompletion())
  expect(await kit.query('select state from escalations')).toEqual([{ state: 'closed' }])
  expect(await kit.query("select due_at from runs where status = 'superseded'")).toEqual([
    { due_at: null },
  ])
})

test('a superseded run stays due while an effect that was tried is not settled', async () => {
  const id = await kit.record(makeCompletion())
  const loaded = await loadForReconcile(kit, id)
  await commitStep(
    kit,
    loaded,
    makeWait(loaded.now, { effects: [makePlannedEffect(makeMessageEffect(id))] }),
  )
  await kit.query('update effects set tries = 1')
  await kit.record(makeCompletion())
  expect(
    await kit.query("select due_at is null as never from runs where status = 'superseded'"),
  ).toEqual([{ never: false }])
})

// docs/consistency.md, "One snapshot, one commit", for what is committed. That a snapshot is
// consistent is tested in test/github/snapshot.test.ts.
test('an ask effect and its prompt are committed together, and the effect names the prompt by its digest', async () => {
  const id = await kit.record(makeCompletion())
  const loaded = await loadForReconcile(kit, id)
  const subject = { commit: makeSha('a'), diffDigest: 'd', issueDigest: 'i' }
  const money = { price: null, unknownCallUsd: 0.1, runUsd: 1, issueUsd: 1, repositoryDayUsd: 1 }
  const ask = makePlannedEffect({
    kind: 'ask',
    key: `ask:${id}:1`,
    model: 'openai/gpt-5.2',
    subject,
    promptDigest: 'the-digest',
    money,
    timeout: 1_000,
    patience: 1_000,
  })
  await commitStep(
    kit,
    loaded,
    makeWait(loaded.now, {
      status: 'judging',
      effects: [ask],
      blobs: [{ digest: 'the-digest', content: 'Is it done?' }],
    }),
  )
  expect(
    await kit.query(
      "select blobs.content from effects join blobs on blobs.digest = payload->>'promptDigest'",
    ),
  ).toEqual([{ content: 'Is it done?' }])
})

test('an observation does not bring back a head that a push replaced in the meantime', async () => {
  const id = await kit.record(makeCompletion())
  const push = (before: string | null, to: string) =>
    kit.recorder.record(
      makeWebhook({
        signal: 'head',
        push: {
          branch: 'codex/issue-41',
          before: before === null ? null : makeSha(before),
          after: makeSha(to),
          forced: false,
          provenAt: null,
        },
      }),
    )
  const reading = (head: string) => ({
    change: known(
      {
        kind: 'pull_request' as const,
        pullRequest,
        head: makeSha(head),
        reported: null,
        staleSince: null,
      },
      0 as never,
    ),
  })
  const newest = async () =>
    kit.query('select left(sha, 1) as sha from heads where replaced_at is null order by sha')
  // The observation is the first to name head a, and is still older than the push.
  const first = await loadForReconcile(kit, id)
  await push('a', 'b')
  await commitStep(kit, first, makeWait(first.now), reading('a'))
  expect(await newest()).toEqual([{ sha: 'b' }])
  const second = await loadForReconcile(kit, id)
  await push('b', 'c')
  await commitStep(kit, second, makeWait(second.now), reading('b'))
  expect(await newest()).toEqual([{ sha: 'c' }])
  // A head that the ref itself confirms counts again.
  const third = await loadForReconcile(kit, id)
  await commitStep(kit, third, makeWait(third.now), reading('a'))
  expect(await newest()).toEqual([{ sha: 'a' }])
})

/** Starts a reconciliation whose observation gets no answer, and interrupts it by the signal. */
async function interrupt(id: string, by: 'stopping' | 'stale') {
  const signals = { stopping: new AbortController(), stale: new AbortController() }
  const started = Promise.withResolvers<void>()
  const observeDeps = {
    ...unreachableDeps,
    gatherEvidence: (_of: unknown, signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        started.resolve()
        signal.addEventListener('abort', () => reject(new Error('interrupted')))
      }),
  }
  const leases = startLeases({ db: kit.db, log })
  const reconcile = createReconcile({
    db: kit.db,
    log,
    observeDeps,
    leases,
    wakeEffects: () => {},
    onDecided: () => {},
    onWaitEnded: () => {},
    onAgentCost: () => {},
    onFault: () => {},
    trace: noopTrace,
  })
  const reconciling = reconcile(id, {
    stopping: signals.stopping.signal,
    stale: signals.stale.signal,
  })
  await started.promise
  signals[by].abort()
  const again = await reconciling
  leases.stop()
  return again
}

test.each(['stopping', 'stale'] as const)(
  'an interrupted reconciliation (%s) commits nothing and leaves the run due at once',
  async (by) => {
    const id = await kit.record(makeCompletion())
    expect(await interrupt(id, by)).toBe(true)
    expect(await readRun()).toMatchObject({
      status: 'run_complete',
      version: 0,
      looking_until: null,
      unreadable_since: {},
    })
    expect(await readDueIn()).toBeLessThanOrEqual(0)
  },
)

// docs/consistency.md, "One key per external object".
test('an effect that two runs plan exists once, and goes to the second if the first withdrew it unsent', async () => {
  const older = await kit.record(makeCompletion())
  const loaded = await loadForReconcile(kit, older)
  const plan = () => makePlannedEffect(makeReviewEffect(makeSha('a')))
  await commitStep(kit, loaded, makeWait(loaded.now, { effects: [plan()] }))
  const newer = await kit.record(makeCompletion())
  expect(await kit.query('select state from effects')).toEqual([{ state: 'replaced' }])
  const reloaded = await loadForReconcile(kit, newer)
  expect(
    await commitStep(kit, reloaded, makeWait(reloaded.now, { effects: [plan()] })),
  ).toMatchObject({
    effects: [expect.any(String)],
  })
  expect(await kit.query('select state, run_id from effects')).toEqual([
    { state: 'pending', run_id: newer },
  ])
  const again = await loadForReconcile(kit, newer)
  expect(await commitStep(kit, again, makeWait(again.now, { effects: [plan()] }))).toMatchObject({
    effects: [],
  })
})

// docs/consistency.md, "The newest value wins": effects are ordered by their commits.
test('each planned status of a commit is a separate row, in the order of the commits, for one object', async () => {
  const id = await kit.record(makeCompletion())
  for (const state of ['pending', 'pending', 'success'] as const) {
    const loaded = await loadForReconcile(kit, id)
    await commitStep(
      kit,
      loaded,
      makeWait(loaded.now, { effects: [makePlannedEffect(makeStatusEffect(state))] }),
    )
  }
  const rows = await kit.query(
    "select payload->>'state' as state, object from effects order by sequence",
  )
  expect(rows.map(({ state }) => state)).toEqual(['pending', 'pending', 'success'])
  expect(new Set(rows.map(({ object }) => object)).size).toBe(1)
})

// docs/consistency.md, "Memories and attempt numbers are rows".
test('an attempt number cannot be given twice', async () => {
  const id = await kit.record(makeCompletion())
  const rival = kit.db.transaction().execute(async (trx) => {
    await sql`insert into ordinals (repository_key, issue_number, ordinal, delivery_id) values ('acme/widgets', 41, 1, 'x')`.execute(
      trx,
    )
  })
  await expect(rival).rejects.toThrow(/ordinals_pkey/)
  expect(await kit.query('select ordinal, run_id from ordinals')).toEqual([
    { ordinal: 1, run_id: id },
  ])
})

// docs/consistency.md, "Numbers under one lock".
test('history numbers are given under one lock, so a reader who has reached a number has missed none before it', async () => {
  const id = await kit.record(makeCompletion())
  await seedEscalation(kit.db, id)
  const slow = await kit.connect()
  await slow.query('begin')
  await slow.query('select pg_advisory_xact_lock(2106001)')
  await slow.query(
    "insert into run_events (seq, run_id, kind, because, caused_by) values (nextval('history_seq'), $1, 'run', 'first', 'timer')",
    [id],
  )
  const second = kit.record(makeCompletion({ issueNumber: 42 }))
  const [before] = await kit.query('select max(seq)::int as seq from run_events')
  await slow.query('commit')
  await second
  const rows = await kit.query(
    'select seq::int as seq, because from run_events where seq > $1 order by seq',
    [before?.seq],
  )
  expect(rows.map(({ because }) => because)).toEqual(['first', 'the workflow has finished'])
})
