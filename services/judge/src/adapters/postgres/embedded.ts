import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { BaseLogger } from 'pino'
import { Failure, messageOf } from '../../lib/failure.ts'
import { type AsUser, asUser } from './as-user.ts'
import { binaries } from './binaries.ts'
import { type Cluster, ensureCluster, owner, passwordOf } from './cluster.ts'
import { lockDirectory } from './lock-directory.ts'
import { disownPidFile, isAlive, type Postmaster, readPostmaster, shutDown } from './postmaster.ts'
import { keepUp } from './supervise.ts'

export interface EmbeddedOptions {
  readonly dataDir: string
  readonly log: Pick<BaseLogger, 'info' | 'warn'>
  /**
   * PostgreSQL settings beside ours, for servers whose data nobody will miss. Real data keeps the
   * durable defaults.
   */
  readonly settings?: Readonly<Record<string, string>>
}

export interface Embedded {
  /** Holds the password: not for logs. */
  readonly url: string
  /**
   * Fast shutdown, awaited, then the lock. Call it last: after the drain and after the pools are
   * closed.
   */
  readonly stop: () => Promise<void>
}

/**
 * A real PostgreSQL server under `dataDir`, ours alone, on a loopback port with a password.
 *
 * It is started by us and detached, so that it lives until `stop`, and survives us if we are
 * killed: then the next start takes it over. One that ends while we live is started again, at the
 * same address. The order matters: the lock first, then what the directory says about a server.
 * Rejects with `Failure`: `refused` (another service has the directory), `forbidden` (the machine
 * does not let us), `unavailable` (it does not come up); each message says what to do.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const made = !existsSync(options.dataDir)
  mkdirSync(dirname(options.dataDir), { recursive: true })
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
  const dataDir = realpathSync(options.dataDir)
  const lock = lockDirectory(dataDir)
  try {
    const { postgres, initdb } = await binaries()
    const as = asUser(dataDir)
    if (made) chmodSync(dataDir, as.passage)
    const cluster = await ensureCluster(join(dataDir, 'postgres'), initdb, as)
    const how = { cluster, postgres, as, dataDir, options }
    const running = (await takeOver(cluster, options.log)) ?? (await start(how))
    const kept = keepUp(running, { cluster, log: options.log, start: (port) => start(how, port) })
    return {
      url: urlOf(cluster, running.port),
      stop: async () => {
        await shutDown(await kept.end(), cluster)
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

const urlOf = (cluster: Cluster, port: number): string =>
  `postgres://${owner}:${passwordOf(cluster)}@127.0.0.1:${port}/postgres`

/**
 * The server that an earlier, killed service left behind, if it answers as this cluster; otherwise
 * it is ended, and null is returned: start one.
 */
async function takeOver(cluster: Cluster, log: EmbeddedOptions['log']): Promise<Postmaster | null> {
  const left = readPostmaster(cluster)
  if (!left) return null
  if (!isAlive(left, cluster)) {
    disownPidFile(cluster)
    return null
  }
  if (left.ready && (await answers(cluster, left.port))) {
    log.info(
      { event: 'postgres.taken_over', pid: left.pid, port: left.port },
      'took over the embedded PostgreSQL of a killed service',
    )
    return left
  }
  log.warn(
    { event: 'postgres.ended', pid: left.pid },
    'ending an embedded PostgreSQL that does not answer',
  )
  await shutDown(left, cluster)
  return null
}

async function answers(cluster: Cluster, port: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: urlOf(cluster, port),
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    return rows[0]?.data_directory === cluster
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

interface Start {
  readonly cluster: Cluster
  readonly postgres: string
  readonly as: AsUser
  readonly dataDir: string
  readonly options: EmbeddedOptions
}

/**
 * Starts the server. A port that somebody took between our asking and its binding, or backends of a
 * killed server that are still ending, only mean another try.
 */
async function start(how: Start, port?: number): Promise<Postmaster> {
  const { log } = how.options
  for (let tries = 1; ; tries += 1) {
    const began = performance.now()
    const outcome = await tryStart(how, port ?? (await freePort()))
    if (outcome.kind === 'up') {
      const { postmaster } = outcome
      log.info(
        {
          event: 'postgres.started',
          pid: postmaster.pid,
          port: postmaster.port,
          took_ms: Math.round(performance.now() - began),
        },
        `embedded PostgreSQL is up, ${how.as.describe}`,
      )
      return postmaster
    }
    const passing =
      /could not (bind|create any TCP)|Address already in use|pre-existing shared memory/.test(
        outcome.said,
      )
    if (!passing || tries === 20) {
      throw new Failure(
        'unavailable',
        `The embedded PostgreSQL does not start ${how.as.describe}: ${outcome.said}`,
      )
    }
    await delay(100)
  }
}

type Outcome =
  | { readonly kind: 'up'; readonly postmaster: Postmaster }
  | { readonly kind: 'down'; readonly said: string }

async function tryStart(
  { cluster, postgres, as, dataDir, options }: Start,
  port: number,
): Promise<Outcome> {
  const log = openLog(join(dataDir, 'postgres.log'))
  const child = as.start(postgres, serverArguments(cluster, port, options.settings ?? {}), [
    'ignore',
    log.descriptor,
    log.descriptor,
  ])
  closeSync(log.descriptor)
  let ended: string | null = null
  child.on('error', (error) => {
    ended = messageOf(error)
  })
  child.on('exit', (code, signal) => {
    ended = `it ended with ${signal ?? code}`
  })
  for (let waited = 0; ended === null; waited += 10) {
    const postmaster = readPostmaster(cluster)
    if (postmaster?.ready && postmaster.pid === child.pid && (await answers(cluster, port))) {
      // Only now: a server that is our child and referenced keeps this process alive, which is
      // right while it starts.
      child.unref()
      return { kind: 'up', postmaster }
    }
    if (waited > 0 && waited % 5_000 === 0) {
      options.log.warn(
        { event: 'postgres.slow', waited_ms: waited },
        'the embedded PostgreSQL is still recovering',
      )
    }
    if (waited > recoveryLimit) {
      await shutDown({ pid: child.pid ?? 0 }, cluster)
      ended = `it was not ready after ${recoveryLimit / 1000} s`
    } else await delay(10)
  }
  return { kind: 'down', said: `${ended}. ${log.since()}` }
}

/**
 * After a crash it first replays what it had not yet written to its files, which is at most a few
 * minutes' work.
 */
const recoveryLimit = 300_000

function serverArguments(
  cluster: Cluster,
  port: number,
  settings: Readonly<Record<string, string>>,
): readonly string[] {
  const all = {
    listen_addresses: '127.0.0.1',
    // No second door: everything that connects has the password.
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Compiling short queries costs more than it saves.
    jit: 'off',
    ...settings,
  }
  return [
    '-D',
    cluster,
    '-p',
    String(port),
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** The server's own log. It starts anew at 10 MiB, with one older file kept. */
function openLog(file: string): { readonly descriptor: number; readonly since: () => string } {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > 10 * 1024 * 1024) renameSync(file, `${file}.1`)
  const descriptor = openSync(file, 'a', 0o600)
  const began = statSync(file).size
  return {
    descriptor,
    since: () => readFileSync(file).subarray(began).toString().trim().slice(-2_000),
  }
}
