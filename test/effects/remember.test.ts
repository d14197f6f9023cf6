import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import type { DB } from '../../services/judge/src/adapters/postgres/types.generated.ts'
import { type MemoryDraft, memoryKinds } from '../../services/judge/src/decide/effect.ts'
import { rememberPerformer } from '../../services/judge/src/effects/remember.ts'
import { sentMessages } from '../../services/judge/src/effects/sent-messages.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { runId } from '../../services/judge/src/run/run.ts'
import { freshDatabase } from '../harness/database.ts'
import { firstTry, noMask } from './samples.ts'

let open: Database
let db: Kysely<DB>
let drop: () => Promise<void>
const run = newId()

beforeEach(async () => {
  const database = await freshDatabase()
  drop = database.drop
  // Dropping the database cuts connections that are still on their way out.
  open = openDatabase(database.url, { name: 'test', max: 2, onError: () => {} })
  db = open.db
  await sql`insert into runs (id, attempt, stage, status, due_at) values (${run}, 1, 'implementation', 'run_complete', now())`.execute(
    db,
  )
})
afterEach(async () => {
  await open.close()
  await drop()
})

/** An effect's row, as the commit leaves it, `later` seconds after the first. */
async function effectRow(
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

const ten = (what: string): readonly MemoryDraft[] =>
  memoryKinds.map((kind) => ({
    kind,
    namespace: 'codex:acme/widgets:41',
    summary: `${what} ${kind}`,
    content: `${what} in full`,
    tags: ['issue:41', 'a "quoted", {tag}'],
    metadata: { commit: null, attempt: 1 },
  }))

const remember = async (effectId: string, memories: readonly MemoryDraft[]) => {
  const performer = rememberPerformer({ mask: noMask })
  const outcome = await performer.perform(
    { kind: 'remember', key: 'k', memories },
    firstTry({ effectId, runId: runId(run) }),
  )
  await db.transaction().execute(async (trx) => outcome.also?.(trx))
  return outcome
}
const kept = () => db.selectFrom('memories').selectAll().orderBy('kind').execute()

test('a memory for which nothing was looked at keeps what an earlier decision saw, and is of the later decision otherwise', async () => {
  await remember(await effectRow('remember', { key: 'a' }), ten('seen'))
  const unlooked = ten('unlooked').map((memory) =>
    memory.kind === 'review' ? { ...memory, tags: ['later'], keepsEarlier: true as const } : memory,
  )
  await remember(await effectRow('remember', { key: 'b', later: 1 }), unlooked)
  const kept = await db.selectFrom('memories').select(['kind', 'summary', 'tags']).execute()
  expect(kept.find(({ kind }) => kind === 'review')).toMatchObject({
    summary: 'seen review',
    tags: ['later'],
  })
  expect(kept.find(({ kind }) => kind === 'decision')).toMatchObject({
    summary: 'unlooked decision',
  })
})

test('exactly ten memories are kept of a run, however often its effect is performed', async () => {
  const effect = await effectRow('remember')
  expect(await remember(effect, ten('first'))).toMatchObject({ state: 'done' })
  await remember(effect, ten('first'))
  const rows = await kept()
  expect(rows.map(({ kind }) => kind)).toEqual([...memoryKinds].sort())
  expect(rows[0]).toMatchObject({
    run_id: run,
    namespace: 'codex:acme/widgets:41',
    tags: ['issue:41', 'a "quoted", {tag}'],
    metadata: { commit: null, attempt: 1 },
  })
})

test('a later decision replaces them, and an earlier one performed late does not', async () => {
  const earlier = await effectRow('remember')
  const later = await effectRow('remember', { later: 5 })
  await remember(later, ten('second'))
  await remember(earlier, ten('first'))
  const rows = await kept()
  expect(rows).toHaveLength(10)
  expect(new Set(rows.map(({ content }) => content))).toEqual(new Set(['second in full']))
})

test('a run of unknown repository or issue has none, and says why', async () => {
  expect(await remember(await effectRow('remember'), [])).toMatchObject({ state: 'skipped' })
  expect(await kept()).toHaveLength(0)
})

test('nine memories are refused: there are ten or none', async () => {
  await expect(remember(await effectRow('remember'), ten('x').slice(1))).rejects.toMatchObject({
    kind: 'refused',
  })
})

test('a message is known as sent, as not yet sent, or as never to be sent', async () => {
  const sent = sentMessages(db)
  await effectRow('discord', { key: 'asked' })
  expect(await sent.of('asked')).toEqual({ kind: 'not_yet' })
  await sql`update effects set state = 'done', settled_at = now(), answer = '{"channelId":"bad","messageId":"7"}' where key = 'asked'`.execute(
    db,
  )
  expect(await sent.of('asked')).toEqual({
    kind: 'sent',
    message: { channelId: 'bad', messageId: '7' },
  })
  await sql`update effects set state = 'skipped', because = 'off', answer = null where key = 'asked'`.execute(
    db,
  )
  expect(await sent.of('asked')).toEqual({ kind: 'never', because: 'off' })
  expect(await sent.of('nobody')).toMatchObject({ kind: 'never' })
})

test('the later of two edits of one message is told from the earlier', async () => {
  const sent = sentMessages(db)
  const first = await effectRow('discord', { payload: { edits: 'asked' } })
  const second = await effectRow('discord', { payload: { edits: 'asked' }, later: 1 })
  await effectRow('discord', { payload: { edits: 'another' }, later: 2 })
  expect(await sent.editedLater({ key: 'asked', effectId: first })).toBe(true)
  expect(await sent.editedLater({ key: 'asked', effectId: second })).toBe(false)
})
