import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { migrate } from '../../services/judge/src/adapters/postgres/migrate.ts'
import { createEmptyDatabase } from './database.ts'
import { root } from './sources.ts'

const migrationsDir = join(root, 'migrations')
const rowsFile = join(root, 'test/fixtures/older-release/rows-before-0013.json')

/** The migrations of this release, in order. */
export const listMigrationFiles = (): readonly string[] =>
  readdirSync(migrationsDir)
    .filter((file) => /^\d{4}_.*\.sql$/.test(file))
    .toSorted()

/** Applies the first migrations only, as an older release did. */
export async function migrateTo(url: string, files: readonly string[]): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'codex-judge-older-'))
  try {
    for (const file of files) cpSync(join(migrationsDir, file), join(dir, file))
    await migrate({ url, log: { info: () => {} }, dir })
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/**
 * The database that the release before migration 0013 has left; see the fixture's ORIGIN.md. All
 * its times are moved as if it had been stopped just now, and the commits of its runs are these, in
 * the order of their issues.
 */
export async function createOlderDatabase(
  commits: readonly string[],
): ReturnType<typeof createEmptyDatabase> {
  const database = await createEmptyDatabase()
  await migrateTo(
    database.url,
    listMigrationFiles().filter((file) => file < '0013'),
  )
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    // Rows refer to each other in circles.
    await client.query('set session_replication_role = replica')
    for (const [table, rows] of Object.entries(readRows(commits))) {
      const { rows: columns } = await client.query<{ name: string }>(
        `select quote_ident(column_name) as name from information_schema.columns
          where table_name = $1 and is_generated = 'NEVER'`,
        [table],
      )
      const names = columns.map(({ name }) => name).join(', ')
      await client.query(`delete from ${table}`)
      await client.query(
        `insert into ${table} (${names})
         select ${names} from jsonb_populate_recordset(null::${table}, $1)`,
        [JSON.stringify(rows)],
      )
    }
    await client.query(`select setval('history_seq', (select max(seq) from run_events)),
                               setval('effect_seq', (select max(sequence) from effects))`)
  } finally {
    await client.end()
  }
  return database
}

function readRows(commits: readonly string[]): Readonly<Record<string, readonly unknown[]>> {
  const text = readFileSync(rowsFile, 'utf8')
  const times = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)/g
  const stoppedAt = Math.max(
    ...[...text.matchAll(/"updated_at":"([^"]+)"/g)].map(([, time = '']) => Date.parse(time)),
  )
  const moved = Date.now() - stoppedAt
  const { runs } = JSON.parse(text) as {
    runs: readonly { issue_number: number; commit_sha: string }[]
  }
  const current = new Map(
    runs.map(({ issue_number: issue, commit_sha: sha }) => [sha, commits[issue - 1] ?? sha]),
  )
  return JSON.parse(
    text
      .replace(times, (time) => new Date(Date.parse(time) + moved).toISOString())
      .replace(/\b[0-9a-f]{40}\b/g, (sha) => current.get(sha) ?? sha),
  )
}
