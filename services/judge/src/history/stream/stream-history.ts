import type { SSEMessage } from '@fastify/sse'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Millis } from '../../lib/instant.ts'
import type { Feed } from './feed.ts'

interface StreamDeps {
  readonly feed: Feed
  /** How long a client may stop reading before it is disconnected. */
  readonly stalledAfter: Millis
  /** Aborted when the server begins to close. */
  readonly closing: AbortSignal
}

/** The number of the last event a client has received, or null if it wants only new events. */
export const readLastEventId = (request: FastifyRequest): number | null => {
  const id = [request.headers['last-event-id'] ?? ''].flat()[0] ?? ''
  return /^\d{1,15}$/.test(id) ? Number(id) : null
}

/**
 * Sends the history to one client until it leaves, stops reading, or the server closes. At most one
 * event is written ahead of a slow client; the others stay in the table.
 */
export async function streamHistory(
  request: FastifyRequest,
  reply: FastifyReply,
  { feed, stalledAfter, closing, runId }: StreamDeps & { readonly runId: string | null },
): Promise<void> {
  const gone = new AbortController()
  const signal = AbortSignal.any([gone.signal, closing])
  reply.sse.onClose(() => gone.abort())
  const client = { reply, signal, stalledAfter }
  try {
    const events = await feed.follow({ after: readLastEventId(request), runId, signal })
    reply.sse.sendHeaders()
    await writeEvent(client, { data: undefined, retry: 1000 })
    for await (const { seq, event, data } of events)
      await writeEvent(client, { id: String(seq), event, data })
  } finally {
    gone.abort()
  }
}

interface StreamClient {
  readonly reply: FastifyReply
  readonly signal: AbortSignal
  readonly stalledAfter: Millis
}

/**
 * Writes one message and waits until the client has accepted it or is gone. Disconnects a client
 * that accepts nothing for `stalledAfter`.
 */
export function writeEvent(
  { reply, signal, stalledAfter }: StreamClient,
  message: SSEMessage,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(() => reply.raw.destroy(), stalledAfter)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
    // Sending fails only on a closed connection, and then there is no client to report to.
    else reply.sse.send(message).then(done, done)
  })
}
