import type { SSEMessage } from '@fastify/sse'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Millis } from '../../lib/instant.ts'
import type { Feed } from './feed.ts'

interface StreamDeps {
  readonly feed: Feed
  /**
   * How long a client may take none of what it is sent before it is let go. It can come back and
   * read on.
   */
  readonly stalledAfter: Millis
  /** Aborted when the server begins to close. */
  readonly closing: AbortSignal
}

/** The place a client has got to; null where it names none, and wants only what is new. */
export const placeOf = (request: FastifyRequest): number | null => {
  const id = [request.headers['last-event-id'] ?? ''].flat()[0] ?? ''
  return /^\d{1,15}$/.test(id) ? Number(id) : null
}

/**
 * Sends the history to one client until it leaves, stops reading, or the server closes. Whatever it
 * has not taken stays in the table: no more than one record is written ahead of a client that is
 * behind.
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
    const records = await feed.follow({ after: placeOf(request), runId, signal })
    reply.sse.sendHeaders()
    await write(client, { data: undefined, retry: 1000 })
    for await (const { seq, event, data } of records)
      await write(client, { id: String(seq), event, data })
  } finally {
    gone.abort()
  }
}

interface Client {
  readonly reply: FastifyReply
  readonly signal: AbortSignal
  readonly stalledAfter: Millis
}

/**
 * Writes one message and waits until it is taken, or the client is gone; one that takes nothing for
 * too long is cut off.
 */
export function write({ reply, signal, stalledAfter }: Client, message: SSEMessage): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(() => reply.raw.destroy(), stalledAfter)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
    // It only fails where the connection is closed already, and then there is nobody left to tell.
    else reply.sse.send(message).then(done, done)
  })
}
