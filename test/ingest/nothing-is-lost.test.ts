import { createHmac } from 'node:crypto'
import { readdirSync } from 'node:fs'
import webhooks from '@octokit/webhooks-examples' with { type: 'json' }
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixture, type Listening, listening } from './listening.ts'

const secret = 'secret'
let service: Listening
beforeAll(async () => {
  service = await listening({ secrets: [secret] })
})
afterAll(() => service.close())

const completions = ['argo-messages/sensor-with-templates/', 'argo-messages/sensor-raw/', 'argo-workflows/'].flatMap(
  (folder) => readdirSync(new URL(`../fixtures/${folder}`, import.meta.url)).map((name) => fixture(folder + name)),
)
const payloads = (webhooks as unknown as readonly { name: string; examples: readonly object[] }[]).flatMap(
  ({ examples }) => examples.slice(0, 2).map((example) => JSON.stringify(example)),
)
const notify = JSON.stringify({
  type: 'agent-turn-complete',
  repository: 'a/b',
  issue_number: '1',
  log_excerpt: { output: 'x' },
  issued_at: '2026-11-20T08:00:00Z',
})
const kafka = JSON.stringify({ deliveryId: 'd', event: 'push', payload: JSON.parse(payloads[0] ?? '{}') })
const event = (data: string): string =>
  JSON.stringify({ specversion: '1.0', id: 'i', source: 's', type: 't', data: JSON.parse(data) })
const seeds = [
  ...completions.filter((text) => text.length < 200_000),
  ...payloads.slice(0, 40),
  notify,
  kafka,
  event(notify),
  `[${event(notify)},${event(notify)}]`,
]

/** One wound: a byte changed, a piece cut out, doubled or replaced, or the whole cut short. */
const wound = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 40 }),
  put: fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc
      .constantFrom(
        '\\u0000',
        '\\ud800',
        '"',
        '{',
        '[',
        '}',
        ']',
        ',',
        'null',
        '1e999',
        '-0',
        '"__proto__":',
        '9'.repeat(40),
        '[['.repeat(150),
        '\0',
        '\u{1F600}',
      )
      .map((text) => Buffer.from(text)),
  ),
})
const wounded = fc
  .tuple(fc.constantFrom(...seeds), fc.array(wound, { maxLength: 4 }), fc.boolean())
  .map(([seed, wounds, short]) => {
    const bytes = wounds.reduce<Buffer>((all, { at, length, put }) => {
      const start = Math.floor(at * all.length)
      return Buffer.concat([all.subarray(0, start), put, all.subarray(start + length)])
    }, Buffer.from(seed))
    return short ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes
  })
const keys = fc.constantFrom(
  'metadata',
  'status',
  'arguments',
  'artifacts',
  'workflow',
  'run',
  'trimmed',
  'kind',
  'spec',
  'parameters',
  'name',
  'value',
  'nodes',
  'outputs',
  'phase',
  'labels',
  'annotations',
  'codex.repository',
  'codex.stage',
  'repository',
  'issueNumber',
  'eventBody',
  'uid',
  'specversion',
  'id',
  'source',
  'data',
  'data_base64',
  'ingesttoken',
  'payload',
  'event',
  'log_excerpt',
  '__proto__',
  'constructor',
  'toString',
  's3',
  'key',
  'nodeFlag',
  'message',
)
const odd: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.double(),
    fc.constantFrom(null, true, '', 'unknown', '{}', '[]', '[{"name":"x"}]'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 5 }),
  ),
})).value
const body = fc.oneof(
  wounded,
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.dictionary(keys, odd, { maxKeys: 8 }).map((value) => Buffer.from(JSON.stringify(value))),
)
const header = fc.stringMatching(/^[\x21-\x7e\x80-\xff]{0,30}$/)
const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'application/cloudevents+json',
      'application/cloudevents-batch+json',
      'text/plain',
      'x',
      'application/x-www-form-urlencoded',
    ),
    'ce-id': header,
    'ce-source': header,
    'ce-type': fc.constantFrom('t', 'dev.knative.kafka.event'),
    'ce-time': header,
    'ce-specversion': fc.constant('1.0'),
    'x-github-event': fc.constantFrom(
      'push',
      'status',
      'check_run',
      'pull_request',
      'issue_comment',
      'nonsense',
      '__proto__',
    ),
    'x-github-delivery': header,
  },
  { requiredKeys: [] },
)
const path = fc.constantFrom(
  '/api/codex/run-complete',
  '/api/codex/notify',
  '/webhooks/github',
  '/api/codex/github-events',
)

test('whatever bytes come: never a 5xx, and everything answered 2xx or called malformed had been handed over before the answer', async () => {
  await fc.assert(
    fc.asyncProperty(path, body, headers, async (to, bytes, sent) => {
      const { recorder } = service
      const before = recorder.kept.length + recorder.quarantined.length
      const signature = { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}` }
      const answer = await service.post(to, bytes, { ...sent, ...(to.includes('github') ? signature : {}) })
      expect([202, 400]).toContain(answer.status)
      if (answer.status === 400) {
        expect(answer.body).toMatchObject({ code: 'malformed_event', quarantineId: recorder.quarantined.at(-1)?.id })
        expect(recorder.kept.length + recorder.quarantined.length).toBe(before + 1)
        return
      }
      const answers: readonly { outcome: string; event: { id: string; duplicate: boolean } }[] = answer.body.events ?? [
        answer.body,
      ]
      for (const { outcome, event } of answers) {
        const known = outcome === 'quarantined' ? recorder.quarantined : recorder.kept
        expect(known.map(({ id }) => id)).toContain(event.id)
      }
      expect(recorder.kept.length + recorder.quarantined.length).toBe(
        before + answers.filter(({ event }) => !event.duplicate).length,
      )
    }),
    { numRuns: 600 },
  )
})

test('what is kept can be stored: no NUL, no half character, no credential, no key longer than an index takes', () => {
  const { kept, quarantined } = service.recorder
  expect(kept.length).toBeGreaterThan(50)
  expect(quarantined.length).toBeGreaterThan(50)
  for (const { incoming } of kept) {
    const { body: _bytes, ...stored } = incoming
    const json = JSON.stringify(stored)
    expect(/\\u0000|\\ud[89a-f]/i.test(json.replaceAll('\\\\', ''))).toBe(false)
    expect(incoming.keys.every((key) => key.length <= 500)).toBe(true)
  }
  const texts = [...kept.map(({ incoming }) => incoming), ...quarantined.map(({ malformed }) => malformed)].map(
    ({ headers }) => JSON.stringify(headers),
  )
  expect(texts.some((text) => text.includes('x-hub-signature'))).toBe(false)
})
