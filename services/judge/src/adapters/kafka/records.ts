import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { ConsumedRecord } from '../../ingest/kafka/consume.ts'

/** Converts a record of the client. Of a repeated header the last one counts, read as UTF-8. */
export const toConsumedRecord = (
  topic: string,
  partition: number,
  message: KafkaMessage,
): ConsumedRecord => ({
  topic,
  partition,
  offset: message.offset,
  timestamp: message.timestamp,
  headers: toHeaders(message.headers),
  body: message.value,
})

export const toHeaders = (headers: IHeaders | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) => {
      const last = Array.isArray(value) ? value.at(-1) : value
      return last === undefined ? [] : [[name, last.toString()]]
    }),
  )
