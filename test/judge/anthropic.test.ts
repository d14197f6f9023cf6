import { afterEach, beforeEach, expect, test } from 'vitest'
import { createModels } from '../../services/judge/src/adapters/models/models.ts'
import type { Model, ModelRequest } from '../../services/judge/src/judge/port.ts'
import type { Failure } from '../../services/judge/src/lib/failure.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { answerJson, type HttpAnswer, type HttpServer, hangUp, serve } from '../world/serve.ts'
import { answer } from './samples.ts'

/* A server of the messages API: `POST {url}/v1/messages`. */

interface Sent {
  readonly path: string
  readonly key: string | undefined
  readonly body: Readonly<Record<string, unknown>>
}
const sent: Sent[] = []
let server: HttpServer
let next: () => HttpAnswer | typeof hangUp

const says = (text: string, more: Readonly<Record<string, unknown>> = {}): HttpAnswer =>
  answerJson(200, {
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

const question = (over: Partial<ModelRequest> = {}): ModelRequest => ({
  system: 'You judge.',
  user: 'Is it done?',
  asksTestEdits: false,
  timeout: 30_000,
  maxOutputTokens: 1_000,
  now: toInstant('2026-11-21T10:00:00Z'),
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
const catchFailure = (pending: Promise<unknown>): Promise<Failure> =>
  pending.then(
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

test('a request is sent once, with the wire name, our key and our schema', async () => {
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

test('a base address that contains its version is used unchanged', async () => {
  await modelAt(`${server.url}/proxy/v1/`).ask(question())
  expect(sent[0]?.path).toBe('/proxy/v1/messages')
})

test('a model without structured outputs answers through a tool, and the answer is read the same', async () => {
  next = () =>
    says('', {
      content: [{ type: 'tool_use', id: 'toolu_1', name: 'json', input: answer() }],
      stop_reason: 'tool_use',
    })
  const reply = await modelAt(server.url, 'anthropic/claude-3-haiku-20240307').ask(question())
  expect(reply.read).toEqual({ kind: 'answer', answer: answer() })
})

test('a key twice is a fault in a text and in the input of a tool, of which the client keeps one', async () => {
  const twice = JSON.stringify(answer()).replace('{', '{"decision":"fail",')
  next = () => says(twice)
  const inText = await modelAt(server.url).ask(question())
  const called = says('', {
    content: [{ type: 'tool_use', id: 'toolu_1', name: 'json', input: answer() }],
    stop_reason: 'tool_use',
  })
  const body = String(called.body).replace(JSON.stringify(answer()), twice)
  next = () => ({ ...called, body })
  const inTool = await modelAt(server.url, 'anthropic/claude-3-haiku-20240307').ask(question())
  for (const { read, usage } of [inText, inTool]) {
    expect(read.kind === 'fault' && read.fault).toContain('the key "decision" twice')
    expect(usage?.outputTokens).toBe(900)
  }
})

test('an unusable answer is a reply with a fault and its usage', async () => {
  const cases: readonly (readonly [HttpAnswer, string])[] = [
    [says('Looks good!'), 'not JSON'],
    [says(JSON.stringify({ ...answer(), confidence: 90 })), '/confidence'],
    [says('{"requirements_', { stop_reason: 'max_tokens' }), 'cut off'],
    [says('', { stop_reason: 'refusal' }), 'declined'],
    // A perfect answer that was cut or refused is none.
    [says(JSON.stringify(answer()), { stop_reason: 'refusal' }), 'declined'],
    [says(JSON.stringify(answer()), { stop_reason: 'max_tokens' }), 'cut off'],
    [says(JSON.stringify(answer()), { stop_reason: 'model_context_window_exceeded' }), 'cut off'],
  ]
  for (const [answered, fault] of cases) {
    next = () => answered
    const reply = await modelAt(server.url).ask(question())
    expect(reply.read.kind === 'fault' && reply.read.fault).toContain(fault)
    expect(reply.usage?.outputTokens).toBe(900)
  }
})

test('errors of the server map to kinds of failure, and the client never retries', async () => {
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
      answerJson(
        Number(status),
        { type: 'error', error: { type: 'api_error', message: 'because' } },
        { 'retry-after': '7' },
      )
    const failure = await catchFailure(modelAt(server.url).ask(question()))
    expect([status, failure.kind, failure.retryAfter]).toEqual([status, kind, 7_000])
  }
  expect(sent).toHaveLength(Object.keys(cases).length)
})

test('a lost answer is unknown, and a request that was never received is unavailable', async () => {
  next = () => hangUp
  expect((await catchFailure(modelAt(server.url).ask(question()))).kind).toBe('unknown')
  const gone = await serve(async () => hangUp)
  await gone.close()
  expect((await catchFailure(modelAt(gone.url).ask(question()))).kind).toBe('unavailable')
})
