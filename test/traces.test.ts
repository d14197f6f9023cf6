import { afterAll, expect, test } from 'vitest'
import { createMasker } from '../services/judge/src/adapters/secrets/masker.ts'
import { sendTraces } from '../services/judge/src/adapters/telemetry/traces.ts'
import { Failure } from '../services/judge/src/lib/failure.ts'
import { newId } from '../services/judge/src/lib/ids.ts'
import { freshDatabase } from './harness/database.ts'
import { makeGreen } from './harness/green.ts'
import { processEnv, spawnService } from './harness/process.ts'
import { eventually, runVerbs } from './harness/run-verbs.ts'
import { scenario } from './harness/story.ts'
import { createAgent } from './world/agent.ts'
import { type CollectedSpan, collectorWorld } from './world/collector.ts'
import { hangUp, json } from './world/serve.ts'
import { createWorld } from './world/world.ts'

const collector = await collectorWorld()
const away = await collectorWorld()
await away.close()
afterAll(collector.close)

const names = (spans: readonly CollectedSpan[]): readonly string[] =>
  [...new Set(spans.map(({ name }) => name))].sort()
const named = (spans: readonly CollectedSpan[], name: string) =>
  spans.filter((span) => span.name === name)

scenario(
  'what a run goes through is one trace, found by the id of the run',
  async ({ agent, github, run, post, stops, model, discord }) => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { workflow, pull } = await agent.works({
      issue: 401,
      prompt: 'A prompt that nobody outside is to see.',
    })
    const first = await post('/api/codex/run-complete', workflow, { traceparent })
    await run(401).waitsIn('waiting_for_ci')
    makeGreen(github, pull)
    const { id } = await run(401).ends('completed', 'accepted')
    await post('/api/codex/run-complete', workflow)
    await run(401).settles()
    await stops()

    const spans = collector.of(id)
    expect(names(spans)).toEqual(
      [
        'artifacts',
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
        'tick',
      ].sort(),
    )
    const [root, ...others] = named(spans, 'run')
    expect(others).toEqual([])
    expect(root).toMatchObject({
      parentSpanId: null,
      about: {
        'run.id': id,
        'run.issue': 'acme/widgets#401',
        'run.status': 'completed',
        'run.reason': 'accepted',
      },
    })
    const parent = (span: CollectedSpan) => spans.find(({ spanId }) => spanId === span.parentSpanId)
    const above = (span: CollectedSpan) => parent(span)?.name
    const beneath = (parent: string) => names(spans.filter((span) => above(span) === parent))
    expect(beneath('run')).toEqual(['effect', 'ingest', 'tick'])
    expect(beneath('tick')).toEqual(['commit', 'decide', 'load', 'observe'])
    expect(beneath('observe')).toEqual(['artifacts', 'diff', 'github', 'logs'])
    expect(spans.every(({ began, ended }) => began <= ended)).toBe(true)
    // What a look was still asking when it was given up, because it was rung for again, was not
    // answered.
    const givenUp = (span: CollectedSpan | undefined): boolean =>
      span !== undefined && (span.about.step === 'given up' || givenUp(parent(span)))
    expect(spans.filter((span) => span.error !== null && !givenUp(span))).toEqual([])

    const { event } = first.body as { event: { id: string } }
    expect(named(spans, 'ingest')).toMatchObject([
      {
        about: {
          'message.source': 'run-complete',
          'message.transport': 'http',
          'message.id': event.id,
          'message.outcome': 'recorded',
          'message.duplicate': false,
        },
        links: [{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }],
      },
      { about: { 'message.duplicate': true, 'message.id': event.id }, links: [] },
    ])
    expect(
      named(spans, 'tick').map(({ about }) => [about['run.status_before'], about['run.status']]),
    ).toEqual(
      expect.arrayContaining([
        ['run_complete', 'waiting_for_ci'],
        ['judging', 'completed'],
      ]),
    )
    expect(named(spans, 'effect').map(({ about }) => about['effect.kind'])).toEqual(
      expect.arrayContaining(['ask', 'status', 'discord', 'remember']),
    )
    const asked = named(spans, 'effect').find(({ about }) => about['effect.kind'] === 'ask')
    expect(asked?.about).toMatchObject({
      'effect.try': 1,
      'effect.outcome': 'done',
      'gen_ai.request.model': expect.stringContaining('openai/'),
      'gen_ai.usage.input_tokens': expect.any(Number),
      'verdict.outcome': 'valid',
    })

    // Webhooks name no single run: each is a trace of its own.
    const webhooks = named(collector.spans, 'ingest').filter(
      ({ about }) => about['message.source'] === 'github',
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
    expect(sent).not.toMatch(/A prompt that nobody|three attempts are made|authorization|sha256=/i)
    expect(model.requests).toHaveLength(1)
    expect(discord.in('1001')).toHaveLength(1)
  },
  { env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } },
)

scenario(
  'a try that failed says why, masked, and the one after it says that it was done',
  async ({ agent, github, run, dispatcher, stops, act, post, get }) => {
    const token = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`
    dispatcher.faults.next({
      when: 'before',
      answer: json(503, { error: `no, not with ${token}` }),
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
      systems: { traces: expect.stringMatching(/^on|^ok/) },
    })
    expect(await act(id, 'stop', { reason: 'a test' })).toMatchObject({ status: 409 })
    await stops()
    const tries = named(collector.of(id), 'effect').filter(
      ({ about }) => about['effect.kind'] === 'dispatch',
    )
    expect(tries).toMatchObject([
      { about: { 'effect.try': 1, 'effect.outcome': 'retried', 'error.type': 'unavailable' } },
      { about: { 'effect.try': 2, 'effect.outcome': 'done' }, error: null },
    ])
    expect(tries[0]?.error).toMatch(/503.*no, not with \[masked: /)
    expect(collector.texts.join()).not.toContain(token)
    const odd = named(collector.spans, 'ingest').filter(
      ({ about }) => about['message.outcome'] !== 'recorded',
    )
    expect(odd).toMatchObject([
      { parentSpanId: null, about: { 'message.outcome': 'quarantined' }, error: 'not_json' },
    ])
    expect(named(collector.of(id), 'act')).toMatchObject([
      { about: { 'act.kind': 'stop', 'act.outcome': 'conflict' } },
    ])
  },
  {
    policy: { ci: { rerun_failed_once: false }, attempts: { backoff: ['1s'] } },
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/` },
  },
)

test('a collector that is away holds up nothing: it is named at /readyz, said once, and the process ends with 0', async () => {
  const database = await freshDatabase()
  const world = await createWorld()
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: away.url, OTEL_EXPORTER_OTLP_TIMEOUT: '300' }
  const setting = processEnv({ ...world.env, ...endpoint, DATABASE_URL: database.url })
  const starting = spawnService(setting.env)
  try {
    const service = await starting.ready
    const get = async (path: string) =>
      (await (await fetch(`${service.url}${path}`)).json()) as Record<string, unknown> & {
        readonly systems: Readonly<Record<string, string>>
      }
    for (const issue of [403, 404]) {
      const { workflow, pull } = await createAgent(world).works({ issue })
      if (pull !== null) makeGreen(world.github, pull)
      await fetch(`${service.url}/api/codex/run-complete`, {
        method: 'POST',
        body: JSON.stringify(workflow),
      })
      await runVerbs(get, { issue, repository: 'acme/widgets' }).ends('completed', 'accepted')
      await eventually('the collector is named', async () =>
        (await get('/readyz')).systems.traces?.startsWith('away: '),
      )
    }
    expect(await service.end()).toBe(0)
    expect(service.lines.filter(({ event }) => event === 'traces_away')).toHaveLength(1)
  } finally {
    await starting.kill()
    setting.remove()
    await world.close()
    await database.drop()
  }
})

/** What the service has of traces, without the service. */
function sending(options: { readonly mask?: (text: string) => Promise<string> } = {}) {
  const said: string[] = []
  const hear = (line: { readonly event?: string }) => said.push(line.event ?? '')
  const traces = sendTraces({
    endpoint: collector.url,
    mask: options.mask ?? createMasker().mask,
    log: { info: hear, warn: hear },
    every: 5,
  })
  return { ...traces, said }
}

/** The collector does as it is told for as long as this is told. */
async function whileItAnswers(
  answer: Parameters<typeof collector.answers>[0],
  tell: () => Promise<void>,
) {
  collector.answers(answer)
  try {
    await tell()
  } finally {
    collector.answers()
  }
}

test('a collector that refuses is said once, and once that it is back', async () => {
  const { trace, said, state, stop } = sending()
  const sends = async () => {
    const before = collector.paths.length
    await trace.ofRun(newId(), 'tick', async () => {})
    await eventually('it was sent', () => collector.paths.length > before)
  }
  expect(state()).toBe('on')
  await whileItAnswers(
    () => json(400, { message: 'a long story' }),
    async () => {
      for (const _ of [1, 2, 3]) {
        await sends()
        await eventually('it is away', () => state() === 'away: it answered 400')
      }
    },
  )
  await sends()
  await eventually('it is back', () => state() === 'ok')
  await stop()
  expect(said).toEqual(['traces_away', 'traces_back'])
})

test.each([
  ['hangs up', (): typeof hangUp => hangUp],
  ['answers nonsense', () => ({ status: 200, body: '<html>' })],
  [
    'takes only a part',
    () => json(200, { partialSuccess: { rejectedSpans: '1', errorMessage: 'no' } }),
  ],
] as const)(
  'a collector that %s changes nothing of the work and its end',
  async (_what, answer) => {
    const { trace, stop } = sending()
    await whileItAnswers(answer, async () => {
      expect(await trace.ofRun(newId(), 'tick', () => trace.part('look', async () => 'done'))).toBe(
        'done',
      )
      await stop()
    })
  },
)

test('a collector that never answers is not waited for at the end', async () => {
  const { trace, stop } = sending()
  const held = Promise.withResolvers<void>()
  let answered = false
  await whileItAnswers(
    async () => {
      await held.promise
      answered = true
      return json(200, {})
    },
    async () => {
      const before = collector.paths.length
      await trace.ofRun(newId(), 'tick', async () => {})
      await eventually('it was sent', () => collector.paths.length > before)
      await stop()
      expect(answered).toBe(false)
      held.resolve()
    },
  )
  // The exporter itself would give up after ten.
}, 5_000)

test('what waits to be sent has a bound, and what is over it is dropped', async () => {
  const { trace, stop } = sending()
  const id = newId()
  await trace.ofRun(id, 'tick', async () => {
    for (let n = 0; n < 6_000; n += 1) void trace.part('look', async () => {})
  })
  await stop()
  const sent = collector.of(id).length
  expect(sent).toBeGreaterThan(1_000)
  expect(sent).toBeLessThan(6_000)
})

test('work that fails fails as it did, and what its spans say of it is masked and short', async () => {
  const { trace, stop } = sending({ mask: async (text) => text.replaceAll('hunter2', '[masked]') })
  const id = newId()
  const failure = new Failure('refused', 'not with hunter2')
  const work = trace.ofRun(id, 'tick', () =>
    trace.part('look', async () => {
      trace.tell({ long: 'x'.repeat(100_000) })
      throw failure
    }),
  )
  await expect(work).rejects.toBe(failure)
  await stop()
  const spans = collector.of(id)
  expect(spans).toMatchObject([
    { name: 'look', error: 'not with [masked]', about: { 'error.type': 'refused' } },
    { name: 'tick', error: 'not with [masked]' },
  ])
  expect(spans[0]?.parentSpanId).toBe(spans[1]?.spanId)
  expect(String(spans[0]?.about.long).length).toBeLessThan(1_000)
})

test('what cannot be masked is not said', async () => {
  const { trace, stop } = sending({ mask: () => Promise.reject(new Error('no mask')) })
  const id = newId()
  await trace.ofRun(id, 'tick', async () => trace.failed(new Error('hunter2')))
  await stop()
  expect(collector.of(id)).toMatchObject([{ error: 'what went wrong could not be masked' }])
})

test('what is part of no trace is none, and of two at once each has its own parts', async () => {
  const { trace, stop } = sending()
  const before = collector.spans.length
  const ids = [newId(), newId()]
  await trace.part('nobody asked', async () => trace.tell({ nobody: 1 }))
  await Promise.all(
    ids.map((id) =>
      trace.ofRun(id, 'tick', async () => {
        await Promise.resolve()
        await trace.part('look', async () => trace.tell({ of: id, nothing: null }))
      }),
    ),
  )
  await stop()
  expect(collector.spans.slice(before)).toHaveLength(4)
  for (const id of ids) {
    const look = named(collector.of(id), 'look')
    expect(look).toMatchObject([{ about: { of: id } }])
    expect(look[0]?.about).not.toHaveProperty('nothing')
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
  const { trace, stop } = sending()
  const id = newId()
  await trace.heard(
    async () => id,
    (runId) => [{ runId, traceparent, about: {}, fault: null }],
  )
  await stop()
  expect(collector.of(id).map((span) => span.links.length)).toEqual([links])
})

test('a message counts from when it began to arrive, and what it sets off is no part of its arrival', async () => {
  const { trace, stop } = sending()
  const [heard, set] = [newId(), newId()]
  const message = (runId: string) => ({ runId, traceparent: null, about: {}, fault: null })
  const before = Date.now()
  await trace.arriving(async () => {
    await new Promise(setImmediate)
    while (Date.now() === before) await new Promise(setImmediate)
    const later = Date.now()
    await trace.heard(
      async () => heard,
      (runId) => [message(runId)],
    )
    await trace.ofRun(set, 'tick', () =>
      trace.heard(
        async () => set,
        (runId) => [message(runId)],
      ),
    )
    await stop()
    expect(millis(named(collector.of(heard), 'ingest')[0]?.began)).toBeLessThan(later)
    expect(millis(named(collector.of(set), 'ingest')[0]?.began)).toBeGreaterThanOrEqual(later)
  })
})

const millis = (nanos: bigint | undefined): number => Number((nanos ?? 0n) / 1_000_000n)
