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
import { Failure, getErrorMessage } from '../../lib/failure.ts'
import { findBinaries } from './binaries.ts'
import { type Cluster, ensureCluster, OWNER_ROLE, readPassword } from './cluster.ts'
import { lockDirectory } from './lock-directory.ts'
import { disownPidFile, isAlive, type Postmaster, readPostmaster, shutDown } from './postmaster.ts'
import { chooseServerUser, type ServerUser } from './server-user.ts'
import { supervise } from './supervise.ts'

export interface EmbeddedOptions {
  readonly dataDir: string
  readonly log: Pick<BaseLogger, 'info' | 'warn'>
  /** Additional PostgreSQL settings, for servers with disposable data. The defaults are durable. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface EmbeddedPostgres {
  /** Contains the password: do not log it. */
  readonly url: string
  /** Shuts the server down and releases the lock. Call it last, after all pools are closed. */
  readonly stop: () => Promise<void>
}

/**
 * Starts a PostgreSQL server under `dataDir`, on a loopback port with a password.
 *
 * The server is detached: it survives a kill of this process, and the next start takes it over. If
 * it ends by itself, it is restarted at the same address. The directory is locked before its server
 * is examined. Rejects with `Failure`: `refused` (another service uses the directory), `forbidden`
 * (the machine does not permit it) or `unavailable` (it does not start).
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const isNew = !existsSync(options.dataDir)
  mkdirSync(dirname(options.dataDir), { recursive: true })
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
  const dataDir = realpathSync(options.dataDir)
  const lock = lockDirectory(dataDir)
  try {
    const { postgres, initdb } = await findBinaries()
    const user = chooseServerUser(dataDir)
    if (isNew) chmodSync(dataDir, user.directoryMode)
    const cluster = await ensureCluster(join(dataDir, 'postgres'), initdb, user)
    const context = { cluster, postgres, user, dataDir, options }
    const running = (await takeOver(cluster, options.log)) ?? (await startServer(context))
    const supervised = supervise(running, {
      cluster,
      log: options.log,
      start: (port) => startServer(context, port),
    })
    return {
      url: formatUrl(cluster, running.port),
      stop: async () => {
        await shutDown(await supervised.end(), cluster)
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/**
 * The address of the server that another process runs under `dataDir` at this moment, which
 * contains the password; null: none runs. `hasCluster`: whether there is anything to start.
 */
export function findRunning(dataDir: string): {
  readonly url: string | null
  readonly hasCluster: boolean
} {
  const directory = join(dataDir, 'postgres')
  if (!existsSync(join(directory, 'PG_VERSION'))) return { url: null, hasCluster: false }
  const cluster = realpathSync(directory) as Cluster
  const running = readPostmaster(cluster)
  const isRunning = running?.ready === true && isAlive(running, cluster)
  return { url: isRunning ? formatUrl(cluster, running.port) : null, hasCluster: true }
}

const formatUrl = (cluster: Cluster, port: number): string =>
  `postgres://${OWNER_ROLE}:${readPassword(cluster)}@127.0.0.1:${port}/postgres`

/**
 * Takes over the server that an earlier, killed service left behind. Returns null if there is none;
 * a server that does not answer is shut down.
 */
async function takeOver(cluster: Cluster, log: EmbeddedOptions['log']): Promise<Postmaster | null> {
  const running = readPostmaster(cluster)
  if (!running) return null
  if (!isAlive(running, cluster)) {
    disownPidFile(cluster)
    return null
  }
  if (running.ready && (await isServing(cluster, running.port))) {
    log.info(
      { event: 'postgres.taken_over', pid: running.pid, port: running.port },
      'took over the embedded PostgreSQL of a killed service',
    )
    return running
  }
  log.warn(
    { event: 'postgres.shut_down', pid: running.pid },
    'an embedded PostgreSQL of a killed service does not answer; shutting it down',
  )
  await shutDown(running, cluster)
  return null
}

async function isServing(cluster: Cluster, port: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: formatUrl(cluster, port),
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

interface StartContext {
  readonly cluster: Cluster
  readonly postgres: string
  readonly user: ServerUser
  readonly dataDir: string
  readonly options: EmbeddedOptions
}

/**
 * Starts the server. It retries if another process took the free port in between, or if backends of
 * a killed server are still ending.
 */
async function startServer(context: StartContext, port?: number): Promise<Postmaster> {
  const { log } = context.options
  for (let tries = 1; ; tries += 1) {
    const startedAt = performance.now()
    const outcome = await tryStart(context, port ?? (await findFreePort()))
    if (outcome.kind === 'up') {
      const { postmaster } = outcome
      log.info(
        {
          event: 'postgres.started',
          pid: postmaster.pid,
          port: postmaster.port,
          took_ms: Math.round(performance.now() - startedAt),
        },
        `embedded PostgreSQL is up, ${context.user.describe}`,
      )
      return postmaster
    }
    const isTransient =
      /could not (bind|create any TCP)|Address already in use|pre-existing shared memory|lock file .* already exists/.test(
        outcome.reason,
      )
    if (!isTransient || tries === MAX_START_TRIES) {
      throw new Failure(
        'unavailable',
        `The embedded PostgreSQL does not start ${context.user.describe}: ${outcome.reason}`,
      )
    }
    await delay(100)
  }
}

type StartOutcome =
  | { readonly kind: 'up'; readonly postmaster: Postmaster }
  | { readonly kind: 'down'; readonly reason: string }

async function tryStart(
  { cluster, postgres, user, dataDir, options }: StartContext,
  port: number,
): Promise<StartOutcome> {
  const log = openLog(join(dataDir, 'postgres.log'))
  const child = user.spawn(postgres, buildServerArguments(cluster, port, options.settings ?? {}), [
    'ignore',
    log.descriptor,
    log.descriptor,
  ])
  closeSync(log.descriptor)
  let ended: string | null = null
  child.on('error', (error) => {
    ended = getErrorMessage(error)
  })
  child.on('exit', (code, signal) => {
    ended = `it exited with ${signal ?? code}`
  })
  for (let waited = 0; ended === null; waited += 10) {
    const postmaster = readPostmaster(cluster)
    if (postmaster?.ready && postmaster.pid === child.pid && (await isServing(cluster, port))) {
      // Not earlier: while the server starts, the reference must keep this process alive.
      child.unref()
      return { kind: 'up', postmaster }
    }
    if (waited > 0 && waited % 5_000 === 0) {
      options.log.warn(
        { event: 'postgres.slow', waited_ms: waited },
        'the embedded PostgreSQL is still recovering',
      )
    }
    if (waited > RECOVERY_TIMEOUT_MS) {
      await shutDown({ pid: child.pid ?? 0 }, cluster)
      ended = `it was not ready after ${RECOVERY_TIMEOUT_MS / 1000} s`
    } else await delay(10)
  }
  return { kind: 'down', reason: `${ended}. ${log.readNew()}` }
}

/** After a crash the server first replays its log, which takes a few minutes at most. */
const RECOVERY_TIMEOUT_MS = 300_000
const MAX_START_TRIES = 20
const MAX_LOG_BYTES = 10 * 1024 * 1024

function buildServerArguments(
  cluster: Cluster,
  port: number,
  settings: Readonly<Record<string, string>>,
): readonly string[] {
  const all = {
    listen_addresses: '127.0.0.1',
    // Connections by TCP only, which need the password.
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

const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** Opens the server's log, which is rotated at 10 MiB with one older file kept. */
function openLog(file: string): { readonly descriptor: number; readonly readNew: () => string } {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > MAX_LOG_BYTES) renameSync(file, `${file}.1`)
  const descriptor = openSync(file, 'a', 0o600)
  const start = statSync(file).size
  return {
    descriptor,
    readNew: () => readFileSync(file).subarray(start).toString().trim().slice(-2_000),
  }
}
