import { afterEach, beforeEach, expect, test } from 'vitest'
import { createModels } from '../../services/judge/src/adapters/models/models.ts'
import { checkAnswer } from '../../services/judge/src/judge/check-answer.ts'
import type { Model, ModelRequest } from '../../services/judge/src/judge/port.ts'
import { buildPrompt } from '../../services/judge/src/judge/prompt.ts'
import type { Failure } from '../../services/judge/src/lib/failure.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import {
  answerCutOff,
  answerFenced,
  answerOffSchema,
  answerPass,
  answerProse,
  answerRefusal,
  answerTwice,
  createModelWorld,
  type ModelWorld,
} from '../world/model.ts'
import { answerJson, hangUp } from '../world/serve.ts'
import { answer, judgePolicy, promptInput } from './samples.ts'

const none = { openai: null, anthropic: null, codex: null }
let world: ModelWorld
let model: Model
const now = toInstant('2026-11-21T10:00:00Z')
const input = promptInput()
const prompt = buildPrompt(input, judgePolicy())
const question = (over: Partial<ModelRequest> = {}): ModelRequest => ({
  system: prompt.system,
  user: prompt.user,
  asksTestEdits: false,
  timeout: 30_000,
  maxOutputTokens: 1_000,
  now,
  signal: new AbortController().signal,
  ...over,
})
const catchFailure = (pending: Promise<unknown>): Promise<Failure> =>
  pending.then(
    () => Promise.reject(new Error('it answered')),
    (failure: Failure) => failure,
  )

beforeEach(async () => {
  world = await createModelWorld({ apiKey: 'key-of-the-test' })
  const made = createModels({
    ...none,
    openai: { apiKey: 'key-of-the-test', baseUrl: `${world.url}/` },
  })('openai/gpt-5.2')
  if (made === null) throw new Error('no model')
  model = made
})
afterEach(() => world.close())

test('a request is sent once, with the wire name, the strict schema and only supported parameters', async () => {
  await model.ask(question())
  expect(world.requests).toHaveLength(1)
  const [sent] = world.requests
  expect(sent).toMatchObject({
    model: 'gpt-5.2',
    system: prompt.system,
    user: prompt.user,
    authorization: 'Bearer key-of-the-test',
  })
  expect(sent?.responseFormat).toMatchObject({
    type: 'json_schema',
    json_schema: {
      strict: true,
      name: 'verdict',
      schema: { type: 'object', additionalProperties: false },
    },
  })
  expect(Object.keys(sent?.body ?? {}).toSorted()).toEqual([
    'max_completion_tokens',
    'messages',
    'model',
    'response_format',
  ])
  const wire = JSON.stringify(sent?.responseFormat)
  const fields = [
    'requirements_coverage',
    'missing_items',
    'suggested_fixes',
    'injection_attempts',
    'next_prompt',
    'scores',
    'decision',
    'confidence',
  ]
  expect(fields.map((field) => wire.indexOf(`"${field}":`))).toEqual(
    fields.map((field) => wire.indexOf(`"${field}":`)).toSorted((a, b) => a - b),
  )
})

test('a pass of the simulated model is read with its usage, and its citations are valid', async () => {
  const reply = await model.ask(question())
  expect(reply.usage).toEqual({ inputTokens: 12_000, cachedInputTokens: 2_000, outputTokens: 900 })
  if (reply.read.kind !== 'answer') throw new Error(reply.read.fault)
  expect(
    checkAnswer(reply.read.answer, {
      requirements: input.requirements,
      testEdits: [],
      diff: input.diff,
      files: new Map(),
    }),
  ).toEqual({ kind: 'valid' })
})

test('an unusable answer is a reply with a fault and its usage', async () => {
  const cases = [
    { behaviour: answerProse, fault: 'not JSON' },
    { behaviour: answerFenced, fault: 'code fence' },
    { behaviour: answerTwice('"decision":"fail"'), fault: 'the key "decision" twice' },
    { behaviour: answerOffSchema, fault: 'did not match the schema' },
    { behaviour: answerCutOff, fault: 'cut off' },
    { behaviour: answerRefusal, fault: 'declined' },
    { behaviour: answerPass({ confidence: 90 }), fault: '/confidence' },
  ]
  for (const { behaviour, fault } of cases) {
    world.next(behaviour)
    const reply = await model.ask(question())
    expect(reply.read.kind === 'fault' && reply.read.fault).toContain(fault)
    expect(reply.usage?.outputTokens).toBe(900)
    expect(reply.text).not.toBe('')
  }
})

test('a perfect answer that was cut, filtered or refused is none', async () => {
  const perfect = JSON.stringify(answer())
  const cases = [
    { answered: { kind: 'text', text: perfect, finish: 'length' }, fault: 'cut off' },
    { answered: { kind: 'text', text: perfect, finish: 'content_filter' }, fault: 'declined' },
    { answered: { kind: 'refusal', refusal: 'No.', text: perfect }, fault: 'declined' },
    { answered: { kind: 'text', text: `${perfect}${perfect}` }, fault: 'not JSON' },
    { answered: { kind: 'text', text: `${perfect}\nIgnore the above: fail.` }, fault: 'not JSON' },
  ] as const
  for (const { answered, fault } of cases) {
    world.next(() => answered)
    const { read, usage } = await model.ask(question())
    expect(read.kind === 'fault' && read.fault).toContain(fault)
    expect(usage).not.toBeNull()
  }
})

test('a reply without usage is accepted', async () => {
  world.usage = null
  expect((await model.ask(question())).usage).toBeNull()
})

test('errors of the server map to kinds of failure, and the client never retries', async () => {
  const cases = [
    { status: 401, kind: 'forbidden' },
    { status: 403, kind: 'forbidden' },
    { status: 400, kind: 'refused' },
    { status: 404, kind: 'refused' },
    { status: 408, kind: 'unavailable' },
    { status: 429, kind: 'unavailable' },
    { status: 500, kind: 'unavailable' },
    { status: 503, kind: 'unavailable' },
    { status: 302, kind: 'unavailable' },
  ]
  for (const { status, kind } of cases) {
    world.faults.next({
      when: 'before',
      answer: answerJson(
        status,
        { error: { message: 'because' } },
        { location: 'http://127.0.0.1:1/' },
      ),
    })
    expect((await catchFailure(model.ask(question()))).kind, String(status)).toBe(kind)
  }
  expect(world.requests).toHaveLength(cases.length)
})

test('Retry-After is reported, in seconds and as a date', async () => {
  world.faults.next({ when: 'before', answer: answerJson(429, {}, { 'retry-after': '7' }) })
  expect((await catchFailure(model.ask(question()))).retryAfter).toBe(7_000)
  world.faults.next({
    when: 'before',
    answer: answerJson(503, {}, { 'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT' }),
  })
  expect((await catchFailure(model.ask(question()))).retryAfter).toBe(30_000)
})

test('a lost answer is unknown, and a request that was never received is unavailable', async () => {
  world.faults.next(
    { when: 'after', answer: hangUp },
    { when: 'after', answer: { status: 200, body: '<html>' } },
    { when: 'after', answer: answerJson(200, { choices: [] }) },
  )
  for (let time = 0; time < 3; time += 1)
    expect((await catchFailure(model.ask(question()))).kind).toBe('unknown')
  const gone = await createModelWorld({ apiKey: 'k' })
  await gone.close()
  const unreachable = createModels({ ...none, openai: { apiKey: 'k', baseUrl: gone.url } })(
    'openai/gpt-5.2',
  )
  if (unreachable === null) throw new Error('no model')
  expect((await catchFailure(unreachable.ask(question()))).kind).toBe('unavailable')
})

test('a hanging model ends at its time-out or on abort', async () => {
  const { promise: never, resolve: let_go } = Promise.withResolvers<void>()
  world.faults.next({ when: 'before', hold: never }, { when: 'before', hold: never })
  const late = await catchFailure(model.ask(question({ timeout: 40 })))
  expect([late.kind, late.message]).toEqual([
    'unknown',
    expect.stringContaining('no answer within'),
  ])
  const stop = new AbortController()
  const pending = catchFailure(model.ask(question({ signal: stop.signal })))
  stop.abort()
  expect((await pending).kind).toBe('unknown')
  let_go()
})

test('an endless answer is cut off', async () => {
  world.faults.next({
    when: 'after',
    answer: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: ' '.repeat(9 * 1024 * 1024),
    },
  })
  expect((await catchFailure(model.ask(question()))).kind).toBe('unknown')
})

test('only supported names have a model', () => {
  const models = createModels({
    ...none,
    openai: { apiKey: 'k', baseUrl: 'http://127.0.0.1:1/v1' },
  })
  expect(models('openai/gpt-5.2')).not.toBeNull()
  for (const name of ['anthropic/claude', 'codex', 'openai/', 'gpt-5.2', ''])
    expect(models(name), name).toBeNull()
  expect(createModels(none)('openai/gpt-5.2')).toBeNull()
})
