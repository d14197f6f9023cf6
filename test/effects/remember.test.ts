import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import type { DB } from '../../services/judge/src/adapters/postgres/types.generated.ts'
import { createRememberPerformer } from '../../services/judge/src/effects/remember.ts'
import { createSentMessages } from '../../services/judge/src/effects/sent-messages.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { toRunId } from '../../services/judge/src/run/run.ts'
import { type MemoryDraft, memoryKinds } from '../../services/judge/src/text/memory.ts'
import { createTestDatabase } from '../harness/database.ts'
import { firstTry, noMask } from './samples.ts'

let open: Database
let db: Kysely<DB>
let drop: () => Promise<void>
const run = newId()

beforeEach(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  // Dropping the database ends connections that are still closing.
  open = openDatabase(database.url, { name: 'test', maxConnections: 2, onError: () => {} })
  db = open.db
  await sql`insert into runs (id, attempt, stage, status, due_at) values (${run}, 1, 'implementation', 'run_complete', now())`.execute(
    db,
  )
})
afterEach(async () => {
  await open.close()
  await drop()
})

/** Inserts an effect as the commit does, `later` seconds after the first. */
async function insertEffect(
  kind: string,
  changes: { key?: string; payload?: unknown; later?: number } = {},
): Promise<string> {
  const id = newId()
  await sql`insert into effects (id, run_id, kind, key, object, payload, patience_ms, created_at)
    values (${id}, ${run}, ${kind}, ${changes.key ?? id}, ${id}, ${JSON.stringify(changes.payload ?? {})}::jsonb, 60000,
            timestamptz '2026-11-21 10:00:00Z' + make_interval(secs => ${changes.later ?? 0}))`.execute(
    db,
  )
  return id
}

const createMemories = (what: string): readonly MemoryDraft[] =>
  memoryKinds.map((kind) => ({
    kind,
    namespace: 'codex:acme/widgets:41',
    summary: `${what} ${kind}`,
    content: `${what} in full`,
    tags: ['issue:41', 'a "quoted", {tag}'],
    metadata: { commit: null, attempt: 1 },
  }))

const remember = async (effectId: string, memories: readonly MemoryDraft[]) => {
  const performer = createRememberPerformer({ mask: noMask })
  const settlement = await performer.perform(
    { kind: 'remember', key: 'k', memories },
    firstTry({ effectId, runId: toRunId(run) }),
  )
  await db.transaction().execute(async (trx) => settlement.alsoWrite?.(trx))
  return settlement
}
const readMemories = () => db.selectFrom('memories').selectAll().orderBy('kind').execute()

test('a memory that the later decision has no observation for keeps the earlier content', async () => {
  await remember(await insertEffect('remember', { key: 'a' }), createMemories('seen'))
  const unobserved = createMemories('unobserved').map((memory) =>
    memory.kind === 'review' ? { ...memory, tags: ['later'], keepsEarlier: true as const } : memory,
  )
  await remember(await insertEffect('remember', { key: 'b', later: 1 }), unobserved)
  const memories = await db.selectFrom('memories').select(['kind', 'summary', 'tags']).execute()
  expect(memories.find(({ kind }) => kind === 'review')).toMatchObject({
    summary: 'seen review',
    tags: ['later'],
  })
  expect(memories.find(({ kind }) => kind === 'decision')).toMatchObject({
    summary: 'unobserved decision',
  })
})

test('a run has exactly ten memories, however often its effect is performed', async () => {
  const effect = await insertEffect('remember')
  expect(await remember(effect, createMemories('first'))).toMatchObject({ state: 'done' })
  await remember(effect, createMemories('first'))
  const rows = await readMemories()
  expect(rows.map(({ kind }) => kind)).toEqual([...memoryKinds].sort())
  expect(rows[0]).toMatchObject({
    run_id: run,
    namespace: 'codex:acme/widgets:41',
    tags: ['issue:41', 'a "quoted", {tag}'],
    metadata: { commit: null, attempt: 1 },
  })
})

test('the memories of a later decision replace those of an earlier one, even if they are stored first', async () => {
  const earlier = await insertEffect('remember')
  const later = await insertEffect('remember', { later: 5 })
  await remember(later, createMemories('second'))
  await remember(earlier, createMemories('first'))
  const rows = await readMemories()
  expect(rows).toHaveLength(10)
  expect(new Set(rows.map(({ content }) => content))).toEqual(new Set(['second in full']))
})

test('a run without a repository or an issue has no memories', async () => {
  expect(await remember(await insertEffect('remember'), [])).toMatchObject({ state: 'skipped' })
  expect(await readMemories()).toHaveLength(0)
})

test('a run with nine memories is refused', async () => {
  await expect(
    remember(await insertEffect('remember'), createMemories('x').slice(1)),
  ).rejects.toMatchObject({
    kind: 'refused',
  })
})

test('a message is sent, not sent yet, or never to be sent', async () => {
  const sent = createSentMessages(db)
  await insertEffect('discord', { key: 'asked' })
  expect(await sent.find('asked')).toEqual({ kind: 'not_yet' })
  await sql`update effects set state = 'done', settled_at = now(), answer = '{"channelId":"bad","messageId":"7"}' where key = 'asked'`.execute(
    db,
  )
  expect(await sent.find('asked')).toEqual({
    kind: 'sent',
    message: { channelId: 'bad', messageId: '7' },
  })
  await sql`update effects set state = 'skipped', because = 'off', answer = null where key = 'asked'`.execute(
    db,
  )
  expect(await sent.find('asked')).toEqual({ kind: 'never', because: 'off' })
  expect(await sent.find('unknown')).toMatchObject({ kind: 'never' })
})

test('an edit knows whether a later effect edits the same message', async () => {
  const sent = createSentMessages(db)
  const first = await insertEffect('discord', { payload: { edits: 'asked' } })
  const second = await insertEffect('discord', { payload: { edits: 'asked' }, later: 1 })
  await insertEffect('discord', { payload: { edits: 'another' }, later: 2 })
  expect(await sent.isEditedLater({ key: 'asked', effectId: first })).toBe(true)
  expect(await sent.isEditedLater({ key: 'asked', effectId: second })).toBe(false)
})
