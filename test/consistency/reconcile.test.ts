import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { lease } from '../../services/judge/src/engine/observe/load.ts'
import { LEASE_SECONDS, startLeases } from '../../services/judge/src/engine/schedule/leases.ts'
import { createTick } from '../../services/judge/src/engine/schedule/reconcile.ts'
import { after } from '../../services/judge/src/lib/instant.ts'
import { known } from '../../services/judge/src/lib/known.ts'
import { untraced } from '../../services/judge/src/lib/trace.ts'
import { pullRequest } from '../harness/accepted-facts.ts'
import { seedEscalation } from '../harness/seed.ts'
import {
  commitStep,
  completion,
  ends,
  look,
  messageOf,
  nowhere,
  type Row,
  reviewOf,
  sha,
  statusOf,
  useKit,
  waits,
  webhook,
  wishFor,
} from './kit.ts'

const kit = useKit()
const log = pino({ level: 'silent' })

const run = async (): Promise<Row> => (await kit.query('select * from runs'))[0] ?? {}
/**
 * Seconds from now until the run is due, as PostgreSQL counts them; null where it is not due at
 * all.
 */
const dueIn = async () =>
  (await kit.query('select extract(epoch from due_at - now())::float as due from runs'))[0]?.due ??
  null

// Rule 7.
test('one at a time looks at a run: of many ticks one gets the lease, and another only when it has run out', async () => {
  const id = await kit.record(completion())
  const got = await Promise.all(
    Array.from({ length: 8 }, () => lease(kit.db, id, LEASE_SECONDS.run)),
  )
  expect(got.filter((one) => one !== null)).toHaveLength(1)
  expect(await lease(kit.db, id, LEASE_SECONDS.run)).toBeNull()
  await kit.query("update runs set looking_until = now() - interval '1 second', due_at = now()")
  expect(await lease(kit.db, id, LEASE_SECONDS.run)).not.toBeNull()
})

test('a run that is not due is not looked at, however often the bell rings', async () => {
  const id = await kit.record(completion())
  await kit.query("update runs set due_at = now() + interval '1 minute'")
  expect(await lease(kit.db, id, LEASE_SECONDS.run)).toBeNull()
})

test('a lease is kept while its holder lives, and given up by one that stood still for longer than it', async () => {
  expect(LEASE_SECONDS.run).toBeLessThanOrEqual(8)
  expect(LEASE_SECONDS.effect).toBeLessThanOrEqual(8)
  let now = 0
  const leases = startLeases({ db: kit.db, log, clock: () => now })
  const held = leases.hold('effect', '00000000-0000-7000-8000-000000000001')
  // The whole process stands still, as under SIGSTOP or a long collection of garbage.
  now += LEASE_SECONDS.effect * 1_000 + 1
  await expect.poll(() => held.lost.aborted, { timeout: 20_000 }).toBe(true)
  expect(leases.hold('effect', '00000000-0000-7000-8000-000000000002').lost.aborted).toBe(false)
  leases.stop()
})

// Rule 8.
test('an older reading is never committed over a newer one, not even where both only move the next look', async () => {
  const id = await kit.record(completion())
  const older = await look(kit, id)
  const newer = await look(kit, id)
  expect(await commitStep(kit, newer, waits(newer.now, { because: 'newer' }))).toMatchObject({
    kind: 'committed',
  })
  expect(await commitStep(kit, older, waits(older.now, { because: 'older' }))).toEqual({
    kind: 'lost',
  })
  const again = await look(kit, id)
  expect(again.run.version).toBe(newer.run.version + 1)
})

// Rule 9.
test('a decision is not committed over a signal it has not seen; a plain wait is, and looks again at once', async () => {
  const id = await kit.record(completion())
  const first = await look(kit, id)
  await commitStep(kit, first, waits(first.now))
  const loaded = await look(kit, id)
  await kit.recorder.record(webhook({ signal: 'head' }))
  expect(await commitStep(kit, loaded, ends())).toEqual({ kind: 'lost' })
  expect(
    await commitStep(kit, loaded, waits(loaded.now, { wishes: [wishFor(messageOf(id))] })),
  ).toEqual({
    kind: 'lost',
  })
  expect(await commitStep(kit, loaded, waits(loaded.now))).toMatchObject({
    kind: 'committed',
    again: true,
  })
  expect(await dueIn()).toBeLessThanOrEqual(0)
})

test('noise, which is a signal no wait names, holds up no decision', async () => {
  const id = await kit.record(completion())
  const first = await look(kit, id)
  await commitStep(kit, first, waits(first.now))
  const loaded = await look(kit, id)
  for (let n = 0; n < 20; n += 1)
    await kit.recorder.record(webhook({ signal: 'review', decisive: n % 2 === 0 }))
  expect(await commitStep(kit, loaded, ends())).toMatchObject({ kind: 'committed' })
  expect(await run()).toMatchObject({ status: 'completed', due_at: null })
})

test('but a wait that is committed over it looks again, for it may be what the next wait is about', async () => {
  const id = await kit.record(completion())
  const first = await look(kit, id)
  await commitStep(kit, first, waits(first.now))
  const loaded = await look(kit, id)
  await kit.recorder.record(webhook({ signal: 'review' }))
  const committed = await commitStep(
    kit,
    loaded,
    waits(loaded.now, { status: 'waiting_for_review' }),
  )
  expect(committed).toMatchObject({ kind: 'committed', again: true })
})

test('signals that cannot be the last of a wait share one look', async () => {
  const id = await kit.record(completion())
  const loaded = await look(kit, id)
  await commitStep(kit, loaded, waits(loaded.now))
  for (let n = 0; n < 5; n += 1) await kit.recorder.record(webhook({ decisive: false }))
  expect(await dueIn()).toBeGreaterThan(10)
  expect(await dueIn()).toBeLessThanOrEqual(15)
  await kit.recorder.record(webhook())
  expect(await dueIn()).toBeLessThanOrEqual(0)
})

test('a settlement that comes while an ended run is looked at is seen by the next look', async () => {
  const id = await kit.record(completion())
  const first = await look(kit, id)
  await commitStep(kit, first, ends({ status: 'needs_iteration', reason: 'ci_failed' }))
  const loaded = await look(kit, id)
  await kit.query('update runs set nudges = nudges + 1, due_at = now()')
  await commitStep(kit, loaded, { kind: 'stay', lookAt: null, wishes: [], reminded: false })
  expect(await dueIn()).toBeLessThanOrEqual(0)
})

// Rule 10.
test('a run is due until it has ended, its effects are settled and its question is closed', async () => {
  const id = await kit.record(completion())
  const first = await look(kit, id)
  expect(await commitStep(kit, first, ends({ wishes: [wishFor(messageOf(id))] }))).toMatchObject({
    kind: 'committed',
  })
  expect(await dueIn()).toBeGreaterThan(0)
  const second = await look(kit, id)
  await commitStep(kit, second, { kind: 'stay', lookAt: null, wishes: [], reminded: false })
  expect(await dueIn()).toBeGreaterThan(0)
  await kit.query("update effects set state = 'done', settled_at = now(), next_try_at = null")
  const third = await look(kit, id)
  await commitStep(kit, third, { kind: 'stay', lookAt: null, wishes: [], reminded: false })
  expect(await dueIn()).toBeNull()
  await expect(kit.query("update runs set status = 'judging', reason = null")).rejects.toThrow(
    /check constraint/,
  )
})

test('a question keeps its run due, until another run takes over and closes it', async () => {
  const id = await kit.record(completion())
  const loaded = await look(kit, id)
  const escalation = {
    type: 'manual' as const,
    question: 'Who resolves it?',
    options: [],
    recommendation: 'resume' as const,
    remindAt: after(loaded.now, 60_000),
    deadline: after(loaded.now, 120_000),
  }
  await commitStep(
    kit,
    loaded,
    ends({ status: 'needs_human', reason: 'merge_conflict', escalation }),
  )
  expect(await dueIn()).toBeGreaterThan(0)
  await kit.record(completion())
  expect(await kit.query('select state from escalations')).toEqual([{ state: 'closed' }])
  expect(await kit.query("select due_at from runs where status = 'superseded'")).toEqual([
    { due_at: null },
  ])
})

test('a superseded run whose effect was begun is watched until that is settled', async () => {
  const id = await kit.record(completion())
  const loaded = await look(kit, id)
  await commitStep(kit, loaded, waits(loaded.now, { wishes: [wishFor(messageOf(id))] }))
  await kit.query('update effects set tries = 1')
  await kit.record(completion())
  expect(
    await kit.query("select due_at is null as never from runs where status = 'superseded'"),
  ).toEqual([{ never: false }])
})

// Rule 11 for what is committed; that a snapshot is one world is tested where it is read
// (test/github/snapshot.test.ts).
test('a question and its prompt are committed together, and the asking names the prompt by its digest', async () => {
  const id = await kit.record(completion())
  const loaded = await look(kit, id)
  const subject = { commit: sha('a'), diffDigest: 'd', issueDigest: 'i' }
  const money = { price: null, unknownCallUsd: 0.1, runUsd: 1, issueUsd: 1, repositoryDayUsd: 1 }
  const ask = wishFor({
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
    waits(loaded.now, {
      status: 'judging',
      wishes: [ask],
      blobs: [{ digest: 'the-digest', content: 'Is it done?' }],
    }),
  )
  expect(
    await kit.query(
      "select blobs.content from effects join blobs on blobs.digest = payload->>'promptDigest'",
    ),
  ).toEqual([{ content: 'Is it done?' }])
})

test('a head that a push replaced while we looked is not brought back by our reading of it', async () => {
  const id = await kit.record(completion())
  const push = (before: string | null, to: string) =>
    kit.recorder.record(
      webhook({
        signal: 'head',
        push: {
          branch: 'codex/issue-41',
          before: before === null ? null : sha(before),
          after: sha(to),
          forced: false,
        },
      }),
    )
  const reading = (head: string) => ({
    change: known(
      {
        kind: 'pull_request' as const,
        pullRequest,
        head: sha(head),
        reported: null,
        staleSince: null,
      },
      0 as never,
    ),
  })
  const newest = async () =>
    kit.query('select left(sha, 1) as sha from heads where replaced_at is null order by sha')
  // Also where our reading is the first that anybody hears of that head.
  const first = await look(kit, id)
  await push('a', 'b')
  await commitStep(kit, first, waits(first.now), reading('a'))
  expect(await newest()).toEqual([{ sha: 'b' }])
  const second = await look(kit, id)
  await push('b', 'c')
  await commitStep(kit, second, waits(second.now), reading('b'))
  expect(await newest()).toEqual([{ sha: 'c' }])
  // What the ref itself confirms is believed again.
  const third = await look(kit, id)
  await commitStep(kit, third, waits(third.now), reading('a'))
  expect(await newest()).toEqual([{ sha: 'a' }])
})

/** A look that has begun to ask the world, and is not answered before it is told to give up. */
async function cutOff(id: string, by: 'stopping' | 'news') {
  const signals = { stopping: new AbortController(), news: new AbortController() }
  const asked = Promise.withResolvers<void>()
  const outside = {
    ...nowhere,
    gather: (_of: unknown, signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        asked.resolve()
        signal.addEventListener('abort', () => reject(new Error('given up')))
      }),
  }
  const leases = startLeases({ db: kit.db, log })
  const watch = { decided: () => {}, waited: () => {}, trace: untraced }
  const tick = createTick({ db: kit.db, log, outside, leases, ring: () => {}, ...watch })
  const looking = tick(id, { stopping: signals.stopping.signal, news: signals.news.signal })
  await asked.promise
  signals[by].abort()
  const again = await looking
  leases.stop()
  return again
}

test.each(['stopping', 'news'] as const)(
  'a look that is cut off (%s) decides nothing and hands the run back at once',
  async (by) => {
    const id = await kit.record(completion())
    expect(await cutOff(id, by)).toBe(true)
    expect(await run()).toMatchObject({
      status: 'run_complete',
      version: 0,
      looking_until: null,
      unreadable_since: {},
    })
    expect(await dueIn()).toBeLessThanOrEqual(0)
  },
)

// Rule 14: one row for one outside object, whoever wishes it.
test('two runs that wish the same thing wish it once; what the first took back unsent, the second may have', async () => {
  const older = await kit.record(completion())
  const loaded = await look(kit, older)
  const wish = () => wishFor(reviewOf(sha('a')))
  await commitStep(kit, loaded, waits(loaded.now, { wishes: [wish()] }))
  const newer = await kit.record(completion())
  expect(await kit.query('select state from effects')).toEqual([{ state: 'replaced' }])
  const looked = await look(kit, newer)
  expect(await commitStep(kit, looked, waits(looked.now, { wishes: [wish()] }))).toMatchObject({
    effects: [expect.any(String)],
  })
  expect(await kit.query('select state, run_id from effects')).toEqual([
    { state: 'pending', run_id: newer },
  ])
  const again = await look(kit, newer)
  expect(await commitStep(kit, again, waits(again.now, { wishes: [wish()] }))).toMatchObject({
    effects: [],
  })
})

// Rule 15: the order of wishes is the order of their commits.
test('each status a run wishes is a row of its own, in the order of the commits, about one object', async () => {
  const id = await kit.record(completion())
  for (const state of ['pending', 'pending', 'success'] as const) {
    const loaded = await look(kit, id)
    await commitStep(kit, loaded, waits(loaded.now, { wishes: [wishFor(statusOf(state))] }))
  }
  const rows = await kit.query(
    "select payload->>'state' as state, object from effects order by sequence",
  )
  expect(rows.map(({ state }) => state)).toEqual(['pending', 'pending', 'success'])
  expect(new Set(rows.map(({ object }) => object)).size).toBe(1)
})

// Rule 17.
test('a number is given once: a dispatch that finds its number taken looks again', async () => {
  const id = await kit.record(completion())
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

// Rule 22.
test('the history gives its numbers under one lock: who reads up to a number has missed none before it', async () => {
  const id = await kit.record(completion())
  await seedEscalation(kit.db, id)
  const slow = await kit.connect()
  await slow.query('begin')
  await slow.query('select pg_advisory_xact_lock(2106001)')
  await slow.query(
    "insert into run_events (seq, run_id, kind, because, caused_by) values (nextval('history_seq'), $1, 'run', 'first', 'timer')",
    [id],
  )
  const second = kit.record(completion({ issueNumber: 42 }))
  const [before] = await kit.query('select max(seq)::int as seq from run_events')
  await slow.query('commit')
  await second
  const rows = await kit.query(
    'select seq::int as seq, because from run_events where seq > $1 order by seq',
    [before?.seq],
  )
  expect(rows.map(({ because }) => because)).toEqual(['first', 'the workflow has finished'])
})
