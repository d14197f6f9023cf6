import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { expect, onTestFinished, test } from 'vitest'
import { startEmbedded } from '../services/judge/src/adapters/postgres/embedded.ts'
import { migrate } from '../services/judge/src/adapters/postgres/migrate.ts'
import { runSql } from '../services/judge/src/cli/sql.ts'
import { codexJudge } from './harness/codex-judge.ts'
import { createTestDatabase } from './harness/database.ts'
import { hasPostgres15, postgres15Binaries, startPostgres15 } from './harness/postgres-15.ts'
import { root } from './harness/sources.ts'

/* What docs/operations.md tells an operator to run is run here, as it is written there. */

const document = readFileSync(join(root, 'docs/operations.md'), 'utf8')
const silentLog = { info: () => {}, warn: () => {} }

/** The code blocks of a language in a section, without the indentation of a list. */
function listBlocks(heading: string, language: string): readonly string[] {
  const level = /^#+/.exec(heading)?.[0].length ?? 0
  const start = document.indexOf(`\n${heading}\n`)
  if (start < 0) throw new Error(`docs/operations.md has no section ${heading}`)
  const rest = document.slice(start + heading.length + 1)
  const end = rest.search(new RegExp(`\n#{1,${level}} `))
  return [...rest.slice(0, end).matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)]
    .filter(([, , name]) => name === language)
    .map(([, indent = '', , code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
}

function runInShell(script: string, env: Readonly<Record<string, string>>, cwd: string): void {
  const { status, stderr } = spawnSync('sh', ['-eu', '-c', script], {
    cwd,
    encoding: 'utf8',
    env: { PATH: [postgres15Binaries, process.env.PATH].join(delimiter), ...env },
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) })
}

function makeDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'codex-judge-operations-')))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

async function query(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

/** Creates the tables of the service and of its job queue, with one row to look for. */
async function fillDatabase(url: string): Promise<void> {
  await migrate({ url, log: silentLog })
  await startQueue(url)
  await query(
    url,
    "insert into pauses (id, reason, by_actor) values (gen_random_uuid(), 'kept', 'ada')",
  )
}

async function startQueue(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, schedule: false })
  boss.on('error', () => {})
  await boss.start()
  await boss.createQueue('tick', { policy: 'short' })
  await boss.stop()
}

const runbook = listBlocks('## Runbook', 'sql')

test('the runbook has statements, and each runs as it is written', async () => {
  expect(runbook.length).toBeGreaterThan(5)
  const database = await createTestDatabase()
  onTestFinished(database.drop)
  const settings = { databaseUrl: database.url, dataDir: '' }
  for (const statement of runbook) {
    const { columns } = await runSql(settings, statement).catch((cause: unknown) => {
      throw new Error(`this statement fails: ${statement}`, { cause })
    })
    expect(columns.length).toBeGreaterThan(1)
  }
})

test('they run on the embedded database, too, while the service runs and while it does not', async () => {
  const dataDir = join(makeDirectory(), 'data')
  const [statement = ''] = listBlocks('## The command line', 'sh')
    .filter((block) => block.includes('codex-judge sql'))
    .map((block) => /"(.*)"/.exec(block)?.[1] ?? '')
  const run = () => codexJudge(['sql', statement], { DATA_DIR: dataDir })
  expect(await run()).toMatchObject({ code: 1, err: [expect.stringContaining('no database')] })
  const server = await startEmbedded({ dataDir, log: silentLog })
  await migrate({ url: server.url, log: silentLog })
  expect(await run()).toMatchObject({
    code: 0,
    out: ['status  count', '------  -----', '(0 rows)'],
  })
  await server.stop()
  expect(await run()).toMatchObject({ code: 0, err: [] })
  expect(await run()).toMatchObject({ code: 0, err: [] })
})

test('the embedded database is copied and put back as documented', async () => {
  const dataDir = join(makeDirectory(), 'data')
  const env = { DATA_DIR: dataDir }
  const [copy = ''] = listBlocks('### Backup', 'sh').filter((block) => block.includes('DATA_DIR'))
  const [putBack = ''] = listBlocks('### Restore', 'sh').filter((one) => one.includes('DATA_DIR'))
  const first = await startEmbedded({ dataDir, log: silentLog })
  await fillDatabase(first.url)
  await first.stop()
  runInShell(copy, env, root)
  const second = await startEmbedded({ dataDir, log: silentLog })
  await query(second.url, 'drop table pauses')
  await second.stop()
  runInShell(putBack, env, root)
  const third = await startEmbedded({ dataDir, log: silentLog })
  expect(await query(third.url, 'select reason from pauses')).toEqual([{ reason: 'kept' }])
  await third.stop()
})

// It needs the client programs of a server of the same version.
test.skipIf(!hasPostgres15)(
  'a database is created, backed up and restored as documented',
  async () => {
    const server = await startPostgres15()
    onTestFinished(server.stop)
    for (const statement of listBlocks('### Rights', 'sql').join('').split(';\n').filter(Boolean))
      await query(server.url, statement)
    const url = Object.assign(new URL(server.url), {
      username: 'codex_judge',
      pathname: '/codex_judge',
    }).href
    await fillDatabase(url)
    const directory = makeDirectory()
    mkdirSync(directory, { recursive: true })
    const env = { DATABASE_URL: url, ADMIN_DATABASE_URL: server.url }
    const commandsOf = (heading: string) =>
      listBlocks(heading, 'sh').filter((block) => !block.includes('DATA_DIR'))
    const [dump = ''] = commandsOf('### Backup')
    runInShell(dump, env, directory)

    // What came after the backup, tables of a newer release included, must not be there afterwards.
    await query(url, 'delete from pauses')
    await query(url, 'create table newer (run_id uuid references runs (id))')
    const [restore = ''] = commandsOf('### Restore')
    for (const _ of ['once', 'again']) {
      runInShell(restore, env, directory)
      expect(await query(url, 'select reason from pauses')).toEqual([{ reason: 'kept' }])
      expect(await query(url, "select to_regclass('newer') as newer")).toEqual([{ newer: null }])
      expect((await codexJudge(['migrate'], { DATABASE_URL: url })).out).toEqual([
        'nothing to do: the schema is current',
      ])
      await startQueue(url)
    }
  },
)
