import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { InboundMessage } from '../../correlate/messages.ts'
import { toInstant } from '../../lib/instant.ts'
import { isReadable, type ParsedSource, parseMessage, type RawMessage } from './parse-message.ts'
import { createRepositoryFilter } from './repository-filter.ts'

const fixtures = new URL('../../../../../test/fixtures/', import.meta.url)
const fixture = (path: string): string => readFileSync(new URL(path, fixtures), 'utf8')
const context = { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' }

const parseHttp = (
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  source: ParsedSource = 'run-complete',
) => parseMessage({ source, transport: 'http', headers, body: Buffer.from(body) }, context)

function read(
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  source: ParsedSource = 'run-complete',
): InboundMessage {
  const parsed = parseHttp(body, headers, source)
  if (parsed.kind !== 'one' || !isReadable(parsed.message))
    throw new Error(`not readable: ${JSON.stringify(parsed)}`)
  return parsed.message
}

function claims(body: unknown, source: ParsedSource = 'run-complete') {
  const { event } = read(JSON.stringify(body), {}, source)
  if (event === null || event.kind === 'github.changed')
    throw new Error(`no run in it: ${JSON.stringify(event)}`)
  return event.claims
}

const finished = { status: { phase: 'Succeeded' } }
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64')
const parameters = (values: Record<string, unknown>) => ({
  parameters: Object.entries(values).map(([name, value]) => ({ name, value })),
})

// Every fixture

const messages = [
  'argo-messages/sensor-with-templates/',
  'argo-messages/sensor-raw/',
  'argo-workflows/',
].flatMap((folder) =>
  readdirSync(new URL(folder, fixtures)).map((name) => [folder + name] as const),
)

test.each(messages)('%s gives the expected event', (path) => {
  const { event, keys } = read(fixture(path))
  const number = Number(/\/(\d+)-/.exec(path)?.[1])
  const uid = `5d0c00${number.toString(16).padStart(2, '0')}-7a11-4c2e-9f40-0000000000${number.toString(16).padStart(2, '0')}`
  expect(keys).toEqual([expect.stringMatching(`^uid:${uid}:[0-9a-f]{64}$`)])
  const issue = number > 13 ? 2123 + number : 2124 + number
  if (path.includes('06-running')) return expect(event).toBeNull()
  const bare = number === 8
  expect(event).toMatchObject({
    kind: 'workflow.finished',
    claims: {
      workflowUid: uid,
      workflowNamespace: 'agent-runs',
      repository: bare ? null : 'acme/widgets',
      issueNumber: bare ? null : issue,
      branch: `codex/issue-${issue}-1a2b3c4d`,
      base: 'main',
      stage: 'implementation',
      phase: { 2: 'Failed', 4: 'Failed', 16: 'Failed', 19: 'Error' }[number] ?? 'Succeeded',
      finishedAt: Date.UTC(2026, 10, 20, 8, 31, 41),
      deliveryId: bare ? null : `b7c1e0a0-0000-4000-8000-00000000${issue}`,
      iterations: [9, 16].includes(number)
        ? { mode: 'fixed', count: 3, min: null, max: null, stopOn: [], reason: '' }
        : null,
    },
  })
})

test('legacy artifact names mean the same artifacts, in a list and in nodes', () => {
  for (const path of [
    'argo-messages/sensor-with-templates/',
    'argo-messages/sensor-raw/',
    'argo-workflows/',
  ]) {
    const { artifacts } = claims(JSON.parse(fixture(`${path}11-labels-annotations.json`)))
    expect(artifacts.map(({ name, bucket }) => [name, bucket])).toEqual([
      ['implementation-log', 'agent-artifacts'],
      ['implementation-patch', 'agent-artifacts'],
      ['implementation-status', 'agent-artifacts'],
      ['main-logs', 'agent-artifacts'],
    ])
  }
})

test('the final try of a retried step names the artifacts', () => {
  const keys = claims(
    JSON.parse(fixture('argo-messages/sensor-raw/13-retried-node.json')),
  ).artifacts.map(({ key }) => key)
  expect(keys).toEqual([
    expect.stringContaining('4211003982/implementation-log'),
    expect.stringContaining('4211003982/main-logs'),
  ])
})

test('of several pods, the logs of the implementing one count', () => {
  const logs = claims(JSON.parse(fixture('argo-workflows/16-dag-12-nodes.json'))).artifacts.find(
    ({ name }) => name === 'main-logs',
  )
  expect(logs?.key).toContain('-1000004/')
})

test.each([
  ['01-succeeded-artifacts', null],
  ['02-failed-exit-1', 'Error (exit code 1)'],
  ['04-failed-oomkilled', 'OOMKilled (exit code 137)'],
  ['13-retried-node', null],
  ['16-dag-12-nodes', "child 'codex-autonomous-d0g1h-1000006' failed; Error (exit code 1)"],
  ['19-huge-prompt-900k', 'pod deleted'],
])('%s explains its failure: %j', (name, message) => {
  expect(claims(JSON.parse(fixture(`argo-messages/sensor-raw/${name}.json`))).phaseMessage).toBe(
    message,
  )
})

test('a killed try that was repeated does not explain the failure of the final one', () => {
  const node = (name: string, exitCode: string, message: string) => ({
    name: `w.step(${name})`,
    phase: 'Failed',
    message,
    nodeFlag: { retried: true },
    outputs: { exitCode },
    finishedAt: `2026-11-20T08:0${name}:00Z`,
  })
  const nodes = { b: node('1', '1', ''), a: node('0', '137', 'OOMKilled') }
  const workflow = {
    kind: 'Workflow',
    metadata: { uid: 'u', labels: { 'codex.stage': 'implementation' } },
    spec: {},
    status: { phase: 'Failed', message: 'No more retries left', nodes },
  }
  expect(claims(workflow).phaseMessage).toBe('No more retries left; exit code 1')
  expect(
    claims({ ...workflow, status: { phase: 'Failed', nodes: { a: nodes.a } } }).phaseMessage,
  ).toBe('OOMKilled; exit code 137')
})

// Recovery order

test.each([
  ['top level', { repository: 'a/top' }],
  ['eventBody', { repository: 'unknown/unknown' }],
  ['annotations', { repository: '', eventBody: null }],
  ['parameters', { eventBody: null, annotations: {} }],
  ['rawEvent', { eventBody: null, annotations: {}, parameter: '' }],
] as const)('the repository comes from %s if no better place names it', (place, over) => {
  const parts = {
    eventBody: { repository: 'a/body' } as unknown,
    annotations: { 'codex.repository': 'a/annotation' },
    parameter: 'a/parameter',
    repository: 'null',
    ...over,
  }
  const body = {
    ...finished,
    repository: parts.repository,
    metadata: {
      annotations: parts.annotations,
      labels: { 'codex.repository': 'a_label', 'codex.stage': 'implementation' },
    },
    arguments: parameters({
      eventBody: parts.eventBody === null ? '{}' : encoded(parts.eventBody),
      repository: parts.parameter,
      rawEvent: encoded({ repository: { full_name: 'a/raw' } }),
    }),
  }
  const { event } = read(JSON.stringify(body))
  expect(event).toMatchObject({ provenance: { repository: place } })
})

test('a raw webhook names repository, issue, pull request and branches, and a pull request is no issue', () => {
  const rawEvent = encoded({
    action: 'opened',
    repository: { full_name: 'acme/widgets' },
    pull_request: { number: 57, head: { ref: 'topic' }, base: { ref: 'main' } },
    sender: { login: 'octo' },
  })
  expect(claims({ ...finished, arguments: parameters({ rawEvent }) })).toMatchObject({
    repository: 'acme/widgets',
    issueNumber: null,
    reportedPrNumber: 57,
    branch: 'topic',
    base: 'main',
    sender: 'octo',
  })
  expect(
    claims({
      ...finished,
      arguments: parameters({
        rawEvent: encoded({ repository: { full_name: 'acme/widgets' }, issue: { number: 3 } }),
      }),
    }).issueNumber,
  ).toBe(3)
})

test('an odd field never costs the others', () => {
  const eventBody = encoded({
    repository: 'acme/widgets',
    issueNumber: { odd: true },
    head: 7,
    prompt: null,
    iterations: 'many',
    iterationCycle: '2',
    autonomous: 'true',
    stage: 2,
    base: ['main'],
  })
  const message = {
    ...finished,
    startedAt: 'soon',
    artifacts: [null, 7, { name: 'x' }, { name: 'implementation-log', key: 'k', bucket: '' }],
    metadata: 'broken {',
    arguments: {
      parameters: [
        null,
        'x',
        { name: 'eventBody', value: eventBody },
        { value: 1 },
        { name: 'issueNumber', value: 9 },
      ],
    },
  }
  expect(claims(message)).toMatchObject({
    repository: 'acme/widgets',
    issueNumber: 9,
    branch: '7',
    prompt: null,
    iterations: null,
    iterationCycle: 2,
    autonomous: true,
    stage: 'implementation',
    base: null,
    startedAt: null,
    artifacts: [{ name: 'implementation-log', bucket: null, key: 'k' }],
  })
})

test.each([
  ['implementation', 'workflow.finished'],
  ['CODEX_STAGE_IMPLEMENTATION', 'workflow.finished'],
  ['review', 'stage.reported'],
  ['judge', 'stage.reported'],
])('a workflow of stage %s is %s', (stage, kind) => {
  expect(read(JSON.stringify({ ...finished, repository: 'a/b', stage })).event?.kind).toBe(kind)
})

test.each([
  [
    'nested, running',
    { repository: 'a/b', workflowUid: 'u', status: { phase: 'Running' } },
    'run.enriched',
  ],
  ['nested, without a phase', { repository: 'a/b', workflowUid: 'u' }, 'run.enriched'],
  [
    'nested, a finished phase without times',
    { repository: 'a/b', workflow_uid: 'u', status: { phase: 'Error' } },
    'workflow.finished',
  ],
  [
    'nested, finishedAt without a phase',
    { repository: 'a/b', status: { finishedAt: '2026-11-20T08:00:00Z' } },
    'run.enriched',
  ],
  [
    'a step of a workflow we may know',
    { workflowUid: 'u', stage: 'implementation', prNumber: 4 },
    'run.enriched',
  ],
  ['a foreign message', { hello: 'world', status: { phase: 'Succeeded' } }, null],
  ['an unfinished foreign message', { workflowName: 'x', workflowUid: 'u' }, null],
  [
    'a foreign Workflow',
    {
      kind: 'Workflow',
      metadata: { name: 'x', labels: { app: 'y' } },
      status: { phase: 'Succeeded' },
    },
    null,
  ],
  [
    'a label is a mark',
    {
      kind: 'Workflow',
      metadata: { labels: { 'codex.stage': 'implementation' } },
      status: { phase: 'Failed' },
    },
    'workflow.finished',
  ],
  [
    'the default of an event body is no mark',
    { ...finished, arguments: { parameters: [{ name: 'eventBody', value: '{}' }] } },
    null,
  ],
  [
    'raw, its object running',
    {
      run: { phase: 'Succeeded', repository: 'a/b' },
      trimmed: [],
      workflow: { kind: 'Workflow', metadata: {}, status: { phase: 'Running' } },
    },
    null,
  ],
  [
    'raw, all of its object trimmed',
    {
      run: { phase: 'Failed', repository: 'a/b', uid: 'u' },
      trimmed: ['everything-else'],
      workflow: {},
    },
    'workflow.finished',
  ],
] as const)('%s', (_name, body, kind) => {
  expect(read(JSON.stringify(body)).event?.kind ?? null).toBe(kind)
})

test('repositories that match no glob are ignored, in any case of letters', () => {
  const mayJudge = createRepositoryFilter(['acme/*', '*/public.js'])
  expect(
    ['acme/widgets', 'ACME/.github', 'x/public.js', 'x/private', 'acme2/widgets'].map(mayJudge),
  ).toEqual([true, true, true, false, false])
  expect(createRepositoryFilter([])('any/thing')).toBe(true)
})

test.each<[how: string, raw: Partial<RawMessage>, provenAt: string]>([
  ['the time of its Kafka record', { sentAt: toInstant('2026-05-01T12:00:00Z') }, '12:00:00Z'],
  [
    'the time of its CloudEvent',
    {
      headers: {
        'ce-specversion': '1.0',
        'ce-id': 'partition:0/offset:7',
        'ce-type': 'dev.knative.kafka.event',
        'ce-source': 'kafka',
        'ce-time': '2026-05-01T13:00:00Z',
      },
    },
    '13:00:00Z',
  ],
  ['when its forwarder received it', {}, '14:00:00Z'],
])('a forwarded push is proven by %s', (_how, raw, provenAt) => {
  const payload = { ref: 'refs/heads/topic', before: 'b'.repeat(40), after: 'a'.repeat(40) }
  const forwarded = { event: 'push', repository: 'acme/widgets', payload }
  const receivedAt = '2026-05-01T14:00:00Z'
  const parsed = parseMessage(
    {
      source: 'github',
      transport: 'http',
      headers: {},
      body: Buffer.from(JSON.stringify({ ...forwarded, receivedAt })),
      ...raw,
    },
    context,
  )
  expect(parsed).toMatchObject({
    message: { event: { push: { provenAt: toInstant(`2026-05-01T${provenAt}`) } } },
  })
})
