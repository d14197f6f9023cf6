import { setTimeout as delay } from 'node:timers/promises'
import type { BaseLogger } from 'pino'
import { messageOf } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import type { Cluster } from './cluster.ts'
import { disownPidFile, isAlive, type Postmaster } from './postmaster.ts'

interface Kept {
  readonly cluster: Cluster
  readonly log: Pick<BaseLogger, 'warn'>
  /** Starts the server on this port: the address that everybody holds stays right. */
  readonly start: (port: number) => Promise<Postmaster>
}

/** Elsewhere than on Linux a look at the process starts one of its own. */
const beat: Millis = process.platform === 'linux' ? 500 : 5_000

/**
 * Starts a server again that ended without having been told to (killed for memory, mostly): nobody
 * else does, and what was committed is on disk. Until it is up, callers find the database away.
 * `end` ends the watch and gives the server that is up now.
 */
export function keepUp(
  first: Postmaster,
  { cluster, log, start }: Kept,
): { readonly end: () => Promise<Postmaster> } {
  let running = first
  let starting: Promise<void> | null = null
  const startAgain = async (): Promise<void> => {
    log.warn(
      { event: 'postgres.died', pid: running.pid },
      'the embedded PostgreSQL has ended; starting it again',
    )
    disownPidFile(cluster)
    running = await start(first.port)
  }
  const watch = setInterval(() => {
    if (starting !== null || isAlive(running, cluster)) return
    starting = startAgain()
      .catch((error: unknown) => {
        log.warn({ event: 'postgres.down', error: messageOf(error) }, messageOf(error))
      })
      .finally(() => {
        starting = null
      })
  }, beat)
  // Watching is no reason to stay.
  watch.unref()
  return {
    end: async () => {
      clearInterval(watch)
      // One that is long in recovering is ended by whoever starts next.
      if (starting !== null) await Promise.race([starting, delay(5_000)])
      return running
    },
  }
}
