import { readdirSync } from 'node:fs'
import webhooks from '@octokit/webhooks-examples' with { type: 'json' }
import fc from 'fast-check'
import { readFixture } from './start-ingest.ts'

const completions = [
  'argo-messages/sensor-with-templates/',
  'argo-messages/sensor-raw/',
  'argo-workflows/',
].flatMap((folder) =>
  readdirSync(new URL(`../fixtures/${folder}`, import.meta.url)).map((name) =>
    readFixture(folder + name),
  ),
)
const payloads = (
  webhooks as unknown as readonly { name: string; examples: readonly object[] }[]
).flatMap(({ examples }) => examples.slice(0, 2).map((example) => JSON.stringify(example)))
const notify = JSON.stringify({
  type: 'agent-turn-complete',
  repository: 'a/b',
  issue_number: '1',
  log_excerpt: { output: 'x' },
  issued_at: '2026-11-20T08:00:00Z',
})
const kafka = JSON.stringify({
  deliveryId: 'd',
  event: 'push',
  payload: JSON.parse(payloads[0] ?? '{}'),
})
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

/** One mutation: a byte changed, or a piece cut out, doubled or replaced. */
const mutation = fc.record({
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
const mutated = fc
  .tuple(fc.constantFrom(...seeds), fc.array(mutation, { maxLength: 4 }), fc.boolean())
  .map(([seed, mutations, isCut]) => {
    const bytes = mutations.reduce<Buffer>((all, { at, length, put }) => {
      const start = Math.floor(at * all.length)
      return Buffer.concat([all.subarray(0, start), put, all.subarray(start + length)])
    }, Buffer.from(seed))
    return isCut ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes
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
/** Mutated real messages, arbitrary bytes, and objects with known names and odd values. */
export const body = fc.oneof(
  mutated,
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.dictionary(keys, odd, { maxKeys: 8 }).map((value) => Buffer.from(JSON.stringify(value))),
)
const header = fc.stringMatching(/^[\x21-\x7e\x80-\xff]{0,30}$/)
export const headers = fc.record(
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
export const path = fc.constantFrom(
  '/api/codex/run-complete',
  '/api/codex/notify',
  '/webhooks/github',
  '/api/codex/github-events',
)
