import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../services/judge/src/adapters/postgres/database.ts'
import { storeTexts } from '../services/judge/src/engine/commit/store-texts.ts'
import {
  countRemovable,
  type Retention,
  retain,
} from '../services/judge/src/engine/retention/retain.ts'
import { findReceipt } from '../services/judge/src/history/runs/read-receipt.ts'
import { newId } from '../services/judge/src/lib/ids.ts'
import { RELEASE } from '../services/judge/src/lib/release.ts'
import { verifyText } from '../services/judge/src/receipt/verify-text.ts'
import type { Status } from '../services/judge/src/run/lifecycle.ts'
import { createTestDatabase } from './harness/database.ts'
import { seedFlake, seedRun } from './harness/seed.ts'

const day = 86_400_000
const shipped: Retention = {
  inbox: 30 * day,
  facts: 90 * day,
  verdicts: 90 * day,
  memories: 365 * day,
  agent_messages: 30 * day,
  runs: null,
}
const neverAborts = new AbortController().signal
const daysAgo = (days: number): Date => new Date(Date.now() - days * day)

let fresh: Awaited<ReturnType<typeof createTestDatabase>>
let database: Database

beforeEach(async () => {
  fresh = await createTestDatabase()
  database = openDatabase(fresh.url, { name: 'test', onError: () => {} })
})

afterEach(async () => {
  await database.close()
  await fresh.drop()
})

/** Inserts a run that took its status so many days ago, with one equally old row of each table. */
async function insertRun(status: Status, days: number, issue: number): Promise<string> {
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
  for (const text of ['diff', 'prompt', 'part'])
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
            values (${effect}, ${id}, 'pass', 'accepted', 'b', 'service', '1', '{}')`.execute(db)
  await sql`insert into decision_parts (decision_id, run_id, name, digest, at)
            values (${effect}, ${id}, 'facts', ${`part of ${id}`}, ${at})`.execute(db)
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
  'decision_parts',
  'verdicts',
  'memories',
  'agent_messages',
  'flakes',
  'blobs',
  'deliveries',
  'runs',
]

async function countRows(): Promise<Record<string, number>> {
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

test('rows older than the policy allows are removed, table by table; deliveries and runs stay', async () => {
  const oldest = await insertRun('completed', 400, 1)
  await insertRun('superseded', 100, 2)
  await insertRun('needs_iteration', 40, 3)
  await insertRun('closed', 10, 4)
  for (const days of [100, 10])
    await seedFlake(database.db, { commit: String(days), at: daysAgo(days).toISOString() })

  const expected = {
    runs: 0,
    inbox: 3,
    facts: 2,
    gate_results: 2,
    decision_parts: 2,
    verdicts: 2,
    memories: 1,
    agent_messages: 6,
    flakes: 1,
  }
  expect(await countRemovable({ db: database.db, retention: shipped })).toEqual({
    ...expected,
    blobs: 0,
  })
  expect(await retain({ db: database.db, retention: shipped }, neverAborts)).toEqual({
    ...expected,
    blobs: 6,
  })
  expect(await countRows()).toEqual({
    inbox: 1,
    facts: 2,
    gate_results: 2,
    decision_parts: 2,
    verdicts: 2,
    memories: 3,
    agent_messages: 2,
    flakes: 1,
    blobs: 6,
    deliveries: 4,
    runs: 4,
  })
  const receipt = await findReceipt(database.db, oldest)
  expect(receipt).toMatchObject({ decisions: [{ reason: 'accepted', release: null }], parts: {} })
  expect(verifyText(JSON.stringify(receipt), { release: RELEASE })).toMatchObject({
    differences: 0,
    lines: expect.arrayContaining([expect.stringMatching(/^recorded {2}the decision: /)]),
  })
  expect(await retain({ db: database.db, retention: shipped }, neverAborts)).toMatchObject({
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
] as const)('a run that is %s loses nothing, however old it is', async (status) => {
  await insertRun(status, 4_000, 1)
  const before = await countRows()
  await retain({ db: database.db, retention: { ...shipped, runs: day } }, neverAborts)
  expect(await countRows()).toEqual(before)
})

test('a run that ended recently keeps even its oldest rows', async () => {
  const id = await insertRun('completed', 4_000, 1)
  await sql`update runs set status_since = now() - interval '1 day' where id = ${id}`.execute(
    database.db,
  )
  const before = await countRows()
  await retain({ db: database.db, retention: shipped }, neverAborts)
  expect(await countRows()).toEqual(before)
})

test('a run with an effect that is not settled keeps everything', async () => {
  const id = await insertRun('needs_iteration', 4_000, 1)
  await sql`update effects set state = 'pending', settled_at = null, next_try_at = now() where run_id = ${id}`.execute(
    database.db,
  )
  const before = await countRows()
  await retain({ db: database.db, retention: { ...shipped, runs: day } }, neverAborts)
  expect(await countRows()).toEqual(before)
})

test('a quarantined message stays until it is replayed', async () => {
  const { db } = database
  for (const replayed of [null, daysAgo(40)])
    await sql`insert into inbox (id, source, transport, received_at, state, because, error_code, body, replayed_at)
              values (${newId()}, 'github', 'http', ${daysAgo(50)}, 'quarantined', 'no JSON', 'malformed_event', '{', ${replayed})`.execute(
      db,
    )
  expect(await retain({ db, retention: shipped }, neverAborts)).toMatchObject({ inbox: 1 })
  const { rows } = await sql`select replayed_at from inbox`.execute(db)
  expect(rows).toEqual([{ replayed_at: null }])
})

test('a run older than the policy allows is removed with all its rows, and its attempt number stays used', async () => {
  const { db } = database
  await insertRun('completed', 100, 1)
  const kept = await insertRun('completed', 10, 2)
  expect(
    await retain({ db, retention: { ...shipped, runs: 50 * day, memories: null } }, neverAborts),
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
  expect(await countRows()).toMatchObject({ deliveries: 2, memories: 2 })
})

test('an old run stays while another run of its issue is younger or waits', async () => {
  await insertRun('needs_iteration', 100, 1)
  await seedRun(database.db, {
    status: 'needs_human',
    issue_number: 1,
    attempt: 2,
    status_since: daysAgo(90),
  })
  expect(
    await countRemovable({ db: database.db, retention: { ...shipped, runs: day } }),
  ).toMatchObject({
    runs: 0,
  })
  expect(
    await retain({ db: database.db, retention: { ...shipped, runs: day } }, neverAborts),
  ).toMatchObject({ runs: 0 })
})

test('small batches remove as much as a large one, and null keeps everything', async () => {
  for (let issue = 1; issue <= 7; issue += 1) await insertRun('completed', 4_000, issue)
  const forever = {
    inbox: null,
    facts: null,
    verdicts: null,
    memories: null,
    agent_messages: null,
    runs: null,
  }
  const before = await countRows()
  await retain({ db: database.db, retention: forever }, neverAborts)
  expect(await countRows()).toEqual(before)
  expect(
    await retain({ db: database.db, retention: { ...shipped, runs: day }, batch: 2 }, neverAborts),
  ).toMatchObject({
    runs: 7,
    inbox: 7,
  })
  expect(await countRows()).toMatchObject({ runs: 0, inbox: 0, facts: 0, blobs: 0, deliveries: 7 })
})

test('a text that is stored again while it is being removed still exists afterwards', async () => {
  const { db } = database
  await sql`insert into blobs (digest, content, created_at) values ('old', 'text', ${daysAgo(500)})`.execute(
    db,
  )
  await db.transaction().execute(async (trx) => {
    await storeTexts(trx, [{ digest: 'old', content: 'text' }])
    expect(await retain({ db, retention: shipped }, neverAborts)).toMatchObject({ blobs: 0 })
  })
  expect(await retain({ db, retention: shipped }, neverAborts)).toMatchObject({ blobs: 0 })
  expect(await countRows()).toMatchObject({ blobs: 1 })
})
