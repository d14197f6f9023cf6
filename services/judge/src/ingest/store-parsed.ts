import type {
  InboundMessage,
  MalformedMessage,
  Recorder,
  RecordResult,
} from '../correlate/messages.ts'
import { Failure, getErrorMessage, isFailure } from '../lib/failure.ts'
import { sanitizeText } from '../lib/text.ts'
import { isMalformed, isReadable, type ParsedMessages } from './parse/parse-message.ts'

const MAX_ERROR_CHARS = 500

/** How a message was stored. Either way its bytes are on disk. */
export type StoredMessage =
  | {
      readonly kind: 'recorded'
      readonly result: RecordResult
      /** Why the message was ignored; null: it was not. */
      readonly ignoredBecause: string | null
    }
  | {
      readonly kind: 'quarantined'
      readonly inboxId: string
      readonly error: MalformedMessage['error']
    }

/**
 * Stores messages in their order: a readable one is recorded, a malformed one quarantined. Rejects
 * with `Failure` `unavailable` while that is impossible. Nothing may be acknowledged then; a part
 * that was stored is recognised as a duplicate when it comes again.
 */
export async function storeParsed(
  recorder: Recorder,
  parsed: ParsedMessages,
): Promise<readonly StoredMessage[]> {
  if (parsed.kind === 'one') return [await storeOne(recorder, parsed.message)]
  const readable = parsed.messages.filter(isReadable)
  const results = readable.length === 0 ? [] : await recordTogether(recorder, readable)
  const recorded = new Map(readable.map((message, index) => [message, results?.[index]] as const))
  // At once, because the recorder stores those that come together with one statement.
  const quarantined = new Map(
    await Promise.all(
      parsed.messages
        .filter(isMalformed)
        .map(async (message) => [message, await quarantineOne(recorder, message)] as const),
    ),
  )
  const stored: StoredMessage[] = []
  for (const message of parsed.messages) {
    if (isMalformed(message)) {
      const result = quarantined.get(message)
      if (result !== undefined) stored.push(result)
      continue
    }
    const result = recorded.get(message)
    stored.push(result ? toRecorded(message, result) : await storeOne(recorder, message))
  }
  return stored
}

export const toRecorded = (
  { event, because }: InboundMessage,
  result: RecordResult,
): Extract<StoredMessage, { kind: 'recorded' }> => ({
  kind: 'recorded',
  result,
  ignoredBecause:
    result.outcome !== 'ignored'
      ? null
      : event === null
        ? because
        : 'The same message was ignored when it came first.',
})

/** Returns null if a message fails the transaction of all; each is then recorded alone. */
async function recordTogether(
  recorder: Recorder,
  messages: readonly InboundMessage[],
): Promise<readonly RecordResult[] | null> {
  try {
    return await recorder.recordBatch(messages)
  } catch (error) {
    if (isFailure(error)) throw error
    return null
  }
}

/**
 * Quarantines a message that cannot be recorded: otherwise it would be sent again for ever and
 * block every message behind it. Recording is tried twice, because a passing error (a lost
 * connection, a deadlock) is no fault of the message.
 */
async function storeOne(
  recorder: Recorder,
  message: InboundMessage | MalformedMessage,
): Promise<StoredMessage> {
  if (isMalformed(message)) return quarantineOne(recorder, message)
  try {
    const result = await recorder.record(message).catch((error: unknown) => {
      if (isFailure(error)) throw error
      return recorder.record(message)
    })
    return toRecorded(message, result)
  } catch (error) {
    if (isFailure(error)) throw error
    const { source, transport, headers, body, place } = message
    return quarantineOne(recorder, {
      ...{ source, transport, headers, body },
      ...(place === undefined ? {} : { place }),
      error: toNotRecordable(error),
    })
  }
}

/** The fault of a message that was parsed but that the database cannot store. */
export const toNotRecordable = (error: unknown): MalformedMessage['error'] => ({
  code: 'not_recordable',
  message: sanitizeText(getErrorMessage(error)).slice(0, MAX_ERROR_CHARS),
})

/** A caller that gets this must not acknowledge the message. */
export const toNotStored = (cause: unknown): Failure =>
  new Failure('unavailable', 'The message could not be stored.', { cause })

async function quarantineOne(
  recorder: Recorder,
  malformed: MalformedMessage,
): Promise<StoredMessage> {
  try {
    const { inboxId } = await recorder.quarantine(malformed)
    return { kind: 'quarantined', inboxId, error: malformed.error }
  } catch (error) {
    throw isFailure(error) ? error : toNotStored(error)
  }
}
