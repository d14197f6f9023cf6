import type { Incoming, Malformed, Recorder } from '../../correlate/incoming.ts'
import { isMalformed, type ParseContext, type ParsedSource, parse } from '../parse/parse.ts'
import { take } from '../take.ts'

/** One record of a topic, as its consumer hands it over. */
export interface ConsumedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  /**
   * When it was produced, in milliseconds; it tells a topic made anew from the one before, whose
   * offsets were the same.
   */
  readonly timestamp: string
  readonly headers: Readonly<Record<string, string>>
  /** Null: a tombstone, which says nothing but that an older record of its key no longer counts. */
  readonly body: Uint8Array | null
}

/**
 * What became of a record. Either way nothing of it can be lost any more, so its offset may be
 * committed.
 */
export type Consumed =
  | { readonly kind: 'taken' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'quarantined'; readonly because: string }

/**
 * Takes records in their order and answers in it. Rejects with `Failure` while they cannot be put
 * on disk.
 */
export type Consume = (records: readonly ConsumedRecord[]) => Promise<readonly Consumed[]>

interface ConsumeDeps {
  readonly recorder: Recorder
  readonly context: ParseContext
  /**
   * What the messages of a topic are; records of any other topic are read as finished workflows.
   */
  readonly sources: Readonly<Record<string, ParsedSource>>
  /** Told of every tombstone: it is counted, and not kept. */
  readonly empty: (source: ParsedSource) => void
}

/**
 * The inbox's door for a Kafka topic: a batch is one transaction; where one record spoils it, each
 * is recorded by itself and the bad one goes to quarantine, so that no record holds up its
 * partition.
 */
export function createConsume({ recorder, context, sources, empty }: ConsumeDeps): Consume {
  return async (records) => {
    const read = records.map((record) => {
      const source = sources[record.topic] ?? 'run-complete'
      return { source, messages: messagesOf(record, source, context) }
    })
    const taken = await take(recorder, {
      kind: 'batch',
      messages: read.flatMap(({ messages }) => messages ?? []),
    })
    let next = 0
    return read.map(({ source, messages }): Consumed => {
      if (messages === null) {
        empty(source)
        return { kind: 'empty' }
      }
      const mine = taken.slice(next, next + messages.length)
      next += messages.length
      const refused = mine.find((one) => one.kind === 'quarantined')
      return refused ? { kind: 'quarantined', because: refused.error.message } : { kind: 'taken' }
    })
  }
}

/**
 * A record is delivered again after every crash between the recording and the commit of its offset.
 * Its place in the topic is therefore an identity of each of its messages, beside those they bring:
 * a workflow without a uid has no other, and what cannot be read has none at all.
 */
function messagesOf(
  { body, headers, ...at }: ConsumedRecord,
  source: ParsedSource,
  context: ParseContext,
): readonly (Incoming | Malformed)[] | null {
  if (body === null) return null
  const parsed = parse({ source, transport: 'kafka', headers, body }, context)
  const messages = parsed.kind === 'one' ? [parsed.message] : parsed.messages
  return messages.map((message, index) => {
    const place = `kafka:${at.topic}:${at.partition}:${at.offset}:${at.timestamp}:${index}`
    return isMalformed(message)
      ? { ...message, place }
      : { ...message, place, keys: [...message.keys, place] }
  })
}
