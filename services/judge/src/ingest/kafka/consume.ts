import type { InboundMessage, MalformedMessage, Recorder } from '../../correlate/messages.ts'
import { readInstant } from '../parse/fields.ts'
import {
  isMalformed,
  type ParseContext,
  type ParsedSource,
  parseMessage,
} from '../parse/parse-message.ts'
import { storeParsed } from '../store-parsed.ts'

/** A record of a topic, as the consumer delivers it. */
export interface ConsumedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  /**
   * When the record was produced, in milliseconds: what it reports had happened by then. It also
   * distinguishes a recreated topic from its predecessor, which had the same offsets.
   */
  readonly timestamp: string
  readonly headers: Readonly<Record<string, string>>
  /** Null for a tombstone, which only deletes older records of its key. */
  readonly body: Uint8Array | null
}

/** How a record was handled. In each case its offset may be committed. */
export type ConsumeResult =
  | { readonly kind: 'stored' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'quarantined'; readonly because: string }

/** Stores records and returns a result for each, in order. Rejects while that is impossible. */
export type Consume = (records: readonly ConsumedRecord[]) => Promise<readonly ConsumeResult[]>

interface ConsumeDeps {
  readonly recorder: Recorder
  readonly context: ParseContext
  /** What the messages of a topic are; records of any other topic are finished workflows. */
  readonly sources: Readonly<Record<string, ParsedSource>>
  /** Called for each tombstone, which is not stored. */
  readonly onTombstone: (source: ParsedSource) => void
}

/**
 * Consumes Kafka records. A batch is one transaction; if a record fails it, each record is recorded
 * alone and the bad one is quarantined, so that no record blocks its partition.
 */
export function createConsume({ recorder, context, sources, onTombstone }: ConsumeDeps): Consume {
  return async (records) => {
    const parsed = records.map((record) => {
      const source = sources[record.topic] ?? 'run-complete'
      return { source, messages: parseRecord(record, source, context) }
    })
    const stored = await storeParsed(recorder, {
      kind: 'batch',
      messages: parsed.flatMap(({ messages }) => messages ?? []),
    })
    let next = 0
    return parsed.map(({ source, messages }): ConsumeResult => {
      if (messages === null) {
        onTombstone(source)
        return { kind: 'empty' }
      }
      const own = stored.slice(next, next + messages.length)
      next += messages.length
      const quarantined = own.find((message) => message.kind === 'quarantined')
      return quarantined
        ? { kind: 'quarantined', because: quarantined.error.message }
        : { kind: 'stored' }
    })
  }
}

/**
 * Parses a record; null for a tombstone. A crash between the recording and the commit of the offset
 * delivers the record again, so its place in the topic is a key of each of its messages: a workflow
 * without a uid has no other key, and a malformed message has none at all.
 */
function parseRecord(
  { body, headers, ...at }: ConsumedRecord,
  source: ParsedSource,
  context: ParseContext,
): readonly (InboundMessage | MalformedMessage)[] | null {
  if (body === null) return null
  const sentAt = readInstant(Number(at.timestamp))
  const parsed = parseMessage({ source, transport: 'kafka', headers, body, sentAt }, context)
  const messages = parsed.kind === 'one' ? [parsed.message] : parsed.messages
  return messages.map((message, index) => {
    const place = `kafka:${at.topic}:${at.partition}:${at.offset}:${at.timestamp}:${index}`
    return isMalformed(message)
      ? { ...message, place }
      : { ...message, place, keys: [...message.keys, place] }
  })
}
