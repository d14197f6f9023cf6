import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dumpSchema } from '../scripts/dump-schema.ts'
import { type Database, openDatabase } from '../services/judge/src/adapters/postgres/database.ts'
import { migrate, migrationsTable } from '../services/judge/src/adapters/postgres/migrate.ts'
import type { ArtifactState } from '../services/judge/src/artifacts/evidence.ts'
import {
  type EffectKind,
  type EffectState,
  memoryKinds,
} from '../services/judge/src/decide/effect.ts'
import type { GateResult } from '../services/judge/src/gates/gate.ts'
import { statuses } from '../services/judge/src/run/lifecycle.ts'
import { reasons } from '../services/judge/src/run/reasons.ts'
import type { CiStatus, ReviewStatus, RunDecision } from '../services/judge/src/run/run.ts'
import { emptyDatabase } from './harness/database.ts'
import { hasPostgres15, startPostgres15 } from './harness/postgres-15.ts'

const root = resolve(import.meta.dirname, '..')
const committedDump = readFileSync(join(root, 'migrations/schema.sql'), 'utf8')
const log = { info: () => {} }

let empty: Awaited<ReturnType<typeof emptyDatabase>>
let database: Database

beforeEach(async () => {
  empty = await emptyDatabase()
  database = openDatabase(empty.url, { name: 'test', onError: () => {} })
})

afterEach(async () => {
  await database.close()
  await empty.drop()
})

test('the migrations make of an empty database exactly the schema that is committed', async () => {
  await migrate({ url: empty.url, log })
  expect(await dumpSchema(database.pool)).toBe(committedDump)
})

test('migrating again changes nothing', async () => {
  await migrate({ url: empty.url, log })
  await migrate({ url: empty.url, log })
  expect(await applied()).toEqual(shipped())
})

test('replicas that start together migrate once, and none of them fails', async () => {
  await Promise.all([1, 2, 3].map(() => migrate({ url: empty.url, log })))
  expect(await applied()).toEqual(shipped())
})

test.skipIf(!hasPostgres15)(
  'PostgreSQL 15, the oldest we promise, gets the same schema',
  async () => {
    const old = await startPostgres15()
    const opened = openDatabase(old.url, { name: 'test', onError: () => {} })
    try {
      await migrate({ url: old.url, log })
      expect(await dumpSchema(opened.pool)).toBe(committedDump)
    } finally {
      await opened.close()
      await old.stop()
    }
  },
)

test('a migration that fails leaves the database as it was, with none of its companions applied', async () => {
  const second = {
    '0001_good.sql': '-- Up Migration\ncreate table good ();',
    '0002_bad.sql': '-- Up Migration\ncreate nonsense;',
  }
  await expect(migrateAs(second)).rejects.toThrow(/syntax error/)
  expect(await tables()).not.toContain('good')
})

test('a database that a newer release has only added to is good enough for this one', async () => {
  await migrateAs({ '0001_start.sql': '', '0002_add_more.sql': '' })
  await expect(migrateAs({ '0001_start.sql': '' })).resolves.toBeUndefined()
})

test('a database from which a newer release has taken something away is refused, by name', async () => {
  await migrateAs({ '0001_start.sql': '', '0002_contract_drop_old.sql': '' })
  await expect(migrateAs({ '0001_start.sql': '' })).rejects.toThrow(
    /newer release.*0002_contract_drop_old/,
  )
})

test('a server that is not there is said by its address', async () => {
  const nowhere = migrate({ url: 'postgres://judge@127.0.0.1:1/judge', log })
  await expect(nowhere).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('127.0.0.1:1'),
  })
})

/** Every word of a union, kept complete by the compiler. */
const words = <T extends string>(of: Readonly<Record<T, true>>): readonly string[] =>
  Object.keys(of)

const closedSets: Readonly<Record<string, readonly string[]>> = {
  'runs.status': statuses,
  'runs.reason': Object.keys(reasons),
  'runs.ci_status': words<CiStatus>({ pending: true, success: true, failure: true }),
  'runs.review_status': words<ReviewStatus>({
    pending: true,
    approved: true,
    changes_requested: true,
    commented: true,
  }),
  'runs.decision': words<RunDecision>({ pass: true, needs_iteration: true, needs_human: true }),
  'gate_results.result': words<GateResult['result']>({ pass: true, refuse: true, wait: true }),
  'effects.kind': words<EffectKind>({
    ask: true,
    dispatch: true,
    discord: true,
    status: true,
    remember: true,
    requestReview: true,
    rerunChecks: true,
  }),
  'effects.state': words<EffectState>({
    pending: true,
    done: true,
    skipped: true,
    replaced: true,
    unknown: true,
    failed: true,
  }),
  'memories.kind': memoryKinds,
  'artifacts.state': words<ArtifactState>({
    found: true,
    missing: true,
    empty: true,
    unavailable: true,
    refused: true,
  }),
}

test('what a column of a closed set may hold in SQL is what TypeScript says', async () => {
  await migrate({ url: empty.url, log })
  const { rows } = await database.pool.query<{ column: string; definition: string }>(
    `select conrelid::regclass || '.' || attname as column, pg_get_constraintdef(pg_constraint.oid) as definition
       from pg_constraint join pg_attribute on attrelid = conrelid and conkey = array[attnum] where contype = 'c'`,
  )
  const sets = new Map(rows.map(({ column, definition }) => [column, wordsIn(definition)]))
  for (const [column, expected] of Object.entries(closedSets)) {
    expect(sets.get(column), column).toEqual([...expected].sort())
  }
})

const wordsIn = (definition: string): readonly string[] =>
  [...definition.matchAll(/'([^']+)'/g)].map(([, word]) => word ?? '').sort()

test('every table says who writes it, and every file it names is there', async () => {
  await migrate({ url: empty.url, log })
  const { rows } = await database.pool.query<{ name: string; comment: string | null }>(
    `select relname as name, obj_description(oid, 'pg_class') as comment from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> $1`,
    [migrationsTable],
  )
  for (const { name, comment } of rows) {
    expect(comment, name).toMatch(
      /written by|\b(?:ingest|correlate|engine|effects|history)\/[a-z-]+/i,
    )
    for (const [file] of comment?.matchAll(
      /\b(?:ingest|correlate|engine|effects|history)\/[a-z-]+/g,
    ) ?? []) {
      expect(
        existsSync(join(root, 'services/judge/src', `${file}.ts`)),
        `${name} names ${file}`,
      ).toBe(true)
    }
  }
})

const shipped = (): readonly string[] =>
  readdirSync(join(root, 'migrations'))
    .filter((file) => /^\d{4}_/.test(file))
    .map((file) => file.replace('.sql', ''))
    .sort()

async function applied(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select name from ${migrationsTable} order by id`,
  )
  return rows.map(({ name }) => name)
}

async function tables(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ tablename: string }>(
    'select tablename from pg_tables',
  )
  return rows.map(({ tablename }) => tablename)
}

async function migrateAs(files: Readonly<Record<string, string>>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'codex-judge-migrations-'))
  try {
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(dir, name), text || '-- Up Migration\nselect 1;')
    await migrate({ url: empty.url, log, dir })
  } finally {
    rmSync(dir, { recursive: true })
  }
}
