import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { ConsumedRecord } from '../../ingest/kafka/consume.ts'

/**
 * A record in our own words. Of a header that is there twice the last counts, and its bytes are
 * read as UTF-8.
 */
export const recordOf = (
  topic: string,
  partition: number,
  message: KafkaMessage,
): ConsumedRecord => ({
  topic,
  partition,
  offset: message.offset,
  timestamp: message.timestamp,
  headers: headersOf(message.headers),
  body: message.value,
})

export const headersOf = (headers: IHeaders | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) => {
      const last = Array.isArray(value) ? value.at(-1) : value
      return last === undefined ? [] : [[name, last.toString()]]
    }),
  )
