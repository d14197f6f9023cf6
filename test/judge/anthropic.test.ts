import { afterEach, beforeEach, expect, test } from 'vitest'
import { createModels } from '../../services/judge/src/adapters/models/models.ts'
import type { Model, Question } from '../../services/judge/src/judge/port.ts'
import type { Failure } from '../../services/judge/src/lib/failure.ts'
import { instant } from '../../services/judge/src/lib/instant.ts'
import { type Answered, hangUp, json, type Server, serve } from '../world/serve.ts'
import { answer } from './samples.ts'

/* A server of the messages API: `POST {url}/v1/messages`. */

interface Sent {
  readonly path: string
  readonly key: string | undefined
  readonly body: Readonly<Record<string, unknown>>
}
const sent: Sent[] = []
let server: Server
let next: () => Answered | typeof hangUp

const says = (text: string, more: Readonly<Record<string, unknown>> = {}): Answered =>
  json(200, {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: 10_000,
      cache_read_input_tokens: 2_000,
      cache_creation_input_tokens: 0,
      output_tokens: 900,
    },
    ...more,
  })

const question = (over: Partial<Question> = {}): Question => ({
  system: 'You judge.',
  user: 'Is it done?',
  timeout: 30_000,
  maxOutputTokens: 1_000,
  now: instant('2026-11-21T10:00:00Z'),
  signal: new AbortController().signal,
  ...over,
})
const modelAt = (baseUrl: string, name = 'anthropic/claude-sonnet-4-5'): Model => {
  const model = createModels({
    openai: null,
    anthropic: { apiKey: 'key-of-the-test', baseUrl },
    codex: null,
  })(name)
  if (model === null) throw new Error('no model')
  return model
}
const failureOf = (asked: Promise<unknown>): Promise<Failure> =>
  asked.then(
    () => Promise.reject(new Error('it answered')),
    (failure: Failure) => failure,
  )

beforeEach(async () => {
  sent.length = 0
  next = () => says(JSON.stringify(answer()))
  server = await serve(async ({ path, headers, body }) => {
    sent.push({
      path,
      key: headers['x-api-key']?.toString(),
      body: JSON.parse(body.toString('utf8')),
    })
    return next()
  })
})
afterEach(() => server.close())

test('the question goes out once, under the wire name, with our key and our schema', async () => {
  const reply = await modelAt(server.url).ask(question())
  expect(reply.read).toEqual({ kind: 'answer', answer: answer() })
  expect(reply.usage).toEqual({ inputTokens: 12_000, cachedInputTokens: 2_000, outputTokens: 900 })
  expect(sent).toMatchObject([
    {
      path: '/v1/messages',
      key: 'key-of-the-test',
      body: { model: 'claude-sonnet-4-5', max_tokens: 1_000, system: [{ text: 'You judge.' }] },
    },
  ])
  expect(JSON.stringify(sent[0]?.body)).toContain('requirements_coverage')
  expect(JSON.stringify(sent[0]?.body)).toContain('Is it done?')
})

test('an address that names its version is taken as it is', async () => {
  await modelAt(`${server.url}/proxy/v1/`).ask(question())
  expect(sent[0]?.path).toBe('/proxy/v1/messages')
})

test('a model without structured outputs answers through a tool, and is read alike', async () => {
  next = () =>
    says('', {
      content: [{ type: 'tool_use', id: 'toolu_1', name: 'json', input: answer() }],
      stop_reason: 'tool_use',
    })
  const reply = await modelAt(server.url, 'anthropic/claude-3-haiku-20240307').ask(question())
  expect(reply.read).toEqual({ kind: 'answer', answer: answer() })
})

test('an answer that is no verdict is a reply with a fault and a price', async () => {
  const cases: readonly (readonly [Answered, string])[] = [
    [says('Looks good!'), 'not JSON'],
    [says(JSON.stringify({ ...answer(), confidence: 90 })), '/confidence'],
    [says('{"requirements_', { stop_reason: 'max_tokens' }), 'cut off'],
    [says('', { stop_reason: 'refusal' }), 'declined'],
  ]
  for (const [answered, fault] of cases) {
    next = () => answered
    const reply = await modelAt(server.url).ask(question())
    expect(reply.read.kind === 'fault' && reply.read.fault).toContain(fault)
    expect(reply.usage?.outputTokens).toBe(900)
  }
})

test('what the server says about itself is told apart, and is never repeated here', async () => {
  const cases = {
    401: 'forbidden',
    403: 'forbidden',
    400: 'refused',
    429: 'unavailable',
    500: 'unavailable',
    529: 'unavailable',
  }
  for (const [status, kind] of Object.entries(cases)) {
    next = () =>
      json(
        Number(status),
        { type: 'error', error: { type: 'api_error', message: 'because' } },
        { 'retry-after': '7' },
      )
    const failure = await failureOf(modelAt(server.url).ask(question()))
    expect([status, failure.kind, failure.retryAfter]).toEqual([status, kind, 7_000])
  }
  expect(sent).toHaveLength(Object.keys(cases).length)
})

test('a question that may have been answered unseen is unknown, one that never arrived is unavailable', async () => {
  next = () => hangUp
  expect((await failureOf(modelAt(server.url).ask(question()))).kind).toBe('unknown')
  const gone = await serve(async () => hangUp)
  await gone.close()
  expect((await failureOf(modelAt(gone.url).ask(question()))).kind).toBe('unavailable')
})
