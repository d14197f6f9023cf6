import { CONSTANTS } from 'cloudevents'
import { isObject, type Json, type JsonObject } from '../../lib/json.ts'
import { sanitizeText } from '../../lib/text.ts'
import {
  coerceObject,
  createParseFault,
  decodeUtf8,
  isDeeperThan,
  type JsonResult,
  MAX_DEPTH,
  type ParseFault,
  readJson,
  readObject,
  splitArrayText,
} from './read-json.ts'

/**
 * The envelope around a message: none, or CloudEvents 1.0 in binary, structured or batch mode. The
 * `cloudevents` package only reads what follows every rule of the standard, but real senders leave
 * out the Content-Type, send `data` as JSON inside a string, and percent-encode. So the names come
 * from the package, and this reader is tolerant wherever the meaning is clear.
 */
export type Envelope =
  | {
      readonly kind: 'decoded'
      readonly message: JsonObject
      readonly cloudEvent: CloudEventId | null
      readonly body: Uint8Array
      readonly token: string | null
    }
  | {
      readonly kind: 'malformed'
      readonly fault: ParseFault
      readonly body: Uint8Array
      readonly token: string | null
    }

export type DecodedEnvelopes =
  | { readonly kind: 'one'; readonly envelope: Envelope }
  | { readonly kind: 'batch'; readonly envelopes: readonly Envelope[] }

/** The attributes that make up a CloudEvent's identity. */
export interface CloudEventId {
  readonly id: string
  readonly source: string | null
  readonly type: string | null
  readonly time: string | null
}

export interface TransportMessage {
  readonly transport: 'http' | 'kafka' | 'nats' | 'internal'
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * The extension in which a KafkaSource carries the ingest token, because it can set no HTTP header.
 * It is never stored.
 */
export const TOKEN_ATTRIBUTE = 'ingesttoken'
export const TOKEN_HEADER = `${CONSTANTS.EXTENSIONS_PREFIX}${TOKEN_ATTRIBUTE}`

const { ID, TYPE, SOURCE, SPEC_VERSION, TIME } = CONSTANTS.CE_HEADERS

/** Decodes the envelope, or each envelope of a batch. Never throws. */
export function decodeEnvelopes(raw: TransportMessage): DecodedEnvelopes {
  const type = (raw.headers['content-type'] ?? '').trim().toLowerCase()
  const token = readHeaderToken(raw)
  const text = decodeUtf8(raw.body)
  if (text === null) {
    const { fault } = createParseFault('not_utf8', 'The body is not UTF-8.')
    return toSingle(createMalformed(fault, raw.body, token))
  }
  const declaredBatch = type.startsWith(CONSTANTS.MIME_CE_BATCH)
  const declaredStructured = !declaredBatch && type.startsWith(CONSTANTS.MIME_CE)
  if (!declaredStructured && !declaredBatch && isBinary(raw))
    return toSingle(decodeBinary(raw, text))

  if (text.trimStart().startsWith('[')) {
    const batch = decodeBatch(text, declaredBatch)
    if (batch) return batch
  }
  const result = readObject(readFormField(text, type) ?? text)
  if (result.kind === 'fault') {
    const body = blankToken(raw.body, text)
    return toSingle(createMalformed(result.fault, body, token ?? findTokenInText(text)))
  }
  const { value } = result
  const isStructured =
    declaredStructured ||
    declaredBatch ||
    typeof value[CONSTANTS.CE_ATTRIBUTES.SPEC_VERSION] === 'string'
  if (isStructured) return toSingle(decodeStructured(value, raw.body))
  return toSingle({ kind: 'decoded', message: value, cloudEvent: null, body: raw.body, token })
}

const toSingle = (envelope: Envelope): DecodedEnvelopes => ({ kind: 'one', envelope })
const createMalformed = (fault: ParseFault, body: Uint8Array, token: string | null): Envelope => ({
  kind: 'malformed',
  fault,
  body,
  token,
})

const isBinary = ({ headers }: TransportMessage): boolean =>
  [ID, TYPE, SOURCE, SPEC_VERSION].some((name) => headers[name] !== undefined)

const missingId = createParseFault('cloudevent_without_id', 'The CloudEvent has no id.')

function decodeBinary(raw: TransportMessage, text: string): Envelope {
  const token = readHeaderToken(raw)
  const readAttribute = (name: string): string | null =>
    decodeAttribute(raw.headers[name], raw.transport)
  const id = readAttribute(ID)
  if (id === null) return createMalformed(missingId.fault, raw.body, token)
  const result =
    text.trim() === ''
      ? createParseFault('cloudevent_without_data', 'The CloudEvent has no data.')
      : readObject(text)
  if (result.kind === 'fault') return createMalformed(result.fault, raw.body, token)
  return {
    kind: 'decoded',
    message: result.value,
    cloudEvent: {
      id,
      source: readAttribute(SOURCE),
      type: readAttribute(TYPE),
      time: readAttribute(TIME),
    },
    body: raw.body,
    token,
  }
}

function decodeStructured(event: JsonObject, raw: Uint8Array): Envelope {
  const { [TOKEN_ATTRIBUTE]: carried, ...kept } = event
  const body = carried === undefined ? raw : Buffer.from(JSON.stringify(kept))
  const token = typeof carried === 'string' && carried !== '' ? carried : null
  const readAttribute = (name: string): string | null => {
    const value = event[name]
    if (typeof value === 'number') return String(value)
    return typeof value === 'string' && value !== '' ? value : null
  }
  const id = readAttribute('id')
  if (id === null) return createMalformed(missingId.fault, body, token)
  const data = readData(event)
  if (data.kind === 'fault') return createMalformed(data.fault, body, token)
  return {
    kind: 'decoded',
    message: data.value,
    cloudEvent: {
      id,
      source: readAttribute('source'),
      type: readAttribute('type'),
      time: readAttribute('time'),
    },
    body,
    token,
  }
}

function readData(event: JsonObject): JsonResult<JsonObject> {
  const { data, data_base64: encoded } = event
  const inline = coerceObject(data)
  if (inline) return { kind: 'read', value: inline }
  if (typeof data === 'string' && data.trim() !== '') return readObject(data)
  if (typeof encoded !== 'string' || encoded === '')
    return createParseFault(
      'cloudevent_without_data',
      'The CloudEvent has no data that is a JSON object.',
    )
  const text = decodeUtf8(Buffer.from(encoded, 'base64'))
  return text === null
    ? createParseFault('not_utf8', 'data_base64 of the CloudEvent is not UTF-8.')
    : readObject(text)
}

/** Each element is stored and answered by itself. */
const MAX_BATCH_ELEMENTS = 1_000
/** An element that is nested too deep costs only itself; a text of brackets alone is no batch. */
const MAX_BATCH_DEPTH = 10 * MAX_DEPTH

/**
 * An array is a batch if its sender declares one or if its elements look like CloudEvents; any
 * other array is no message. Each element is decoded separately, so a bad one costs only itself.
 */
function decodeBatch(text: string, declared: boolean): DecodedEnvelopes | null {
  if (isDeeperThan(text, MAX_BATCH_DEPTH)) return null
  let elements: unknown
  try {
    elements = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(elements)) return null
  if (elements.length === 0) {
    const { fault } = createParseFault('empty_batch', 'The batch is empty.')
    return toSingle(createMalformed(fault, Buffer.from(text), null))
  }
  const looksLikeBatch = elements.some(
    (element: Json) => isObject(element) && typeof element.specversion === 'string',
  )
  if (!declared && !looksLikeBatch) return null
  if (elements.length > MAX_BATCH_ELEMENTS) {
    const { fault } = createParseFault(
      'too_many',
      `The batch has ${elements.length} elements; send at most ${MAX_BATCH_ELEMENTS} at once.`,
    )
    const raw = Buffer.from(text)
    return toSingle(createMalformed(fault, blankToken(raw, text), findTokenInText(text)))
  }
  return { kind: 'batch', envelopes: splitArrayText(text).map(decodeElement) }
}

function decodeElement(text: string): Envelope {
  const raw = Buffer.from(text)
  const result = readJson(text)
  if (result.kind === 'fault')
    return createMalformed(result.fault, blankToken(raw, text), findTokenInText(text))
  if (isObject(result.value)) return decodeStructured(result.value, raw)
  const { fault } = createParseFault('not_object', 'This element of the batch is not an object.')
  return createMalformed(fault, raw, null)
}

/** GitHub can send its JSON as a form field; any other body is the JSON itself. */
function readFormField(text: string, type: string): string | null {
  if (!type.startsWith('application/x-www-form-urlencoded') || !text.startsWith('payload='))
    return null
  return new URLSearchParams(text).get('payload')
}

/**
 * Decodes a CloudEvents attribute. By the standard, HTTP headers are percent-encoded (Kafka's are
 * not); they may be quoted, and arrive as Latin-1 although senders write UTF-8. A value that does
 * not decode stays as it came, because an odd id still identifies.
 */
function decodeAttribute(
  value: string | undefined,
  transport: TransportMessage['transport'],
): string | null {
  if (value === undefined || value.trim() === '') return null
  if (transport !== 'http') return value
  const trimmed = (decodeUtf8(Buffer.from(value, 'latin1')) ?? value).trim()
  const unquoted = /^".*"$/s.test(trimmed) ? trimmed.slice(1, -1).replace(/\\(.)/gs, '$1') : trimmed
  return unquoted.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return sanitizeText(decodeURIComponent(encoded))
    } catch {
      return encoded
    }
  })
}

const readHeaderToken = ({ headers, transport }: TransportMessage): string | null =>
  decodeAttribute(headers[TOKEN_HEADER], transport)

const tokenPattern = /("ingesttoken"\s*:\s*)"((?:[^"\\]|\\.)*)"/g
/**
 * A malformed body may still contain the token as text; it is blanked before the body is stored.
 */
const blankToken = (raw: Uint8Array, text: string): Uint8Array => {
  const blanked = text.replace(tokenPattern, '$1""')
  return blanked === text ? raw : Buffer.from(blanked)
}
const findTokenInText = (text: string): string | null =>
  [...text.matchAll(tokenPattern)][0]?.[2] ?? null
