import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dumpSchema } from '../scripts/dump-schema.ts'
import { type Database, openDatabase } from '../services/judge/src/adapters/postgres/database.ts'
import { MIGRATIONS_TABLE, migrate } from '../services/judge/src/adapters/postgres/migrate.ts'
import type { ArtifactState } from '../services/judge/src/artifacts/evidence.ts'
import type { EffectKind, EffectState } from '../services/judge/src/decide/effect.ts'
import type { GateResult } from '../services/judge/src/gates/gate.ts'
import { statuses } from '../services/judge/src/run/lifecycle.ts'
import { reasons } from '../services/judge/src/run/reasons.ts'
import type { CiStatus, ReviewStatus, RunDecision } from '../services/judge/src/run/run.ts'
import { memoryKinds } from '../services/judge/src/text/memory.ts'
import { createEmptyDatabase } from './harness/database.ts'
import { hasPostgres15, startPostgres15 } from './harness/postgres-15.ts'

const root = resolve(import.meta.dirname, '..')
const committedDump = readFileSync(join(root, 'migrations/schema.sql'), 'utf8')
const log = { info: () => {} }

let empty: Awaited<ReturnType<typeof createEmptyDatabase>>
let database: Database

beforeEach(async () => {
  empty = await createEmptyDatabase()
  database = openDatabase(empty.url, { name: 'test', onError: () => {} })
})

afterEach(async () => {
  await database.close()
  await empty.drop()
})

test('the migrations create exactly the committed schema in an empty database', async () => {
  await migrate({ url: empty.url, log })
  expect(await dumpSchema(database.pool)).toBe(committedDump)
})

test('a second migration changes nothing', async () => {
  await migrate({ url: empty.url, log })
  await migrate({ url: empty.url, log })
  expect(await listApplied()).toEqual(listShipped())
})

test('replicas that start together migrate once, and none fails', async () => {
  await Promise.all([1, 2, 3].map(() => migrate({ url: empty.url, log })))
  expect(await listApplied()).toEqual(listShipped())
})

test.skipIf(!hasPostgres15)(
  'PostgreSQL 15, the oldest supported version, gets the same schema',
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

test('a failed migration rolls back all migrations of the run', async () => {
  const second = {
    '0001_good.sql': '-- Up Migration\ncreate table good ();',
    '0002_bad.sql': '-- Up Migration\ncreate nonsense;',
  }
  await expect(migrateFiles(second)).rejects.toThrow(/syntax error/)
  expect(await listTables()).not.toContain('good')
})

test('a database that a newer release has only extended is accepted', async () => {
  await migrateFiles({ '0001_start.sql': '', '0002_add_more.sql': '' })
  await expect(migrateFiles({ '0001_start.sql': '' })).resolves.toBeUndefined()
})

test('a database that a newer release has contracted is refused by its migration', async () => {
  await migrateFiles({ '0001_start.sql': '', '0002_contract_drop_old.sql': '' })
  await expect(migrateFiles({ '0001_start.sql': '' })).rejects.toThrow(
    /newer release.*0002_contract_drop_old/,
  )
})

test('an unreachable server is named by its address', async () => {
  const nowhere = migrate({ url: 'postgres://judge@127.0.0.1:1/judge', log })
  await expect(nowhere).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('127.0.0.1:1'),
  })
})

/** Every member of a union, checked for completeness by the compiler. */
const listMembers = <T extends string>(of: Readonly<Record<T, true>>): readonly string[] =>
  Object.keys(of)

const closedSets: Readonly<Record<string, readonly string[]>> = {
  'runs.status': statuses,
  'runs.reason': Object.keys(reasons),
  'runs.ci_status': listMembers<CiStatus>({ pending: true, success: true, failure: true }),
  'runs.review_status': listMembers<ReviewStatus>({
    pending: true,
    approved: true,
    changes_requested: true,
    commented: true,
  }),
  'runs.decision': listMembers<RunDecision>({
    pass: true,
    needs_iteration: true,
    needs_human: true,
  }),
  'gate_results.result': listMembers<GateResult['result']>({
    pass: true,
    refuse: true,
    wait: true,
  }),
  'effects.kind': listMembers<EffectKind>({
    ask: true,
    dispatch: true,
    discord: true,
    status: true,
    remember: true,
    requestReview: true,
    comment: true,
    rerunChecks: true,
  }),
  'effects.state': listMembers<EffectState>({
    pending: true,
    done: true,
    skipped: true,
    replaced: true,
    unknown: true,
    failed: true,
  }),
  'memories.kind': memoryKinds,
  'artifacts.state': listMembers<ArtifactState>({
    found: true,
    missing: true,
    empty: true,
    unavailable: true,
    refused: true,
  }),
}

test('the closed sets in SQL are those in TypeScript', async () => {
  await migrate({ url: empty.url, log })
  const { rows } = await database.pool.query<{ column: string; definition: string }>(
    `select conrelid::regclass || '.' || attname as column,
            pg_get_constraintdef(pg_constraint.oid) as definition
       from pg_constraint
       join pg_attribute on attrelid = conrelid and conkey = array[attnum]
      where contype = 'c'`,
  )
  const sets = new Map(rows.map(({ column, definition }) => [column, parseMembers(definition)]))
  for (const [column, expected] of Object.entries(closedSets)) {
    expect(sets.get(column), column).toEqual([...expected].sort())
  }
})

const parseMembers = (definition: string): readonly string[] =>
  [...definition.matchAll(/'([^']+)'/g)].map(([, word]) => word ?? '').sort()

test('the comment of every table names what writes it, and every path in it exists', async () => {
  await migrate({ url: empty.url, log })
  const { rows } = await database.pool.query<{ name: string; comment: string | null }>(
    `select relname as name, obj_description(oid, 'pg_class') as comment from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> $1`,
    [MIGRATIONS_TABLE],
  )
  for (const { name, comment } of rows) {
    expect(comment, name).toMatch(
      /written by|\b(?:ingest|correlate|engine|effects|history)\/[a-z-]+/i,
    )
    for (const [file] of comment?.matchAll(
      /\b(?:ingest|correlate|engine|effects|history)\/[a-z-]+/g,
    ) ?? []) {
      expect(
        ['', '.ts'].some((end) => existsSync(join(root, 'services/judge/src', `${file}${end}`))),
        `${name} names ${file}`,
      ).toBe(true)
    }
  }
})

const listShipped = (): readonly string[] =>
  readdirSync(join(root, 'migrations'))
    .filter((file) => /^\d{4}_/.test(file))
    .map((file) => file.replace('.sql', ''))
    .sort()

async function listApplied(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select name from ${MIGRATIONS_TABLE} order by id`,
  )
  return rows.map(({ name }) => name)
}

async function listTables(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ tablename: string }>(
    'select tablename from pg_tables',
  )
  return rows.map(({ tablename }) => tablename)
}

async function migrateFiles(files: Readonly<Record<string, string>>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'codex-judge-migrations-'))
  try {
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(dir, name), text || '-- Up Migration\nselect 1;')
    await migrate({ url: empty.url, log, dir })
  } finally {
    rmSync(dir, { recursive: true })
  }
}
