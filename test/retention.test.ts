import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../services/judge/src/adapters/postgres/database.ts'
import { keepTexts } from '../services/judge/src/engine/commit/store-texts.ts'
import { type Retention, removable, retain } from '../services/judge/src/engine/retention/retain.ts'
import { newId } from '../services/judge/src/lib/ids.ts'
import type { Status } from '../services/judge/src/run/lifecycle.ts'
import { freshDatabase } from './harness/database.ts'
import { seedRun } from './harness/seed.ts'

const day = 86_400_000
const shipped: Retention = {
  inbox: 30 * day,
  facts: 90 * day,
  verdicts: 90 * day,
  memories: 365 * day,
  agent_messages: 30 * day,
  runs: null,
}
const never = new AbortController().signal
const daysAgo = (days: number): Date => new Date(Date.now() - days * day)

let fresh: Awaited<ReturnType<typeof freshDatabase>>
let database: Database

beforeEach(async () => {
  fresh = await freshDatabase()
  database = openDatabase(fresh.url, { name: 'test', onError: () => {} })
})

afterEach(async () => {
  await database.close()
  await fresh.drop()
})

/**
 * A run that came to rest, or to wait, so many days ago, with one row of everything a run has, as
 * old.
 */
async function runOf(status: Status, days: number, issue: number): Promise<string> {
  const { db } = database
  const at = daysAgo(days)
  const id = await seedRun(db, { status, issue_number: issue, status_since: at })
  const effect = newId()
  await sql`insert into inbox (id, source, transport, received_at, state, because, body, run_id)
            values (${newId()}, 'run-complete', 'http', ${at}, 'applied', 'a completion', '{}', ${id})`.execute(
    db,
  )
  await sql`insert into deliveries (key, inbox_id, run_id, outcome, first_at) values (${`uid:${id}`}, ${newId()}, ${id}, 'recorded', ${at})`.execute(
    db,
  )
  for (const text of ['diff', 'prompt'])
    await sql`insert into blobs (digest, content, created_at) values (${`${text} of ${id}`}, 'text', ${at})`.execute(
      db,
    )
  await sql`insert into facts (run_id, kind, digest, observed_at, value)
            values (${id}, 'diff', 'd', ${at}, ${JSON.stringify({ textDigest: `diff of ${id}` })})`.execute(
    db,
  )
  await sql`insert into gate_results (run_id, position, name, result, because, evidence, at)
            values (${id}, 0, 'ci', 'pass', 'all green', '[]', ${at})`.execute(db)
  await sql`insert into effects (id, run_id, kind, key, object, payload, state, patience_ms, next_try_at, settled_at)
            values (${effect}, ${id}, 'ask', ${effect}, ${effect}, ${JSON.stringify({ promptDigest: `prompt of ${id}` })}, 'done', 1, null, ${at})`.execute(
    db,
  )
  await sql`insert into effect_tries (effect_id, number) values (${effect}, 1)`.execute(db)
  await sql`insert into verdicts (id, run_id, effect_id, model, commit_sha, diff_digest, issue_digest, prompt_digest, prompt_version, result, at)
            values (${newId()}, ${id}, ${effect}, 'openai/gpt-5.2', 'c', 'd', 'i', ${`prompt of ${id}`}, '1', 'valid', ${at})`.execute(
    db,
  )
  await sql`insert into memories (id, run_id, kind, namespace, summary, content, created_at)
            values (${newId()}, ${id}, 'decision', 'acme/widgets', 's', 'c', ${at})`.execute(db)
  await sql`insert into agent_messages (seq, key, source, run_id, kind, content, received_at)
            values (nextval('agent_messages_seq'), ${id}, 'nats', ${id}, 'message', 'c', ${at})`.execute(
    db,
  )
  await sql`insert into agent_messages (seq, key, source, workflow_uid, kind, content, received_at)
            values (nextval('agent_messages_seq'), ${`by uid ${id}`}, 'nats', ${id}, 'message', 'c', ${at})`.execute(
    db,
  )
  await sql`insert into decisions (id, run_id, outcome, reason, because, by_actor, policy_version, receipt)
            values (${newId()}, ${id}, 'pass', 'accepted', 'b', 'service', '1', '{}')`.execute(db)
  await sql`insert into run_events (seq, run_id, kind, because, caused_by) values (nextval('history_seq'), ${id}, 'run', 'b', 'timer')`.execute(
    db,
  )
  await sql`insert into ordinals (repository_key, issue_number, ordinal, run_id) values ('acme/widgets', ${issue}, 1, ${id})`.execute(
    db,
  )
  return id
}

const tables = [
  'inbox',
  'facts',
  'gate_results',
  'verdicts',
  'memories',
  'agent_messages',
  'blobs',
  'deliveries',
  'runs',
]

async function counts(): Promise<Record<string, number>> {
  const counted = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await sql<{
        n: number
      }>`select count(*)::int as n from ${sql.table(table)}`.execute(database.db)
      return [table, rows[0]?.n ?? 0] as const
    }),
  )
  return Object.fromEntries(counted)
}

test('what is older than the policy keeps it goes, table by table, and deliveries and runs stay', async () => {
  await runOf('completed', 400, 1)
  await runOf('superseded', 100, 2)
  await runOf('needs_iteration', 40, 3)
  await runOf('closed', 10, 4)

  const expected = {
    runs: 0,
    inbox: 3,
    facts: 2,
    gate_results: 2,
    verdicts: 2,
    memories: 1,
    agent_messages: 6,
  }
  expect(await removable({ db: database.db, retention: shipped })).toEqual({
    ...expected,
    blobs: 0,
  })
  expect(await retain({ db: database.db, retention: shipped }, never)).toEqual({
    ...expected,
    blobs: 4,
  })
  expect(await counts()).toEqual({
    inbox: 1,
    facts: 2,
    gate_results: 2,
    verdicts: 2,
    memories: 3,
    agent_messages: 2,
    blobs: 4,
    deliveries: 4,
    runs: 4,
  })
  expect(await retain({ db: database.db, retention: shipped }, never)).toMatchObject({
    inbox: 0,
    facts: 0,
    blobs: 0,
  })
})

test.for([
  'notified',
  'run_complete',
  'waiting_for_ci',
  'waiting_for_review',
  'judging',
  'needs_human',
] as const)('nothing is ever taken from a run that is %s, however old it is', async (status) => {
  await runOf(status, 4_000, 1)
  const before = await counts()
  await retain({ db: database.db, retention: { ...shipped, runs: day } }, never)
  expect(await counts()).toEqual(before)
})

test('a run that waited long and came to rest lately keeps what was seen of it long ago', async () => {
  const id = await runOf('completed', 4_000, 1)
  await sql`update runs set status_since = now() - interval '1 day' where id = ${id}`.execute(
    database.db,
  )
  const before = await counts()
  await retain({ db: database.db, retention: shipped }, never)
  expect(await counts()).toEqual(before)
})

test('a run with something still to be done outside keeps everything', async () => {
  const id = await runOf('needs_iteration', 4_000, 1)
  await sql`update effects set state = 'pending', settled_at = null, next_try_at = now() where run_id = ${id}`.execute(
    database.db,
  )
  const before = await counts()
  await retain({ db: database.db, retention: { ...shipped, runs: day } }, never)
  expect(await counts()).toEqual(before)
})

test('what is in quarantine stays until somebody has replayed it', async () => {
  const { db } = database
  for (const replayed of [null, daysAgo(40)])
    await sql`insert into inbox (id, source, transport, received_at, state, because, error_code, body, replayed_at)
              values (${newId()}, 'github', 'http', ${daysAgo(50)}, 'quarantined', 'no JSON', 'malformed_event', '{', ${replayed})`.execute(
      db,
    )
  expect(await retain({ db, retention: shipped }, never)).toMatchObject({ inbox: 1 })
  const { rows } = await sql`select replayed_at from inbox`.execute(db)
  expect(rows).toEqual([{ replayed_at: null }])
})

test('a run goes with all that is its own when the policy says when, and the attempt number stays given out', async () => {
  const { db } = database
  await runOf('completed', 100, 1)
  const kept = await runOf('completed', 10, 2)
  expect(
    await retain({ db, retention: { ...shipped, runs: 50 * day, memories: null } }, never),
  ).toMatchObject({
    runs: 1,
  })
  const { rows } = await sql`select id from runs`.execute(db)
  expect(rows).toEqual([{ id: kept }])
  for (const table of ['effects', 'effect_tries', 'decisions', 'run_events']) {
    const left = await sql`select 1 from ${sql.table(table)}`.execute(db)
    expect([table, left.rows.length]).toEqual([table, 1])
  }
  const ordinals =
    await sql`select issue_number, run_id from ordinals order by issue_number`.execute(db)
  expect(ordinals.rows).toEqual([
    { issue_number: 1, run_id: null },
    { issue_number: 2, run_id: kept },
  ])
  expect(await counts()).toMatchObject({ deliveries: 2, memories: 2 })
})

test('an old attempt stays while another run of its issue is younger, or waits', async () => {
  await runOf('needs_iteration', 100, 1)
  await seedRun(database.db, {
    status: 'needs_human',
    issue_number: 1,
    attempt: 2,
    status_since: daysAgo(90),
  })
  expect(await removable({ db: database.db, retention: { ...shipped, runs: day } })).toMatchObject({
    runs: 0,
  })
  expect(
    await retain({ db: database.db, retention: { ...shipped, runs: day } }, never),
  ).toMatchObject({ runs: 0 })
})

test('small batches remove as much as a large one, and null keeps everything', async () => {
  for (let issue = 1; issue <= 7; issue += 1) await runOf('completed', 4_000, issue)
  const forever = {
    inbox: null,
    facts: null,
    verdicts: null,
    memories: null,
    agent_messages: null,
    runs: null,
  }
  const before = await counts()
  await retain({ db: database.db, retention: forever }, never)
  expect(await counts()).toEqual(before)
  expect(
    await retain({ db: database.db, retention: { ...shipped, runs: day }, batch: 2 }, never),
  ).toMatchObject({
    runs: 7,
    inbox: 7,
  })
  expect(await counts()).toMatchObject({ runs: 0, inbox: 0, facts: 0, blobs: 0, deliveries: 7 })
})

test('a text that is wished for again while it is being removed is there afterwards', async () => {
  const { db } = database
  await sql`insert into blobs (digest, content, created_at) values ('old', 'text', ${daysAgo(500)})`.execute(
    db,
  )
  await db.transaction().execute(async (trx) => {
    await keepTexts(trx, [{ digest: 'old', content: 'text' }])
    expect(await retain({ db, retention: shipped }, never)).toMatchObject({ blobs: 0 })
  })
  expect(await retain({ db, retention: shipped }, never)).toMatchObject({ blobs: 0 })
  expect(await counts()).toMatchObject({ blobs: 1 })
})
