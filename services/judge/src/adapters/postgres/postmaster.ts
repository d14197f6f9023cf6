import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Millis } from '../../lib/instant.ts'
import type { Cluster } from './cluster.ts'

/** The content of `postmaster.pid`, which PostgreSQL writes at start and removes at shutdown. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly ready: boolean
}

const getPidFile = (cluster: Cluster): string => join(cluster, 'postmaster.pid')

/** The server named by the cluster's `postmaster.pid`, dead or alive; null if there is none. */
export function readPostmaster(cluster: Cluster): Postmaster | null {
  const lines = readLines(getPidFile(cluster))
  const pid = Math.abs(Number(lines?.[0]))
  if (!lines || !Number.isInteger(pid) || pid === 0) return null
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

/**
 * Whether the process is alive and this cluster's server. Process IDs are reused, so its command
 * line must name the cluster. A zombie counts as dead.
 */
export function isAlive({ pid }: Pick<Postmaster, 'pid'>, cluster: Cluster): boolean {
  if (process.platform !== 'linux') return readCommand(pid).includes(cluster)
  const state = readFileOrNull(`/proc/${pid}/stat`)
  if (state === null || /^\d+ \(.*\) [ZX]/s.test(state)) return false
  return (readFileOrNull(`/proc/${pid}/cmdline`) ?? '').split('\0').includes(cluster)
}

/**
 * Replaces a dead server's ID in `postmaster.pid` with our own. PostgreSQL refuses to start while
 * that ID belongs to a live process, but ignores its parent. The file must stay, because PostgreSQL
 * uses it to detect running backends of the dead server.
 */
export function disownPidFile(cluster: Cluster): void {
  const lines = readLines(getPidFile(cluster))
  if (lines) writeFileSync(getPidFile(cluster), [process.pid, ...lines.slice(1)].join('\n'))
}

/** Waits until the server has exited, at most `limit`, and returns whether it has. */
async function waitForExit(
  server: Pick<Postmaster, 'pid'>,
  cluster: Cluster,
  limit: Millis,
): Promise<boolean> {
  for (let waited = 0; waited < limit; waited += 20) {
    if (!isAlive(server, cluster)) return true
    await delay(20)
  }
  return !isAlive(server, cluster)
}

/**
 * Stops the server by a fast shutdown: it ends all sessions and writes a checkpoint. After 20 s it
 * gets an immediate shutdown, which loses no committed data, and 5 s later it is killed.
 */
export async function shutDown(server: Pick<Postmaster, 'pid'>, cluster: Cluster): Promise<void> {
  for (const [signal, limit] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(server, cluster)) return
    try {
      process.kill(server.pid, signal)
    } catch {
      return
    }
    if (await waitForExit(server, cluster, limit)) return
  }
}

const readCommand = (pid: number): string =>
  spawnSync('ps', ['-o', 'command=', '-p', String(pid)]).stdout?.toString() ?? ''

const readLines = (file: string): readonly string[] | null =>
  readFileOrNull(file)?.split('\n') ?? null

function readFileOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
