import { EventSourceParserStream } from 'eventsource-parser/stream'
import { parseJson } from '../lib/json.ts'

/** One record of a stream of the service; `id` continues the stream after it. */
export interface StreamRecord {
  readonly id: string | null
  readonly event: string
  readonly data: unknown
}

/** The records of a response with Server-Sent Events, whose data is JSON. */
export async function* readStreamRecords(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<StreamRecord> {
  const records = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
  for await (const { id = null, event = 'message', data } of records)
    yield { id, event, data: parseJson(data) }
}
