import type { Incoming, Malformed, Recorded, Recorder } from '../correlate/incoming.ts'
import { Failure, isFailure, messageOf } from '../lib/failure.ts'
import { tidyText } from '../lib/text.ts'
import { isMalformed, isReadable, type Parsed } from './parse/parse.ts'

/** What became of one message. Either way its bytes are on disk. */
export type Taken =
  | { readonly kind: 'recorded'; readonly recorded: Recorded }
  | { readonly kind: 'quarantined'; readonly inboxId: string; readonly error: Malformed['error'] }

/**
 * Puts messages on disk, each as what it is, in their order. Rejects with `Failure` `unavailable`
 * when that is not possible now; then nothing of it may be acknowledged, and whatever part was kept
 * is recognised as a duplicate when it comes again.
 */
export async function take(recorder: Recorder, parsed: Parsed): Promise<readonly Taken[]> {
  if (parsed.kind === 'one') return [await takeOne(recorder, parsed.message)]
  const readable = parsed.messages.filter(isReadable)
  const together = readable.length === 0 ? [] : await recordTogether(recorder, readable)
  const recorded = new Map(readable.map((message, index) => [message, together?.[index]] as const))
  const taken: Taken[] = []
  for (const message of parsed.messages) {
    const done = isMalformed(message) ? undefined : recorded.get(message)
    taken.push(done ? { kind: 'recorded', recorded: done } : await takeOne(recorder, message))
  }
  return taken
}

/** Null where one of them spoils the transaction of all: then each is recorded by itself. */
async function recordTogether(
  recorder: Recorder,
  messages: readonly Incoming[],
): Promise<readonly Recorded[] | null> {
  try {
    return await recorder.recordBatch(messages)
  } catch (error) {
    if (isFailure(error)) throw error
    return null
  }
}

/**
 * A message that parses but cannot be recorded would be sent again for ever, and hold up all that
 * stand behind it: it goes to quarantine with the rest of what needs a person. It is tried twice,
 * because what only passes (a lost connection, a deadlock) is no fault of the message.
 */
async function takeOne(recorder: Recorder, message: Incoming | Malformed): Promise<Taken> {
  if (isMalformed(message)) return quarantine(recorder, message)
  try {
    return {
      kind: 'recorded',
      recorded: await recorder
        .record(message)
        .catch((error) => recordAgain(recorder, message, error)),
    }
  } catch (error) {
    if (isFailure(error)) throw error
    const { source, transport, headers, body, place } = message
    return quarantine(recorder, {
      ...{ source, transport, headers, body },
      ...(place === undefined ? {} : { place }),
      error: { code: 'not_recordable', message: tidyText(messageOf(error)).slice(0, 500) },
    })
  }
}

async function recordAgain(
  recorder: Recorder,
  message: Incoming,
  error: unknown,
): Promise<Recorded> {
  if (isFailure(error)) throw error
  return recorder.record(message)
}

async function quarantine(recorder: Recorder, malformed: Malformed): Promise<Taken> {
  try {
    const { inboxId } = await recorder.quarantine(malformed)
    return { kind: 'quarantined', inboxId, error: malformed.error }
  } catch (error) {
    if (isFailure(error)) throw error
    throw new Failure('unavailable', 'The message could not be put on disk.', { cause: error })
  }
}
