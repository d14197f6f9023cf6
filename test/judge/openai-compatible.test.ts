import { afterEach, beforeEach, expect, test } from 'vitest'
import { createModels } from '../../services/judge/src/adapters/models/models.ts'
import { checkAnswer } from '../../services/judge/src/judge/check-answer.ts'
import type { Model, Question } from '../../services/judge/src/judge/port.ts'
import { buildPrompt } from '../../services/judge/src/judge/prompt.ts'
import type { Failure } from '../../services/judge/src/lib/failure.ts'
import { instant } from '../../services/judge/src/lib/instant.ts'
import {
  answersFenced,
  answersOffSchema,
  answersProse,
  isCutOff,
  type ModelWorld,
  modelWorld,
  passes,
  refuses,
} from '../world/model.ts'
import { hangUp, json } from '../world/serve.ts'
import { judgePolicy, promptInput } from './samples.ts'

const none = { openai: null, anthropic: null, codex: null }
let world: ModelWorld
let model: Model
const now = instant('2026-11-21T10:00:00Z')
const input = promptInput()
const prompt = buildPrompt(input, judgePolicy())
const question = (over: Partial<Question> = {}): Question => ({
  system: prompt.system,
  user: prompt.user,
  timeout: 30_000,
  maxOutputTokens: 1_000,
  now,
  signal: new AbortController().signal,
  ...over,
})
const failureOf = (asked: Promise<unknown>): Promise<Failure> =>
  asked.then(
    () => Promise.reject(new Error('it answered')),
    (failure: Failure) => failure,
  )

beforeEach(async () => {
  world = await modelWorld({ apiKey: 'key-of-the-test' })
  const made = createModels({
    ...none,
    openai: { apiKey: 'key-of-the-test', baseUrl: `${world.url}/` },
  })('openai/gpt-5.2')
  if (made === null) throw new Error('no model')
  model = made
})
afterEach(() => world.close())

test('the question goes out once, under the wire name, with the strict schema and nothing a model would refuse', async () => {
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

test('a pass of the simulated model is read, with its usage, and its citations hold', async () => {
  const reply = await model.ask(question())
  expect(reply.usage).toEqual({ inputTokens: 12_000, cachedInputTokens: 2_000, outputTokens: 900 })
  if (reply.read.kind !== 'answer') throw new Error(reply.read.fault)
  expect(
    checkAnswer(reply.read.answer, {
      requirements: input.requirements,
      diff: input.diff,
      files: new Map(),
    }),
  ).toEqual({ kind: 'valid' })
})

test('an answer that is no verdict is a reply with a fault and a price', async () => {
  const cases = [
    { behaviour: answersProse, fault: 'not JSON' },
    { behaviour: answersFenced, fault: 'code fence' },
    { behaviour: answersOffSchema, fault: 'off the schema' },
    { behaviour: isCutOff, fault: 'cut off' },
    { behaviour: refuses, fault: 'declined' },
    { behaviour: passes({ confidence: 90 }), fault: '/confidence' },
  ]
  for (const { behaviour, fault } of cases) {
    world.next(behaviour)
    const reply = await model.ask(question())
    expect(reply.read.kind === 'fault' && reply.read.fault).toContain(fault)
    expect(reply.usage?.outputTokens).toBe(900)
    expect(reply.text).not.toBe('')
  }
})

test('a model that does not say what it used is not made to', async () => {
  world.usage = null
  expect((await model.ask(question())).usage).toBeNull()
})

test('what the server says about itself is told apart, and is never repeated here', async () => {
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
      answer: json(status, { error: { message: 'because' } }, { location: 'http://127.0.0.1:1/' }),
    })
    expect((await failureOf(model.ask(question()))).kind, String(status)).toBe(kind)
  }
  expect(world.requests).toHaveLength(cases.length)
})

test('how long to wait is handed on, in seconds and as a date', async () => {
  world.faults.next({ when: 'before', answer: json(429, {}, { 'retry-after': '7' }) })
  expect((await failureOf(model.ask(question()))).retryAfter).toBe(7_000)
  world.faults.next({
    when: 'before',
    answer: json(503, {}, { 'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT' }),
  })
  expect((await failureOf(model.ask(question()))).retryAfter).toBe(30_000)
})

test('a question that may have been answered unseen is unknown, one that never arrived is unavailable', async () => {
  world.faults.next(
    { when: 'after', answer: hangUp },
    { when: 'after', answer: { status: 200, body: '<html>' } },
    { when: 'after', answer: json(200, { choices: [] }) },
  )
  for (let time = 0; time < 3; time += 1)
    expect((await failureOf(model.ask(question()))).kind).toBe('unknown')
  const gone = await modelWorld({ apiKey: 'k' })
  await gone.close()
  const nobody = createModels({ ...none, openai: { apiKey: 'k', baseUrl: gone.url } })(
    'openai/gpt-5.2',
  )
  if (nobody === null) throw new Error('no model')
  expect((await failureOf(nobody.ask(question()))).kind).toBe('unavailable')
})

test('a model that hangs ends with the time it was given, or with ours', async () => {
  const { promise: never, resolve: let_go } = Promise.withResolvers<void>()
  world.faults.next({ when: 'before', hold: never }, { when: 'before', hold: never })
  const late = await failureOf(model.ask(question({ timeout: 40 })))
  expect([late.kind, late.message]).toEqual([
    'unknown',
    expect.stringContaining('no answer within'),
  ])
  const stop = new AbortController()
  const asked = failureOf(model.ask(question({ signal: stop.signal })))
  stop.abort()
  expect((await asked).kind).toBe('unknown')
  let_go()
})

test('an answer without end is not read without end', async () => {
  world.faults.next({
    when: 'after',
    answer: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: ' '.repeat(9 * 1024 * 1024),
    },
  })
  expect((await failureOf(model.ask(question()))).kind).toBe('unknown')
})

test('only names that can be asked have a model', () => {
  const models = createModels({
    ...none,
    openai: { apiKey: 'k', baseUrl: 'http://127.0.0.1:1/v1' },
  })
  expect(models('openai/gpt-5.2')).not.toBeNull()
  for (const name of ['anthropic/claude', 'codex', 'openai/', 'gpt-5.2', ''])
    expect(models(name), name).toBeNull()
  expect(createModels(none)('openai/gpt-5.2')).toBeNull()
})
