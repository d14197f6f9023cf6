import { CONSTANTS } from 'cloudevents'
import {
  elementTexts,
  type Fault,
  fault,
  isObject,
  type Json,
  type JsonObject,
  objectIn,
  type Reading,
  readJson,
  readObject,
  utf8,
} from './json.ts'

/**
 * The envelope around a message: none, or CloudEvents 1.0 in binary, structured or batch mode. The
 * `cloudevents` package reads only what keeps every rule of the standard; real senders leave the
 * Content-Type out, send `data` as JSON inside a string, and percent-encode. So the names come from
 * the package and the reading is ours, tolerant wherever nothing can be misunderstood.
 */
export type Envelope =
  | {
      readonly kind: 'open'
      readonly message: JsonObject
      readonly cloudEvent: CloudEventId | null
      readonly body: Uint8Array
      readonly token: string | null
    }
  | {
      readonly kind: 'broken'
      readonly fault: Fault
      readonly body: Uint8Array
      readonly token: string | null
    }

export type Opened =
  | { readonly kind: 'one'; readonly envelope: Envelope }
  | { readonly kind: 'batch'; readonly envelopes: readonly Envelope[] }

/** The attributes that make up a CloudEvent's identity. */
export interface CloudEventId {
  readonly id: string
  readonly source: string | null
  readonly type: string | null
  readonly time: string | null
}

export interface Sent {
  readonly transport: 'http' | 'kafka' | 'nats' | 'internal'
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * The extension in which a KafkaSource carries the ingest token, because it can set no HTTP header.
 * It is never stored.
 */
const tokenAttribute = 'ingesttoken'
const tokenHeader = `${CONSTANTS.EXTENSIONS_PREFIX}${tokenAttribute}`

const { ID, TYPE, SOURCE, SPEC_VERSION, TIME } = CONSTANTS.CE_HEADERS

export function openEnvelope(sent: Sent): Opened {
  const type = (sent.headers['content-type'] ?? '').trim().toLowerCase()
  const text = utf8(sent.body)
  if (text === null)
    return one(
      broken(fault('not_utf8', 'The body is not UTF-8.').fault, sent.body, headerToken(sent)),
    )
  const declaredBatch = type.startsWith(CONSTANTS.MIME_CE_BATCH)
  const declaredStructured = !declaredBatch && type.startsWith(CONSTANTS.MIME_CE)
  if (!declaredStructured && !declaredBatch && isBinary(sent)) return one(binary(sent, text))

  if (text.trimStart().startsWith('[')) {
    const batch = asBatch(text, declaredBatch)
    if (batch) return batch
  }
  const reading = readObject(formField(text, type) ?? text)
  if (reading.kind === 'fault')
    return one(
      broken(
        reading.fault,
        withoutTokenText(sent.body, text),
        headerToken(sent) ?? tokenInText(text),
      ),
    )
  const { value } = reading
  if (
    declaredStructured ||
    declaredBatch ||
    typeof value[CONSTANTS.CE_ATTRIBUTES.SPEC_VERSION] === 'string'
  )
    return one(structured(value, sent.body))
  return one({
    kind: 'open',
    message: value,
    cloudEvent: null,
    body: sent.body,
    token: headerToken(sent),
  })
}

const one = (envelope: Envelope): Opened => ({ kind: 'one', envelope })
const broken = (why: Fault, body: Uint8Array, token: string | null): Envelope => ({
  kind: 'broken',
  fault: why,
  body,
  token,
})

const isBinary = ({ headers }: Sent): boolean =>
  [ID, TYPE, SOURCE, SPEC_VERSION].some((name) => headers[name] !== undefined)

function binary(sent: Sent, text: string): Envelope {
  const token = headerToken(sent)
  const attribute = (name: string): string | null =>
    attributeText(sent.headers[name], sent.transport)
  const id = attribute(ID)
  if (id === null)
    return broken(
      fault('cloudevent_without_id', 'The CloudEvent has no id.').fault,
      sent.body,
      token,
    )
  const reading =
    text.trim() === ''
      ? fault('cloudevent_without_data', 'The CloudEvent has no data.')
      : readObject(text)
  if (reading.kind === 'fault') return broken(reading.fault, sent.body, token)
  return {
    kind: 'open',
    message: reading.value,
    cloudEvent: { id, source: attribute(SOURCE), type: attribute(TYPE), time: attribute(TIME) },
    body: sent.body,
    token,
  }
}

function structured(event: JsonObject, raw: Uint8Array): Envelope {
  const { [tokenAttribute]: carried, ...kept } = event
  const body = carried === undefined ? raw : Buffer.from(JSON.stringify(kept))
  const token = typeof carried === 'string' && carried !== '' ? carried : null
  const text = (name: string): string | null => {
    const value = event[name]
    return typeof value === 'number'
      ? String(value)
      : typeof value === 'string' && value !== ''
        ? value
        : null
  }
  const id = text('id')
  if (id === null)
    return broken(fault('cloudevent_without_id', 'The CloudEvent has no id.').fault, body, token)
  const data = dataOf(event)
  if (data.kind === 'fault') return broken(data.fault, body, token)
  return {
    kind: 'open',
    message: data.value,
    cloudEvent: { id, source: text('source'), type: text('type'), time: text('time') },
    body,
    token,
  }
}

function dataOf(event: JsonObject): Reading<JsonObject> {
  const { data, data_base64: encoded } = event
  const inline = objectIn(data)
  if (inline) return { kind: 'read', value: inline }
  if (typeof data === 'string' && data.trim() !== '') return readObject(data)
  if (typeof encoded !== 'string' || encoded === '')
    return fault('cloudevent_without_data', 'The CloudEvent has no data that is a JSON object.')
  const text = utf8(Buffer.from(encoded, 'base64'))
  return text === null
    ? fault('not_utf8', 'data_base64 of the CloudEvent is not UTF-8.')
    : readObject(text)
}

/**
 * An array is a batch where the sender says so, or where its elements say so themselves; any other
 * array is no message. Each element is opened by itself, so that one bad element costs only itself.
 */
function asBatch(text: string, declared: boolean): Opened | null {
  let elements: unknown
  try {
    elements = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(elements)) return null
  if (elements.length === 0)
    return one(broken(fault('empty_batch', 'The batch is empty.').fault, Buffer.from(text), null))
  const looksLikeBatch = elements.some(
    (element: Json) => isObject(element) && typeof element.specversion === 'string',
  )
  if (!declared && !looksLikeBatch) return null
  return { kind: 'batch', envelopes: elementTexts(text).map(element) }
}

function element(text: string): Envelope {
  const raw = Buffer.from(text)
  const reading = readJson(text)
  if (reading.kind === 'fault')
    return broken(reading.fault, withoutTokenText(raw, text), tokenInText(text))
  if (!isObject(reading.value))
    return broken(
      fault('not_object', 'This element of the batch is not an object.').fault,
      raw,
      null,
    )
  return structured(reading.value, raw)
}

/**
 * GitHub can be told to send its JSON as a form field; everybody else's body is the JSON itself.
 */
function formField(text: string, type: string): string | null {
  if (!type.startsWith('application/x-www-form-urlencoded') || !text.startsWith('payload='))
    return null
  return new URLSearchParams(text).get('payload')
}

/**
 * A CloudEvents attribute as it was meant. HTTP headers are percent-encoded by the standard
 * (Kafka's are not), may be quoted, and arrive as Latin-1 although senders write UTF-8. What does
 * not decode stays as it came: an odd id is still an identity.
 */
function attributeText(value: string | undefined, transport: Sent['transport']): string | null {
  if (value === undefined || value.trim() === '') return null
  if (transport !== 'http') return value
  const trimmed = (utf8(Buffer.from(value, 'latin1')) ?? value).trim()
  const bare = /^".*"$/s.test(trimmed) ? trimmed.slice(1, -1).replace(/\\(.)/gs, '$1') : trimmed
  return bare.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return run
    }
  })
}

const headerToken = ({ headers, transport }: Sent): string | null =>
  attributeText(headers[tokenHeader], transport)

const tokenText = /("ingesttoken"\s*:\s*)"((?:[^"\\]|\\.)*)"/g
/**
 * A body nobody can parse may still hold the token as text; it is blanked before the body is kept.
 */
const withoutTokenText = (raw: Uint8Array, text: string): Uint8Array => {
  const blanked = text.replace(tokenText, '$1""')
  return blanked === text ? raw : Buffer.from(blanked)
}
const tokenInText = (text: string): string | null => [...text.matchAll(tokenText)][0]?.[2] ?? null
