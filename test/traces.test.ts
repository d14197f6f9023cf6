import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import { sendTraces } from '../services/judge/src/adapters/traces.ts'
import { createMasker } from '../services/judge/src/adapters/secrets.ts'
import { newId } from '../services/judge/src/lib/ids.ts'
import { makeGreen } from './harness/green.ts'
import { eventually } from './harness/run-verbs.ts'
import { scenario } from './harness/story.ts'
import { type CollectedSpan, collectorWorld } from './world/collector.ts'
import { hangUp, json } from './world/serve.ts'

const collector = await collectorWorld()
const away = await collectorWorld()
await away.close()
afterAll(collector.close)

const names = (spans: readonly CollectedSpan[]): readonly string[] => [...new Set(spans.map(({ name }) => name))].sort()
const named = (spans: readonly CollectedSpan[], name: string) => spans.filter((span) => span.name === name)

scenario(
  'what a run goes through is one trace, found by the id of the run',
  async ({ agent, github, run, post, stops, model, discord }) => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { workflow, pull } = await agent.works({ issue: 401, prompt: 'A prompt that nobody outside is to see.' })
    const first = await post('/api/codex/run-complete', workflow, { traceparent })
    await run(401).waitsIn('waiting_for_ci')
    makeGreen(github, pull)
    const { id } = await run(401).ends('completed', 'accepted')
    await post('/api/codex/run-complete', workflow)
    await run(401).settles()
    await stops()

    const spans = collector.of(id)
    expect(names(spans)).toEqual(
      ['artifacts', 'commit', 'decide', 'diff', 'effect', 'github', 'ingest', 'load', 'observe', 'run', 'tick'].sort(),
    )
    const [root, ...others] = named(spans, 'run')
    expect(others).toEqual([])
    expect(root).toMatchObject({
      parentSpanId: null,
      about: { 'run.id': id, 'run.issue': 'acme/widgets#401', 'run.status': 'completed', 'run.reason': 'accepted' },
    })
    const above = (span: CollectedSpan) => spans.find(({ spanId }) => spanId === span.parentSpanId)?.name
    const beneath = (parent: string) => names(spans.filter((span) => above(span) === parent))
    expect(beneath('run')).toEqual(['effect', 'ingest', 'tick'])
    expect(beneath('tick')).toEqual(['commit', 'decide', 'load', 'observe'])
    expect(beneath('observe')).toEqual(['artifacts', 'diff', 'github'])
    expect(spans.every(({ error, began, ended }) => error === null && began <= ended)).toBe(true)

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
    expect(named(spans, 'tick').map(({ about }) => [about['run.status_before'], about['run.status']])).toEqual(
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
    const webhooks = named(collector.spans, 'ingest').filter(({ about }) => about['message.source'] === 'github')
    expect(webhooks.length).toBeGreaterThan(0)
    expect(new Set(webhooks.map(({ traceId }) => traceId)).size).toBe(webhooks.length)
    expect(webhooks.every(({ traceId, parentSpanId }) => parentSpanId === null && traceId !== root?.traceId)).toBe(true)

    const sent = collector.texts.join('\n')
    expect(new Set(collector.paths)).toEqual(new Set(['POST /v1/traces']))
    expect(sent).not.toMatch(/github-token|model-key|discord-token|dispatcher-token|a-secret-of-the-simulated-world/)
    expect(sent).not.toMatch(/A prompt that nobody|three attempts are made|authorization|sha256=/i)
    expect(model.requests).toHaveLength(1)
    expect(discord.in('1001')).toHaveLength(1)
  },
  { env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } },
)

scenario(
  'a try that failed says why, masked, and the one after it says that it was done',
  async ({ agent, github, run, dispatcher, stops, act, get }) => {
    const token = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`
    dispatcher.faults.next({ when: 'before', answer: json(503, { error: `no, not with ${token}` }) })
    await agent.finishes({ issue: 402 }, ({ pull }) => {
      github.checks(pull).fail('unit')
      github.codexReviews(pull, [])
    })
    const { id } = await run(402).ends('needs_iteration', 'ci_failed')
    await eventually('the dispatch', () => dispatcher.started().length === 1)
    await run(402).settles()
    expect(await get('/readyz')).toMatchObject({ systems: { traces: expect.stringMatching(/^on|^ok/) } })
    expect(await act(id, 'stop', { reason: 'a test' })).toMatchObject({ status: 409 })
    await stops()
    const tries = named(collector.of(id), 'effect').filter(({ about }) => about['effect.kind'] === 'dispatch')
    expect(tries).toMatchObject([
      { about: { 'effect.try': 1, 'effect.outcome': 'retried', 'error.type': 'unavailable' } },
      { about: { 'effect.try': 2, 'effect.outcome': 'done' }, error: null },
    ])
    expect(tries[0]?.error).toMatch(/503.*no, not with \[masked: /)
    expect(collector.texts.join()).not.toContain(token)
    expect(named(collector.of(id), 'act')).toMatchObject([{ about: { 'act.kind': 'stop', 'act.outcome': 'conflict' } }])
  },
  {
    policy: { ci: { rerun_failed_once: false }, attempts: { backoff: ['1s'] } },
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/` },
  },
)

scenario(
  'a collector that is away holds up nothing, and is named',
  async ({ agent, github, run, stops, get }) => {
    await agent.finishes({ issue: 403 }, ({ pull }) => makeGreen(github, pull))
    await run(403).ends('completed', 'accepted')
    await run(403).settles()
    await eventually('the collector is named', async () => {
      const { systems } = (await get('/readyz')) as { systems: Record<string, string> }
      return systems.traces?.startsWith('away: ')
    })
    await stops()
  },
  { env: { OTEL_EXPORTER_OTLP_ENDPOINT: away.url, OTEL_EXPORTER_OTLP_TIMEOUT: '500' } },
)
