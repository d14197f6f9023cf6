import { readFileSync } from 'node:fs'
import { fc, test as property } from '@fast-check/vitest'
import { CloudEvent, HTTP } from 'cloudevents'
import { expect, test, vi } from 'vitest'
import type { InboundMessage, MalformedMessage } from '../../correlate/messages.ts'
import { isMalformed, isReadable, type ParsedSource, parseMessage } from './parse-message.ts'

const fixture = (path: string): string =>
  readFileSync(new URL(`../../../../../test/fixtures/${path}`, import.meta.url), 'utf8')
const context = { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' }

const parseHttp = (
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  source: ParsedSource = 'run-complete',
) => parseMessage({ source, transport: 'http', headers, body: Buffer.from(body) }, context)

function read(body: string | Uint8Array, headers: Record<string, string> = {}): InboundMessage {
  const parsed = parseHttp(body, headers)
  if (parsed.kind !== 'one' || !isReadable(parsed.message))
    throw new Error(`not readable: ${JSON.stringify(parsed)}`)
  return parsed.message
}

function malformed(
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): MalformedMessage {
  const parsed = parseHttp(body, headers)
  if (parsed.kind !== 'one' || !isMalformed(parsed.message))
    throw new Error(`not malformed: ${JSON.stringify(parsed)}`)
  return parsed.message
}

const body = fixture('argo-messages/sensor-raw/01-succeeded-artifacts.json')
const event = new CloudEvent({
  id: 'partition:0/offset:7',
  source: '/apis/v1/namespaces/n/kafkasources/s#t',
  type: 'dev.knative.kafka.event',
  time: '2026-11-20T08:31:42.123456Z',
  data: JSON.parse(body) as object,
})
const ceKey =
  'ce:/apis/v1/namespaces/n/kafkasources/s#t|partition:0/offset:7|2026-11-20T08:31:42.123456Z'
const attributes = {
  specversion: '1.0',
  id: event.id,
  source: event.source,
  type: event.type,
  time: event.time,
}

test.each([
  [
    'binary without Content-Type',
    body,
    {
      'ce-specversion': '1.0',
      'ce-id': event.id,
      'ce-source': event.source,
      'ce-type': event.type,
      'ce-time': event.time ?? '',
    },
  ],
  [
    'binary, percent-encoded',
    body,
    {
      'ce-specversion': '1.0',
      'ce-id': 'partition%3A0%2Foffset%3A7',
      'ce-source': event.source.replace('#', '%23'),
      'ce-type': event.type,
      'ce-time': event.time ?? '',
    },
  ],
  [
    'structured with data as an object',
    JSON.stringify({ ...attributes, data: JSON.parse(body) }),
    { 'content-type': 'application/cloudevents+json; charset=utf-8' },
  ],
  [
    'structured with data as a string',
    JSON.stringify({ ...attributes, data: body }),
    { 'content-type': 'application/cloudevents+json' },
  ],
  [
    'structured with data_base64',
    JSON.stringify({ ...attributes, data_base64: Buffer.from(body).toString('base64') }),
    { 'content-type': 'application/cloudevents+json' },
  ],
  [
    'structured without Content-Type',
    JSON.stringify({ ...attributes, data: JSON.parse(body) }),
    {},
  ],
])('an event has one identity and one content: %s', (_mode, sent, headers) => {
  const plain = read(body)
  const incoming = read(sent, headers)
  expect(incoming.keys).toEqual([ceKey, ...plain.keys])
  expect(incoming.event).toEqual(plain.event)
})

test('events of the cloudevents package are read in binary and in structured mode', () => {
  for (const { headers, body: sent } of [HTTP.binary(event), HTTP.structured(event)]) {
    const plain = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, String(value)]),
    )
    expect(read(String(sent), plain).event).toEqual(read(body).event)
  }
})

test('an id with any characters is the same key in every mode', () => {
  const id = 'a b/"ü"%20€'
  const structured = read(JSON.stringify({ ...attributes, type: 'x', id, data: {} }))
  const binary = read('{}', {
    'ce-id': encodeURIComponent(id),
    'ce-source': encodeURI(event.source).replace('#', '%23'),
    'ce-type': 'x',
  })
  const latin1 = read('{}', {
    'ce-id': Buffer.from(id.replace('%20', '%2520')).toString('latin1'),
    'ce-source': event.source,
  })
  expect(binary.keys).toEqual(structured.keys)
  expect(latin1.keys).toEqual(structured.keys)
  expect(structured.keys).toEqual([`ce:${event.source}|${id}`])
})

test('keys longer than an index can hold are replaced by their digest', () => {
  const [key] = read(JSON.stringify({ ...attributes, id: 'x'.repeat(100_000), data: {} })).keys
  expect(key).toMatch(/^ce:sha256:[0-9a-f]{64}$/)
})

test('one JSON value of one workflow has one key, however it is formatted', () => {
  const shuffled = Object.fromEntries(Object.entries(JSON.parse(body) as object).toReversed())
  expect(read(JSON.stringify(shuffled, null, 3)).keys).toEqual(read(body).keys)
  expect(read(body.replace('"88100001"', '"88100002"')).keys).not.toEqual(read(body).keys)
})

test('the ingest token is never stored, in headers, bodies, batches or malformed input', () => {
  const secret = 's3cret-token'
  const structured = JSON.stringify({ ...attributes, ingesttoken: secret, data: { a: 1 } })
  const all = [
    parseHttp('{}', {
      'ce-id': '1',
      'ce-source': 's',
      'ce-ingesttoken': secret,
      authorization: `Bearer ${secret}`,
      cookie: secret,
    }),
    parseHttp(structured),
    parseHttp(
      `[${structured},{"id":"x","specversion":"1.0","ingesttoken":"${secret}"},{"ingesttoken":"${secret}","deep":${'['.repeat(300)}${']'.repeat(300)}}]`,
      { 'content-type': 'application/cloudevents-batch+json' },
    ),
    parseHttp(structured.slice(0, -1), { 'content-type': 'application/cloudevents+json' }),
  ].flatMap((parsed) => (parsed.kind === 'one' ? [parsed.message] : parsed.messages))
  expect(all).toHaveLength(6)
  for (const message of all)
    expect(JSON.stringify([message.headers, Buffer.from(message.body).toString()])).not.toContain(
      secret,
    )
})

test.each([
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), {}, 'not_utf8'],
  ['not JSON', 'hello', {}, 'not_json'],
  ['an empty body', '', {}, 'not_json'],
  ['an array', '[1]', {}, 'not_object'],
  ['an empty batch', '[]', { 'content-type': 'application/cloudevents-batch+json' }, 'empty_batch'],
  [
    'a binary event without id',
    '{}',
    { 'ce-specversion': '1.0', 'ce-source': 's', 'ce-type': 't' },
    'cloudevent_without_id',
  ],
  [
    'a binary event without data',
    '',
    { 'ce-id': '1', 'ce-source': 's' },
    'cloudevent_without_data',
  ],
  ['a structured event without id', '{"specversion":"1.0","data":{}}', {}, 'cloudevent_without_id'],
  [
    'a structured event without data',
    '{"specversion":"1.0","id":"1"}',
    {},
    'cloudevent_without_data',
  ],
  [
    'a structured event with a number for data',
    '{"specversion":"1.0","id":"1","data":7}',
    {},
    'cloudevent_without_data',
  ],
  [
    'a structured event whose data is not JSON',
    '{"specversion":"1.0","id":"1","data":"hello"}',
    {},
    'not_json',
  ],
  [
    'a structured event whose bytes are not text',
    '{"specversion":"1.0","id":"1","data_base64":"/w=="}',
    {},
    'not_utf8',
  ],
])('%s is malformed and stored whole', (_name, sent, headers, code) => {
  const message = malformed(sent, headers)
  expect(message.error.code).toBe(code)
  expect(Buffer.from(message.body)).toEqual(Buffer.from(sent))
})

test('a text of brackets is refused before it is parsed, declared as a batch or not', () => {
  const brackets = '['.repeat(1_000_000)
  const parse = vi.spyOn(JSON, 'parse')
  try {
    for (const type of ['application/json', 'application/cloudevents-batch+json'])
      expect(malformed(brackets, { 'content-type': type }).error.code).toBe('too_deep')
    expect(parse).not.toHaveBeenCalled()
  } finally {
    parse.mockRestore()
  }
})

test('only the bad element of a batch is malformed, and each is stored as it was sent and readable alone', () => {
  const good = JSON.stringify({ ...attributes, data: JSON.parse(body) })
  const parsed = parseHttp(
    `[ ${good} , {"specversion":"1.0"}, 7, ${'['.repeat(300)}${']'.repeat(300)} ]`,
  )
  if (parsed.kind !== 'batch') throw new Error('a batch')
  expect(
    parsed.messages.map((message) =>
      isMalformed(message) ? message.error.code : message.event?.kind,
    ),
  ).toEqual(['workflow.finished', 'cloudevent_without_id', 'not_object', 'too_deep'])
  expect(parsed.messages.map((message) => Buffer.from(message.body).toString())).toContain(
    '{"specversion":"1.0"}',
  )
  const [first] = parsed.messages
  if (!first || isMalformed(first)) throw new Error('the first is good')
  expect(read(first.body, first.headers).event).toEqual(first.event)
})

test('Kafka attributes are named ce_* and are not percent-encoded', () => {
  const parsed = parseMessage(
    {
      source: 'run-complete',
      transport: 'kafka',
      headers: { ce_id: '100%25', ce_source: 's', ce_type: 't' },
      body: Buffer.from(body),
    },
    context,
  )
  expect(parsed).toMatchObject({ message: { keys: ['ce:s|100%25', expect.any(String)] } })
})

property.prop([
  fc.uint8Array({ maxLength: 400 }),
  fc.constantFrom<ParsedSource>('run-complete', 'notify', 'github'),
  fc.dictionary(
    fc.constantFrom('content-type', 'ce-id', 'ce-source', 'x-github-event'),
    fc.string(),
  ),
])('arbitrary bytes are read or malformed, and nothing is thrown', (bytes, source, headers) => {
  const parsed = parseHttp(bytes, headers, source)
  expect(parsed.kind === 'one' ? 1 : parsed.messages.length).toBeGreaterThan(0)
})

property.prop([
  fc.jsonValue({ maxDepth: 6 }),
  fc.constantFrom<ParsedSource>('run-complete', 'notify', 'github'),
])('any JSON is read or malformed, and nothing is thrown', (value, source) => {
  parseHttp(JSON.stringify(value), { 'x-github-event': 'push' }, source)
  parseHttp(
    JSON.stringify({
      metadata: value,
      status: value,
      arguments: value,
      workflow: value,
      run: value,
      artifacts: value,
      trimmed: value,
      log_excerpt: value,
      payload: value,
      event: 'push',
    }),
    {},
    source,
  )
})
