import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Millis } from '../../lib/instant.ts'
import type { Cluster } from './cluster.ts'

/**
 * What `postmaster.pid` says: PostgreSQL writes it at its start and removes it at its orderly end.
 */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly ready: boolean
}

const pidFile = (cluster: Cluster): string => join(cluster, 'postmaster.pid')

/** The server that says it serves this cluster, dead or alive; null where none does. */
export function readPostmaster(cluster: Cluster): Postmaster | null {
  const lines = linesOf(pidFile(cluster))
  const pid = Math.abs(Number(lines?.[0]))
  if (!lines || !Number.isInteger(pid) || pid === 0) return null
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

/**
 * Is that process alive, and this cluster's server? Ids are used again, after a reboot almost
 * always, so the process must also have been started with this directory. A zombie that nobody
 * reaps is dead.
 */
export function isAlive({ pid }: Pick<Postmaster, 'pid'>, cluster: Cluster): boolean {
  if (process.platform !== 'linux') return commandOf(pid).includes(cluster)
  const state = textOf(`/proc/${pid}/stat`)
  if (state === null || /^\d+ \(.*\) [ZX]/s.test(state)) return false
  return (textOf(`/proc/${pid}/cmdline`) ?? '').split('\0').includes(cluster)
}

/**
 * Takes a number that now belongs to some other process out of `postmaster.pid`. PostgreSQL would
 * see it alive and refuse to start. Our own id is put in its place, as it ignores its parent's:
 * removing the file would also remove what makes it notice that backends of the dead server still
 * write.
 */
export function disownPidFile(cluster: Cluster): void {
  const lines = linesOf(pidFile(cluster))
  if (lines) writeFileSync(pidFile(cluster), [process.pid, ...lines.slice(1)].join('\n'))
}

/** Waits until the server is gone, at most `limit`; says whether it is. */
async function gone(
  of: Pick<Postmaster, 'pid'>,
  cluster: Cluster,
  limit: Millis,
): Promise<boolean> {
  for (let waited = 0; waited < limit; waited += 20) {
    if (!isAlive(of, cluster)) return true
    await delay(20)
  }
  return !isAlive(of, cluster)
}

/**
 * Ends the server: sessions are cut, everything is written down (fast shutdown). One that has not
 * ended after 20 s is told to drop everything (immediate), which loses nothing that was committed,
 * and then killed.
 */
export async function shutDown(of: Pick<Postmaster, 'pid'>, cluster: Cluster): Promise<void> {
  for (const [signal, limit] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(of, cluster)) return
    try {
      process.kill(of.pid, signal)
    } catch {
      return
    }
    if (await gone(of, cluster, limit)) return
  }
}

const commandOf = (pid: number): string =>
  spawnSync('ps', ['-o', 'command=', '-p', String(pid)]).stdout?.toString() ?? ''

const linesOf = (file: string): readonly string[] | null => textOf(file)?.split('\n') ?? null

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
