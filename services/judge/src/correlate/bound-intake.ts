import { Failure } from '../lib/failure.ts'
import type { Millis } from '../lib/instant.ts'
import type { Recorder } from './messages.ts'

/** What may wait to be stored at one time. */
export interface IntakeBounds {
  readonly messages: number
  readonly bytes: number
}

const RETRY_AFTER_MS: Millis = 2_000

/**
 * A recorder that refuses messages at once (`Failure` `unavailable`) while so many wait to be
 * stored: a PostgreSQL that is slow or stands still must cost its senders a retry, and not this
 * process its memory. What exceeds the bounds alone is taken when nothing else waits.
 */
export function boundIntake(recorder: Recorder, max: IntakeBounds): Recorder {
  const waiting = { messages: 0, bytes: 0 }
  const admit = async <T>(
    bodies: readonly { readonly body: Uint8Array }[],
    work: () => Promise<T>,
  ): Promise<T> => {
    const bytes = bodies.reduce((sum, { body }) => sum + body.byteLength, 0)
    const isFull =
      waiting.messages + bodies.length > max.messages || waiting.bytes + bytes > max.bytes
    if (isFull && waiting.messages > 0)
      throw new Failure(
        'unavailable',
        'PostgreSQL stores messages more slowly than they arrive; send it again.',
        { retryAfter: RETRY_AFTER_MS },
      )
    waiting.messages += bodies.length
    waiting.bytes += bytes
    try {
      return await work()
    } finally {
      waiting.messages -= bodies.length
      waiting.bytes -= bytes
    }
  }
  return {
    record: (message) => admit([message], () => recorder.record(message)),
    recordBatch: (messages) => admit(messages, () => recorder.recordBatch(messages)),
    recordWithin: (trx, messages) => recorder.recordWithin(trx, messages),
    quarantine: (malformed) => admit([malformed], () => recorder.quarantine(malformed)),
  }
}
