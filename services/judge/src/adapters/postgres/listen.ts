import pg from 'pg'
import type { Logger } from 'pino'
import { getErrorMessage } from '../../lib/failure.ts'
import { buildSessionLimits, statementLimits } from './database.ts'

interface ListenOptions {
  readonly url: string
  readonly channel: string
  readonly log: Pick<Logger, 'warn' | 'debug'>
  /** A notification arrived, or may have been missed while there was no connection. */
  readonly onChange: () => void
}

const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 5_000

/**
 * Listens for notifications on a channel, over a separate connection that is reopened when it
 * breaks. Every new connection also calls `onChange`. A notification is only a wakeup: the caller
 * must read the data itself and tolerate a lost one.
 */
export function listen({ url, channel, log, onChange }: ListenOptions): {
  readonly close: () => Promise<void>
} {
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | null = null
  let pause = FIRST_PAUSE_MS
  let isClosed = false

  const reconnect = (lost: pg.Client, error: unknown): void => {
    if (client !== lost || isClosed) return
    client = null
    lost.end().catch(() => undefined)
    log.warn(
      { event: 'listen.lost', channel, error: getErrorMessage(error) },
      'the connection for notifications was lost; reconnecting',
    )
    timer = setTimeout(connect, pause)
    pause = Math.min(MAX_PAUSE_MS, pause * 2)
  }

  const connect = (): void => {
    const current = new pg.Client({
      connectionString: url,
      application_name: `codex-judge listen ${channel}`,
      connectionTimeoutMillis: 5_000,
      ...buildSessionLimits(statementLimits.read),
    })
    client = current
    current.on('notification', onChange)
    current.on('error', (error) => reconnect(current, error))
    current.on('end', () => reconnect(current, 'the connection ended'))
    current
      .connect()
      .then(() => current.query(`listen ${current.escapeIdentifier(channel)}`))
      .then(() => {
        pause = FIRST_PAUSE_MS
        onChange()
      })
      .catch((error: unknown) => reconnect(current, error))
  }
  connect()

  return {
    close: async () => {
      isClosed = true
      if (timer) clearTimeout(timer)
      await client
        ?.end()
        .catch((error: unknown) =>
          log.debug(
            { error: getErrorMessage(error) },
            'the connection for notifications did not close',
          ),
        )
    },
  }
}
