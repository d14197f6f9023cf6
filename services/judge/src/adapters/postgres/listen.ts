import pg from 'pg'
import type { Logger } from 'pino'
import { messageOf } from '../../lib/failure.ts'

interface ListenOptions {
  readonly url: string
  readonly channel: string
  readonly log: Pick<Logger, 'warn' | 'debug'>
  /** Something was said, or may have been said while we could not hear it. */
  readonly onNews: () => void
}

const firstPause = 250
const longestPause = 5_000

/**
 * Hears what is notified on a channel, over one connection of its own, which is made again whenever
 * it breaks. Each new connection counts as news. Notifications are only a bell: losing one must
 * cost the listener nothing but time.
 */
export function listen({ url, channel, log, onNews }: ListenOptions): {
  readonly close: () => Promise<void>
} {
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | null = null
  let pause = firstPause
  let closed = false

  const again = (lost: pg.Client, error: unknown): void => {
    if (client !== lost || closed) return
    client = null
    lost.end().catch(() => undefined)
    log.warn(
      { event: 'listen.lost', channel, error: messageOf(error) },
      'not hearing notifications; trying again',
    )
    timer = setTimeout(connect, pause)
    pause = Math.min(longestPause, pause * 2)
  }

  const connect = (): void => {
    const mine = new pg.Client({
      connectionString: url,
      application_name: `codex-judge listen ${channel}`,
      keepAlive: true,
    })
    client = mine
    mine.on('notification', onNews)
    mine.on('error', (error) => again(mine, error))
    mine.on('end', () => again(mine, 'the connection ended'))
    mine
      .connect()
      .then(() => mine.query(`listen ${mine.escapeIdentifier(channel)}`))
      .then(() => {
        pause = firstPause
        onNews()
      })
      .catch((error: unknown) => again(mine, error))
  }
  connect()

  return {
    close: async () => {
      closed = true
      if (timer) clearTimeout(timer)
      await client
        ?.end()
        .catch((error: unknown) =>
          log.debug({ error: messageOf(error) }, 'a listener did not end well'),
        )
    },
  }
}
