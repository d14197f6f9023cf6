import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Cluster } from '../../services/judge/src/adapters/postgres/cluster.ts'
import { ensureCluster } from '../../services/judge/src/adapters/postgres/cluster.ts'
import { startEmbedded } from '../../services/judge/src/adapters/postgres/embedded.ts'
import {
  isAlive,
  readPostmaster,
  shutDown,
} from '../../services/judge/src/adapters/postgres/postmaster.ts'
import { eventually } from '../harness/run-verbs.ts'

const quiet = { info: () => {}, warn: () => {} }
let dataDir: string
let clusterDir: Cluster
const services: ChildProcess[] = []

/**
 * Creating a cluster takes longer than all tests together, so each test gets a copy of this one.
 */
const template = realpathSync(mkdtempSync(join(tmpdir(), 'codex-judge-embedded-')))

beforeAll(async () => {
  await (await startEmbedded({ dataDir: template, log: quiet })).stop()
})

afterAll(() => rmSync(template, { recursive: true }))

beforeEach(() => {
  dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'codex-judge-embedded-')))
  clusterDir = join(dataDir, 'postgres') as Cluster
  cpSync(join(template, 'postgres'), clusterDir, { recursive: true })
  chmodSync(clusterDir, 0o700)
})

afterEach(async () => {
  for (const service of services.splice(0)) service.kill('SIGKILL')
  const left = readPostmaster(clusterDir)
  if (left) await shutDown(left, clusterDir)
  rmSync(dataDir, { recursive: true, force: true })
})

test('a table survives an orderly stop and the next start', async () => {
  const first = await startEmbedded({ dataDir, log: quiet })
  await query(first.url, 'create table kept (n int); insert into kept values (7)')
  await first.stop()
  const second = await startEmbedded({ dataDir, log: quiet })
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }])
  await second.stop()
})

test('stop resolves when the server has exited and the directory is unlocked', async () => {
  const server = await startEmbedded({ dataDir, log: quiet })
  const running = readPostmaster(clusterDir)
  await server.stop()
  expect(running && isAlive(running, clusterDir)).toBe(false)
  expect(readPostmaster(clusterDir)).toBeNull()
  const again = await startEmbedded({ dataDir, log: quiet })
  await again.stop()
})

test('the data is durable, the password is private, and only loopback is listened on', async () => {
  const server = await startEmbedded({ dataDir, log: quiet })
  const settings = `
    select name, setting from pg_settings
     where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses',
                    'unix_socket_directories')
     order by name`
  expect((await query(server.url, settings)).map(({ setting }) => setting)).toEqual([
    'on',
    'on',
    '127.0.0.1',
    'on',
    '',
  ])
  expect(statSync(join(clusterDir, 'judge.password')).mode & 0o777).toBe(0o600)
  const wrong = Object.assign(new URL(server.url), { password: 'guessed' }).href
  await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/)
  await server.stop()
})

test('the server starts in a directory that only its owner can enter', async () => {
  chmodSync(dataDir, 0o700)
  const server = await startEmbedded({ dataDir: join(dataDir, 'a', 'b'), log: quiet })
  expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }])
  await server.stop()
})

test('after kill -9 of the service the next one takes over its running server', async () => {
  const killed = await startService()
  await query(killed.url, 'create table kept (n int); insert into kept values (1)')
  const orphan = readPostmaster(clusterDir)
  killed.process.kill('SIGKILL')
  await once(killed.process, 'exit')
  expect(orphan && isAlive(orphan, clusterDir)).toBe(true)

  const next = await startEmbedded({ dataDir, log: quiet })
  expect(readPostmaster(clusterDir)?.pid).toBe(orphan?.pid)
  expect(await query(next.url, 'select n from kept')).toEqual([{ n: 1 }])
  await next.stop()
  expect(orphan && isAlive(orphan, clusterDir)).toBe(false)
})

test('after kill -9 of service and server the next start recovers all committed data', async () => {
  const killed = await startService()
  await query(killed.url, 'create table kept (n int); insert into kept values (1)')
  killed.process.kill('SIGKILL')
  process.kill(readPostmaster(clusterDir)?.pid ?? 0, 'SIGKILL')
  const next = await startEmbedded({ dataDir, log: quiet })
  expect(await query(next.url, 'select n from kept')).toEqual([{ n: 1 }])
  await next.stop()
})

test('a server that is killed while its service runs is restarted at its address', async () => {
  const server = await startEmbedded({ dataDir, log: quiet })
  await query(server.url, 'create table kept (n int); insert into kept values (1)')
  const killed = readPostmaster(clusterDir)?.pid ?? 0
  process.kill(killed, 'SIGKILL')
  await eventually('the server is back', async () => {
    const answer = await query(server.url, 'select n from kept').catch(() => null)
    return answer !== null && readPostmaster(clusterDir)?.pid !== killed && answer[0]?.n === 1
  })
  await server.stop()
  expect(readPostmaster(clusterDir)).toBeNull()
})

test('a second service on the same directory is refused, and the first keeps running', async () => {
  const first = await startService()
  const second = await readResult(spawnService(dataDir))
  expect(second).toMatchObject({ event: 'refused', kind: 'refused' })
  expect(String(second.message)).toBe(
    [
      `${dataDir} is in use by another service (process ${first.process.pid}):`,
      'stop that service, or set another DATA_DIR.',
    ].join(' '),
  )
  expect(await query(first.url, 'select 1 as n')).toEqual([{ n: 1 }])
  first.process.kill('SIGTERM')
  expect(await once(first.process, 'exit')).toEqual([0, null])
  await (await startEmbedded({ dataDir, log: quiet })).stop()
})

test('of two services that start at once, one is refused', async () => {
  const both = await Promise.all([
    readResult(spawnService(dataDir)),
    readResult(spawnService(dataDir)),
  ])
  expect(both.map(({ event }) => event).sort()).toEqual(['refused', 'up'])
})

test('a reused process ID in postmaster.pid does not prevent the start', async () => {
  const first = await startService()
  first.process.kill('SIGKILL')
  const dead = readPostmaster(clusterDir)
  const file = join(clusterDir, 'postmaster.pid')
  const left = readFileSync(file, 'utf8')
  process.kill(dead?.pid ?? 0, 'SIGKILL')
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60000)'])
  services.push(stranger)
  writeFileSync(file, left.replace(/^\d+/, String(stranger.pid)))

  const next = await startEmbedded({ dataDir, log: quiet })
  expect(await query(next.url, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(stranger.exitCode).toBeNull()
  await next.stop()
})

test('a cluster whose creation was interrupted is created again', async () => {
  rmSync(clusterDir, { recursive: true })
  mkdirSync(join(dataDir, 'postgres.new-1'))
  writeFileSync(join(dataDir, 'postgres.new-1', 'half'), 'written')
  writeFileSync(join(dataDir, 'postgres.new-1.password'), 'old')
  const server = await startEmbedded({ dataDir, log: quiet })
  expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(readdirSync(dataDir).filter((name) => name.includes('new'))).toEqual([])
  await server.stop()
})

test('a failed start rejects with PostgreSQL’s message and unlocks the directory', async () => {
  await (await startEmbedded({ dataDir, log: quiet })).stop()
  const broken = startEmbedded({ dataDir, log: quiet, settings: { shared_buffers: 'plenty' } })
  await expect(broken).rejects.toThrow(/does not start.*shared_buffers/s)
  await (await startEmbedded({ dataDir, log: quiet })).stop()
})

test('a failed creation leaves neither a cluster nor a password behind', async () => {
  rmSync(clusterDir, { recursive: true })
  const refuses = {
    describe: 'by a test',
    directoryMode: 0o700,
    handOver: () => {},
    spawn: () => spawn('false', { stdio: ['ignore', 'ignore', 'pipe'] }),
  }
  await expect(ensureCluster(clusterDir, 'initdb', refuses)).rejects.toMatchObject({
    kind: 'forbidden',
  })
  expect(readdirSync(dataDir).filter((name) => name.endsWith('.password'))).toEqual([])
  expect(statSync(clusterDir, { throwIfNoEntry: false })).toBeUndefined()
})

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

function spawnService(directory: string): ChildProcess {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'service.ts'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  services.push(child)
  return child
}

/** Reads the first line about the result of the start. */
async function readResult(child: ChildProcess): Promise<Record<string, unknown>> {
  if (!child.stdout) throw new Error('no output to read')
  for await (const line of createInterface(child.stdout)) {
    const entry: Record<string, unknown> = JSON.parse(line)
    if (entry.event === 'up' || entry.event === 'refused') return entry
  }
  throw new Error('the service exited without a result')
}

async function startService(): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const child = spawnService(dataDir)
  return { process: child, url: String((await readResult(child)).url) }
}
