import { jetstreamManager } from '@nats-io/jetstream'
import type { Finding } from '../../lib/finding.ts'
import { pluralize } from '../../lib/text.ts'
import { connectNats, type NatsSettings, STREAM_NAME } from './consume-agent-messages.ts'
import { toNatsFailure } from './to-nats-failure.ts'

/**
 * Checks that the server can be reached with the login, and that it has the stream. Changes
 * nothing. Never rejects; each step has a time limit of its own.
 */
export async function examineNats(settings: NatsSettings): Promise<readonly Finding[]> {
  try {
    const connection = await connectNats(settings)
    try {
      const manager = await jetstreamManager(connection, { timeout: 5_000 })
      const names: string[] = []
      for await (const name of manager.streams.names()) names.push(name)
      if (!names.includes(STREAM_NAME))
        return [
          {
            state: 'warn',
            message: `the stream ${STREAM_NAME} does not exist; the service creates it when it starts`,
          },
        ]
      const { state } = await manager.streams.info(STREAM_NAME)
      const messages = pluralize(state.messages, 'message')
      return [{ state: 'ok', message: `the stream ${STREAM_NAME} has ${messages}` }]
    } finally {
      await connection.close().catch(() => undefined)
    }
  } catch (error) {
    const { message, remedy } = toNatsFailure(error)
    const text = remedy === null ? `${message}: check NATS_URL, and that JetStream is on` : message
    return [{ state: 'failed', message: text }]
  }
}
