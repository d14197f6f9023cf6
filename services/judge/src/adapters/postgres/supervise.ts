import { setTimeout as delay } from 'node:timers/promises'
import type { BaseLogger } from 'pino'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import type { Cluster } from './cluster.ts'
import { disownPidFile, isAlive, type Postmaster } from './postmaster.ts'

interface SuperviseOptions {
  readonly cluster: Cluster
  readonly log: Pick<BaseLogger, 'warn'>
  /** Starts the server on the same port, so that its address stays valid. */
  readonly start: (port: number) => Promise<Postmaster>
}

/** On systems other than Linux each check starts a process. */
const CHECK_EVERY_MS: Millis = process.platform === 'linux' ? 500 : 5_000

/**
 * Restarts a server that ends by itself, mostly because it was killed for its memory. Until it is
 * up, the database is unavailable. `end` stops the supervision and resolves to the current server.
 */
export function supervise(
  first: Postmaster,
  { cluster, log, start }: SuperviseOptions,
): { readonly end: () => Promise<Postmaster> } {
  let running = first
  let starting: Promise<void> | null = null
  const restart = async (): Promise<void> => {
    log.warn(
      { event: 'postgres.exited', pid: running.pid },
      'the embedded PostgreSQL has exited; restarting it',
    )
    disownPidFile(cluster)
    running = await start(first.port)
  }
  const timer = setInterval(() => {
    if (starting !== null || isAlive(running, cluster)) return
    starting = restart()
      .catch((error: unknown) => {
        log.warn(
          { event: 'postgres.restart_failed', error: getErrorMessage(error) },
          getErrorMessage(error),
        )
      })
      .finally(() => {
        starting = null
      })
  }, CHECK_EVERY_MS)
  // The supervision must not keep the process alive.
  timer.unref()
  return {
    end: async () => {
      clearInterval(timer)
      // A server that recovers for longer is shut down or taken over by the next start.
      if (starting !== null) await Promise.race([starting, delay(5_000)])
      return running
    },
  }
}
