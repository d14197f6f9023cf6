import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import {
  isDatabaseOutage,
  isDatabaseUnavailable,
  transact,
} from '../../services/judge/src/adapters/postgres/transact.ts'
import { createTestDatabase } from '../harness/database.ts'
import { startDatabaseRelay } from '../harness/database-relay.ts'

let fresh: Awaited<ReturnType<typeof createTestDatabase>>
let database: Database
const broken: Error[] = []

beforeEach(async () => {
  fresh = await createTestDatabase()
  database = openDatabase(fresh.url, { name: 'test', onError: (error) => broken.push(error) })
})

afterEach(async () => {
  await database.close()
  await fresh.drop()
})

test('values have the types that the generated types declare', async () => {
  const { rows } = await sql<Record<string, unknown>>`
    select 9007199254740991::int8 as big, 12.345678::numeric(12, 6) as money,
           date '2026-03-29' as day, timestamptz '2026-01-02T03:04:05.678Z' as at,
           '{"a": [1, null]}'::jsonb as doc, '\\x00ff'::bytea as bytes, array['x', 'y'] as tags
  `.execute(database.db)
  expect(rows[0]).toEqual({
    big: 9007199254740991,
    money: 12.345678,
    day: '2026-03-29',
    at: new Date('2026-01-02T03:04:05.678Z'),
    doc: { a: [1, null] },
    bytes: Buffer.from([0, 255]),
    tags: ['x', 'y'],
  })
})

test('both transactions of a deadlock succeed: the aborted one is repeated', async () => {
  await sql`create table counters (name text primary key, n int not null)`.execute(database.db)
  await sql`insert into counters values ('a', 0), ('b', 0)`.execute(database.db)
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  let runs = 0

  // Each locks its first row, waits until the other has locked its own, and then needs that row.
  const crossing = (
    mine: 'a' | 'b',
    theirs: 'a' | 'b',
    arrived: () => void,
    other: Promise<void>,
  ) =>
    transact(database.db, async (trx) => {
      runs += 1
      await sql`update counters set n = n + 1 where name = ${mine}`.execute(trx)
      arrived()
      await other
      await sql`update counters set n = n + 1 where name = ${theirs}`.execute(trx)
    })
  await Promise.all([
    crossing('a', 'b', first.resolve, second.promise),
    crossing('b', 'a', second.resolve, first.promise),
  ])

  const { rows } = await sql`select name, n from counters order by name`.execute(database.db)
  expect(rows).toEqual([
    { name: 'a', n: 2 },
    { name: 'b', n: 2 },
  ])
  expect(runs).toBeGreaterThan(2)
})

test('a transaction that always conflicts throws the conflict after its last try', async () => {
  let runs = 0
  const conflict = transact(
    database.db,
    async (trx) => {
      runs += 1
      await sql`do $$ begin raise exception 'always' using errcode = '40001'; end $$`.execute(trx)
    },
    { tries: 3 },
  )
  await expect(conflict).rejects.toMatchObject({ code: '40001' })
  expect(runs).toBe(3)
})

test('any other error rolls the transaction back without a retry', async () => {
  await sql`create table kept (n int)`.execute(database.db)
  let runs = 0
  const failing = transact(database.db, async (trx) => {
    runs += 1
    await sql`insert into kept values (1)`.execute(trx)
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(runs).toBe(1)
  expect((await sql`select from kept`.execute(database.db)).rows).toEqual([])
})

test('a session that the server ends is reported, and a new one is opened', async () => {
  const cut = sql`select pg_terminate_backend(pg_backend_pid())`.execute(database.db)
  expect(isDatabaseUnavailable(await cut.catch((error: unknown) => error))).toBe(true)
  await expect
    .poll(async () => (await sql`select 1 as n`.execute(database.db).catch(() => null))?.rows)
    .toEqual([{ n: 1 }])
  expect(broken.map((error) => isDatabaseUnavailable(error))).not.toContain(false)
  expect(broken).not.toHaveLength(0)
})

test('without a server, a transaction and a query fail as unavailable', async () => {
  const nowhere = openDatabase('postgres://judge@127.0.0.1:1/judge', {
    name: 'test',
    onError: () => {},
  })
  await expect(transact(nowhere.db, async () => {})).rejects.toMatchObject({
    name: 'Failure',
    kind: 'unavailable',
  })
  expect(
    isDatabaseUnavailable(await sql`select 1`.execute(nowhere.db).catch((error: unknown) => error)),
  ).toBe(true)
  expect(
    isDatabaseUnavailable(
      await sql`select nonsense`.execute(database.db).catch((error: unknown) => error),
    ),
  ).toBe(false)
  await nowhere.close()
})

test('a connection on which no answer arrives in time is cut, and the next query gets another', async () => {
  const relay = await startDatabaseRelay(fresh.url)
  const hung = openDatabase(relay.url, {
    name: 'test',
    maxConnections: 1,
    connectTimeout: 300,
    limits: { statement: 100, lock: 100 },
    onError: () => {},
  })
  try {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(hung.db)
    relay.hold()
    for (const work of [
      () => sql`select 1`.execute(hung.db),
      () => sql`select ${1}::int`.execute(hung.db),
      () => transact(hung.db, (trx) => sql`select ${1}::int`.execute(trx)),
    ])
      expect(isDatabaseOutage(await work().catch((error: unknown) => error))).toBe(true)
    relay.resume()
    const again = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(hung.db)
    expect(again.rows[0]?.pid).toBeGreaterThan(0)
    expect(again.rows).not.toEqual(rows)
  } finally {
    await hung.close()
    await relay.close()
  }
})

test('a pool closes although PostgreSQL stands still', async () => {
  const relay = await startDatabaseRelay(fresh.url)
  const hung = openDatabase(relay.url, { name: 'test', onError: () => {} })
  await sql`select 1`.execute(hung.db)
  relay.hold()
  const query = sql`select 1`.execute(hung.db).catch((error: unknown) => error)
  await hung.close()
  expect(isDatabaseUnavailable(await query)).toBe(true)
  await relay.close()
})

test('a statement that takes longer than its limit fails as unavailable, and so does one that waits for a lock', async () => {
  const quick = openDatabase(fresh.url, {
    name: 'test',
    limits: { statement: 400, lock: 100 },
    onError: () => {},
  })
  const holder = openDatabase(fresh.url, { name: 'test', onError: () => {} })
  try {
    const slow = transact(quick.db, (trx) => sql`select pg_sleep(60)`.execute(trx))
    await expect(slow).rejects.toMatchObject({ kind: 'unavailable', cause: { code: '57014' } })
    await transact(holder.db, async (trx) => {
      await sql`select pg_advisory_xact_lock(1)`.execute(trx)
      const waiting = await quick.pool
        .query('select pg_advisory_xact_lock(1)')
        .catch((error: unknown) => error)
      expect(waiting).toMatchObject({ code: '55P03' })
    })
  } finally {
    await quick.close()
    await holder.close()
  }
})

test('a query that would need a second connection while its transaction holds one is refused', async () => {
  const nested = transact(database.db, async () => {
    await sql`select 1`.execute(database.db)
  })
  await expect(nested).rejects.toThrow('a transaction is open')
  let later: Promise<unknown> | null = null
  await transact(database.db, async () => {
    later = new Promise((resolve) => setImmediate(resolve)).then(() =>
      sql`select 1`.execute(database.db),
    )
  })
  expect(await later).toBeDefined()
})
