import { afterAll, expect, test } from 'vitest'
import { createMasker } from '../services/judge/src/adapters/secrets/masker.ts'
import { createTraces } from '../services/judge/src/adapters/telemetry/traces.ts'
import { Failure } from '../services/judge/src/lib/failure.ts'
import { newId } from '../services/judge/src/lib/ids.ts'
import { createTestDatabase } from './harness/database.ts'
import { passChecksAndReview } from './harness/pass-checks-and-review.ts'
import { createProcessEnv, spawnService } from './harness/process.ts'
import { createRunVerbs, eventually } from './harness/run-verbs.ts'
import { scenario } from './harness/story.ts'
import { createAgent } from './world/agent.ts'
import { type CollectedSpan, createCollectorWorld } from './world/collector.ts'
import { answerJson, hangUp } from './world/serve.ts'
import { createWorld } from './world/world.ts'

const collector = await createCollectorWorld()
const away = await createCollectorWorld()
await away.close()
afterAll(collector.close)

const listNames = (spans: readonly CollectedSpan[]): readonly string[] =>
  [...new Set(spans.map(({ name }) => name))].sort()
const selectByName = (spans: readonly CollectedSpan[], name: string) =>
  spans.filter((span) => span.name === name)

scenario(
  'everything about a run is one trace, whose id follows from the id of the run',
  async ({ agent, github, run, post, stopService, model, discord }) => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { workflow, pull } = await agent.works({
      issue: 401,
      prompt: 'A prompt that no collector may receive.',
    })
    const first = await post('/api/codex/run-complete', workflow, { traceparent })
    await run(401).waitsIn('waiting_for_ci')
    passChecksAndReview(github, pull)
    const { id } = await run(401).ends('completed', 'accepted')
    await post('/api/codex/run-complete', workflow)
    await run(401).settles()
    await stopService()

    const spans = collector.spansOfRun(id)
    expect(listNames(spans)).toEqual(
      [
        'artifacts',
        'code',
        'commit',
        'decide',
        'diff',
        'effect',
        'github',
        'ingest',
        'load',
        'logs',
        'observe',
        'run',
        'reconcile',
        'test_files',
      ].sort(),
    )
    const [root, ...others] = selectByName(spans, 'run')
    expect(others).toEqual([])
    expect(root).toMatchObject({
      parentSpanId: null,
      attributes: {
        'run.id': id,
        'run.issue': 'acme/widgets#401',
        'run.status': 'completed',
        'run.reason': 'accepted',
      },
    })
    const findParent = (span: CollectedSpan) =>
      spans.find(({ spanId }) => spanId === span.parentSpanId)
    const listChildren = (parent: string) =>
      listNames(spans.filter((span) => findParent(span)?.name === parent))
    expect(listChildren('run')).toEqual(['effect', 'ingest', 'reconcile'])
    expect(listChildren('reconcile')).toEqual(['commit', 'decide', 'load', 'observe'])
    expect(listChildren('observe')).toEqual([
      'artifacts',
      'code',
      'diff',
      'github',
      'logs',
      'test_files',
    ])
    expect(spans.every(({ startedAt, endedAt }) => startedAt <= endedAt)).toBe(true)
    // A reconciliation that is abandoned because the run was woken again gets no answers.
    const isAbandoned = (span: CollectedSpan | undefined): boolean =>
      span !== undefined && (span.attributes.step === 'abandoned' || isAbandoned(findParent(span)))
    expect(spans.filter((span) => span.error !== null && !isAbandoned(span))).toEqual([])

    const { event } = first.body as { event: { id: string } }
    expect(selectByName(spans, 'ingest')).toMatchObject([
      {
        attributes: {
          'message.source': 'run-complete',
          'message.transport': 'http',
          'message.id': event.id,
          'message.outcome': 'recorded',
          'message.duplicate': false,
        },
        links: [{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }],
      },
      { attributes: { 'message.duplicate': true, 'message.id': event.id }, links: [] },
    ])
    expect(
      selectByName(spans, 'reconcile').map(({ attributes }) => [
        attributes['run.status_before'],
        attributes['run.status'],
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['run_complete', 'waiting_for_ci'],
        ['judging', 'completed'],
      ]),
    )
    expect(
      selectByName(spans, 'effect').map(({ attributes }) => attributes['effect.kind']),
    ).toEqual(expect.arrayContaining(['ask', 'status', 'discord', 'remember']))
    const ask = selectByName(spans, 'effect').find(
      ({ attributes }) => attributes['effect.kind'] === 'ask',
    )
    expect(ask?.attributes).toMatchObject({
      'effect.try': 1,
      'effect.outcome': 'done',
      'gen_ai.request.model': expect.stringContaining('openai/'),
      'gen_ai.usage.input_tokens': expect.any(Number),
      'verdict.outcome': 'valid',
    })

    // A webhook names no single run, so each has its own trace.
    const webhooks = selectByName(collector.spans, 'ingest').filter(
      ({ attributes }) => attributes['message.source'] === 'github',
    )
    expect(webhooks.length).toBeGreaterThan(0)
    expect(new Set(webhooks.map(({ traceId }) => traceId)).size).toBe(webhooks.length)
    expect(
      webhooks.every(
        ({ traceId, parentSpanId }) => parentSpanId === null && traceId !== root?.traceId,
      ),
    ).toBe(true)

    const sent = collector.texts.join('\n')
    expect(new Set(collector.paths)).toEqual(new Set(['POST /v1/traces']))
    expect(sent).not.toMatch(
      /github-token|model-key|discord-token|dispatcher-token|a-secret-of-the-simulated-world/,
    )
    expect(sent).not.toMatch(
      /A prompt that no collector|three attempts are made|authorization|sha256=/i,
    )
    expect(model.requests).toHaveLength(1)
    expect(discord.in('1001')).toHaveLength(1)
  },
  { env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } },
)

scenario(
  'a failed try has its masked error, and the next try has its own outcome',
  async ({ agent, github, run, dispatcher, stopService, act, post, get }) => {
    const token = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`
    dispatcher.faults.next({
      when: 'before',
      answer: answerJson(503, { error: `no, not with ${token}` }),
    })
    await agent.finishes({ issue: 402 }, ({ pull }) => {
      github.checks(pull).fail('unit')
      github.codexReviews(pull, [])
    })
    const { id } = await run(402).ends('needs_iteration', 'ci_failed')
    expect(await post('/api/codex/run-complete', '{')).toMatchObject({ status: 400 })
    expect(await post('/api/codex/run-complete', { kind: 'Workflow' })).toMatchObject({
      status: 202,
    })
    await eventually('the dispatch', () => dispatcher.started().length === 1)
    await run(402).settles()
    expect(await get('/readyz')).toMatchObject({
      systems: { traces: expect.stringMatching(/^(?:on|untested)$/) },
    })
    expect(await act(id, 'stop', { reason: 'a test' })).toMatchObject({ status: 409 })
    await stopService()
    const tries = selectByName(collector.spansOfRun(id), 'effect').filter(
      ({ attributes }) => attributes['effect.kind'] === 'dispatch',
    )
    expect(tries).toMatchObject([
      { attributes: { 'effect.try': 1, 'effect.outcome': 'retried', 'error.type': 'unavailable' } },
      { attributes: { 'effect.try': 2, 'effect.outcome': 'done' }, error: null },
    ])
    expect(tries[0]?.error).toMatch(/503.*no, not with \[masked: /)
    expect(collector.texts.join()).not.toContain(token)
    const odd = selectByName(collector.spans, 'ingest').filter(
      ({ attributes }) => attributes['message.outcome'] !== 'recorded',
    )
    expect(odd).toMatchObject([
      { parentSpanId: null, attributes: { 'message.outcome': 'quarantined' }, error: 'not_json' },
    ])
    expect(selectByName(collector.spansOfRun(id), 'act')).toMatchObject([
      { attributes: { 'act.kind': 'stop', 'act.outcome': 'conflict' } },
    ])
  },
  {
    policy: { ci: { rerun_failed_once: false }, attempts: { backoff: ['1s'] } },
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/` },
  },
)

test('an unavailable collector delays nothing, shows at /readyz, is logged once, and the process exits with 0', async () => {
  const database = await createTestDatabase()
  const world = await createWorld()
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: away.url, OTEL_EXPORTER_OTLP_TIMEOUT: '300' }
  const setting = createProcessEnv({ ...world.env, ...endpoint, DATABASE_URL: database.url })
  const starting = spawnService(setting.env)
  try {
    const service = await starting.ready
    const get = async (path: string) =>
      (await (await fetch(`${service.url}${path}`)).json()) as Record<string, unknown> & {
        readonly systems: Readonly<Record<string, string>>
      }
    for (const issue of [403, 404]) {
      const { workflow, pull } = await createAgent(world).works({ issue })
      if (pull !== null) passChecksAndReview(world.github, pull)
      await fetch(`${service.url}/api/codex/run-complete`, {
        method: 'POST',
        body: JSON.stringify(workflow),
      })
      await createRunVerbs(get, { issue, repository: 'acme/widgets' }).ends('completed', 'accepted')
      await eventually('the collector is named', async () =>
        (await get('/readyz')).systems.traces?.startsWith('away: '),
      )
    }
    expect(await service.end()).toBe(0)
    expect(service.lines.filter(({ event }) => event === 'traces_unavailable')).toHaveLength(1)
  } finally {
    await starting.kill()
    setting.remove()
    await world.close()
    await database.drop()
  }
})

/** Traces as the service creates them, without the service. */
function createTestTraces(options: { readonly mask?: (text: string) => Promise<string> } = {}) {
  const events: string[] = []
  const log = (line: { readonly event?: string }) => events.push(line.event ?? '')
  const traces = createTraces({
    endpoint: collector.url,
    mask: options.mask ?? createMasker().mask,
    log: { info: log, warn: log },
    flushEvery: 5,
  })
  return { ...traces, events }
}

/** Makes the collector answer like this while `work` runs. */
async function whileItAnswers(
  answer: Parameters<typeof collector.answers>[0],
  work: () => Promise<void>,
) {
  collector.answers(answer)
  try {
    await work()
  } finally {
    collector.answers()
  }
}

test('a collector that refuses spans is logged once, and once when it accepts them again', async () => {
  const { trace, events, state, stop } = createTestTraces()
  const sendSpan = async () => {
    const before = collector.paths.length
    await trace.runSpan(newId(), 'reconcile', async () => {})
    await eventually('it was sent', () => collector.paths.length > before)
  }
  expect(state()).toBe('untested')
  await whileItAnswers(
    () => answerJson(400, { message: 'a long story' }),
    async () => {
      for (const _ of [1, 2, 3]) {
        await sendSpan()
        await eventually('it is away', () => state() === 'away: it answered 400')
      }
    },
  )
  await sendSpan()
  await eventually('it is back', () => state() === 'on')
  await stop()
  expect(events).toEqual(['traces_unavailable', 'traces_available'])
})

test.each([
  ['hangs up', (): typeof hangUp => hangUp],
  ['answers nonsense', () => ({ status: 200, body: '<html>' })],
  [
    'takes only a part',
    () => answerJson(200, { partialSuccess: { rejectedSpans: '1', errorMessage: 'no' } }),
  ],
] as const)('a collector that %s affects neither the work nor the stop', async (_what, answer) => {
  const { trace, stop } = createTestTraces()
  await whileItAnswers(answer, async () => {
    expect(
      await trace.runSpan(newId(), 'reconcile', () => trace.span('step', async () => 'done')),
    ).toBe('done')
    await stop()
  })
})

test('the stop does not wait for a collector that never answers', async () => {
  const { trace, stop } = createTestTraces()
  const held = Promise.withResolvers<void>()
  let answered = false
  await whileItAnswers(
    async () => {
      await held.promise
      answered = true
      return answerJson(200, {})
    },
    async () => {
      const before = collector.paths.length
      await trace.runSpan(newId(), 'reconcile', async () => {})
      await eventually('it was sent', () => collector.paths.length > before)
      await stop()
      expect(answered).toBe(false)
      held.resolve()
    },
  )
  // The exporter itself would give up after ten seconds.
}, 5_000)

test('the queue of spans is bounded, and further spans are dropped', async () => {
  const { trace, stop } = createTestTraces()
  const id = newId()
  await trace.runSpan(id, 'reconcile', async () => {
    for (let n = 0; n < 6_000; n += 1) void trace.span('step', async () => {})
  })
  await stop()
  const sent = collector.spansOfRun(id).length
  expect(sent).toBeGreaterThan(1_000)
  expect(sent).toBeLessThan(6_000)
})

test('failing work rejects with its own error, and its spans carry the error masked and shortened', async () => {
  const { trace, stop } = createTestTraces({
    mask: async (text) => text.replaceAll('hunter2', '[masked]'),
  })
  const id = newId()
  const failure = new Failure('refused', 'not with hunter2')
  const work = trace.runSpan(id, 'reconcile', () =>
    trace.span('step', async () => {
      trace.setAttributes({ long: 'x'.repeat(100_000) })
      throw failure
    }),
  )
  await expect(work).rejects.toBe(failure)
  await stop()
  const spans = collector.spansOfRun(id)
  expect(spans).toMatchObject([
    { name: 'step', error: 'not with [masked]', attributes: { 'error.type': 'refused' } },
    { name: 'reconcile', error: 'not with [masked]' },
  ])
  expect(spans[0]?.parentSpanId).toBe(spans[1]?.spanId)
  expect(String(spans[0]?.attributes.long).length).toBeLessThan(1_000)
})

test('an error that cannot be masked is not sent', async () => {
  const { trace, stop } = createTestTraces({ mask: () => Promise.reject(new Error('no mask')) })
  const id = newId()
  await trace.runSpan(id, 'reconcile', async () => trace.recordError(new Error('hunter2')))
  await stop()
  expect(collector.spansOfRun(id)).toMatchObject([
    { error: 'the error message could not be masked' },
  ])
})

test('a span outside a trace is not sent, and concurrent traces keep their spans apart', async () => {
  const { trace, stop } = createTestTraces()
  const before = collector.spans.length
  const ids = [newId(), newId()]
  await trace.span('outside', async () => trace.setAttributes({ outside: 1 }))
  await Promise.all(
    ids.map((id) =>
      trace.runSpan(id, 'reconcile', async () => {
        await Promise.resolve()
        await trace.span('step', async () => trace.setAttributes({ of: id, nothing: null }))
      }),
    ),
  )
  await stop()
  expect(collector.spans.slice(before)).toHaveLength(4)
  for (const id of ids) {
    const steps = selectByName(collector.spansOfRun(id), 'step')
    expect(steps).toMatchObject([{ attributes: { of: id } }])
    expect(steps[0]?.attributes).not.toHaveProperty('nothing')
  }
})

test.each([
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 1],
  ['cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-of-the-future', 1],
  ['00-00000000000000000000000000000000-b7ad6b7169203331-01', 0],
  ['00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01', 0],
  ['ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 0],
  ['00-1-2-01', 0],
  ['', 0],
])('a message that came with traceparent %j has %i links', async (traceparent, links) => {
  const { trace, stop } = createTestTraces()
  const id = newId()
  await trace.receiveSpan(
    async () => id,
    (runId) => [{ runId, traceparent, attributes: {}, fault: null }],
  )
  await stop()
  expect(collector.spansOfRun(id).map((span) => span.links.length)).toEqual([links])
})

test('a message span starts when the message began to arrive, and work that it causes is no part of it', async () => {
  const { trace, stop } = createTestTraces()
  const [received, caused] = [newId(), newId()]
  const message = (runId: string) => ({ runId, traceparent: null, attributes: {}, fault: null })
  const before = Date.now()
  await trace.markArrival(async () => {
    await new Promise(setImmediate)
    while (Date.now() === before) await new Promise(setImmediate)
    const later = Date.now()
    await trace.receiveSpan(
      async () => received,
      (runId) => [message(runId)],
    )
    await trace.runSpan(caused, 'reconcile', () =>
      trace.receiveSpan(
        async () => caused,
        (runId) => [message(runId)],
      ),
    )
    await stop()
    expect(
      toMillis(selectByName(collector.spansOfRun(received), 'ingest')[0]?.startedAt),
    ).toBeLessThan(later)
    expect(
      toMillis(selectByName(collector.spansOfRun(caused), 'ingest')[0]?.startedAt),
    ).toBeGreaterThanOrEqual(later)
  })
})

const toMillis = (nanos: bigint | undefined): number => Number((nanos ?? 0n) / 1_000_000n)
