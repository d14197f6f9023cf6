import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { queryReadOnly } from '../../services/judge/src/adapters/postgres/read-only-query.ts'
import { createTestDatabase } from '../harness/database.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
const pool = { current: new pg.Pool() }
beforeAll(async () => {
  database = await createTestDatabase()
  pool.current = new pg.Pool({ connectionString: database.url })
  await pool.current.query(
    "insert into pauses (id, reason, by_actor) values (gen_random_uuid(), 'kept', 'ada')",
  )
})
afterAll(async () => {
  await pool.current.end()
  await database.drop()
})

test.each([
  ['select reason, by_actor from pauses;', ['reason', 'by_actor'], ['kept', 'ada']],
  ['-- why\n/* and\n how */ with one as (select 1 n) table one; -- done', ['n'], [1]],
  ['(values (1::bigint), (2))', ['column1'], [1]],
  ['table pauses limit 0', expect.arrayContaining(['reason']), undefined],
  ['show transaction_read_only', ['transaction_read_only'], ['on']],
  ['EXPLAIN (costs off) select 1', ['QUERY PLAN'], ['Result']],
])('%s is read', async (statement, columns, row) => {
  const result = await queryReadOnly(database.url, statement)
  expect(result.columns).toEqual(columns)
  expect(result.rows[0]).toEqual(row)
  expect(result.isCut).toBe(false)
})

test('no more rows are read than anyone reads', async () => {
  const { rows, isCut } = await queryReadOnly(database.url, 'select generate_series(1, 12000)')
  expect({ rows: rows.length, isCut }).toEqual({ rows: 10_000, isCut: true })
})

test.each([
  'delete from pauses',
  'select 1; delete from pauses',
  'commit; delete from pauses',
  'select 1; commit; begin read write; delete from pauses; commit',
  'with gone as (delete from pauses returning 1) select * from gone',
  'explain analyze delete from pauses',
  'set transaction read write',
  "select set_config('transaction_read_only', 'off', false)",
  'do $$ begin delete from pauses; end $$',
  "copy (select 1) to program 'true'",
  "/* select */ -- select\nupdate pauses set reason = 'y'",
  "select nextval('agent_messages_seq')",
  'select * into stolen from pauses',
  'create table stolen (n int)',
  'select nonsense',
  '-- nothing',
])('%s is refused, and changes nothing', async (statement) => {
  await expect(queryReadOnly(database.url, statement)).rejects.toMatchObject({
    name: 'Failure',
    kind: 'refused',
  })
  await expectUnchanged()
})

test('what PostgreSQL lets pass in spite of that is rolled back', async () => {
  await queryReadOnly(database.url, 'explain analyze select * into stolen from pauses')
  await expectUnchanged()
})

async function expectUnchanged(): Promise<void> {
  const { rows } = await pool.current.query(
    "select reason, to_regclass('stolen') as stolen from pauses",
  )
  expect(rows).toEqual([{ reason: 'kept', stolen: null }])
}
