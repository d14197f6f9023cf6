import Schema from 'typebox/schema'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { toRunId } from '../../services/judge/src/run/run.ts'
import { seedEscalation, seedFlake, seedHistory, seedRun, seedTransition } from '../harness/seed.ts'
import { startHistoryService, type TestService } from './history-service.ts'

let service: TestService
// biome-ignore lint/suspicious/noExplicitAny: the document is JSON of any shape.
let document: any
beforeAll(async () => {
  service = await startHistoryService({
    operations: { act: async ({ runId: id }) => ({ kind: 'accepted', runId: id }) },
  })
  document = (await service.app.inject({ url: '/api/openapi.json' })).json()
})
afterAll(() => service.close())

/** The routes that docs/contract.md lists for these plugins. */
const offeredRoutes = [
  'post /api/codex/pause',
  'post /api/codex/unpause',
  'post /api/session',
  'get /api/session',
  'delete /api/session',
  'post /api/codex/rerun',
  'get /api/codex/runs',
  'get /api/codex/runs/recent',
  'get /api/codex/runs/list',
  'get /api/codex/runs/summary',
  'get /api/codex/issues',
  'get /api/codex/flakes',
  'get /api/codex/runs/{id}',
  'get /api/codex/runs/{id}/waiting',
  'get /api/codex/runs/{id}/prompt',
  'get /api/codex/runs/{id}/receipt',
  'get /api/codex/runs/{id}/diff',
  'get /api/codex/runs/{id}/instructions',
  'get /api/codex/runs/{id}/timeline',
  'get /api/codex/runs/{id}/artifacts/{name}',
  'get /api/codex/runs/{id}/verdicts/{verdictId}',
  'post /api/codex/runs/{id}/verdicts/{verdictId}/label',
  'get /api/codex/audit',
  'get /api/codex/issues/{owner}/{repo}/{number}',
  'get /api/codex/issues/{owner}/{repo}/{number}/compare',
  'get /api/agents/events',
  'get /api/codex/events',
  'get /api/codex/runs/{id}/events',
  'get /api/codex/escalations',
  'get /api/codex/escalations/{id}',
  'get /api/codex/find',
  'get /api/codex/insights',
  'get /api/codex/policy',
  'post /api/codex/backtest',
  'get /api/codex/stats',
  'get /api/codex/health',
  'get /api/codex/pauses',
  'get /api/agents',
  'post /api/codex/escalations/answers',
  'post /api/codex/escalations/{id}/answer',
  ...['rejudge', 'rerun', 'override', 'stop', 'resume', 'grant'].map(
    (action) => `post /api/codex/runs/{id}/actions/${action}`,
  ),
  'get /api/codex/quarantine',
  'post /api/codex/quarantine/{id}/replay',
  'get /api/github/pulls/{owner}/{repo}/{number}/judge-runs',
  'get /api/memories',
  'post /api/memories',
  'get /livez',
  'get /readyz',
  'get /health',
  'get /metrics',
]

test('the OpenAPI 3.1 document describes every route with a summary and its responses', () => {
  expect(document.openapi).toBe('3.1.0')
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method} ${path}`),
  )
  expect(described.filter((one) => !one.startsWith('head ')).sort()).toEqual(
    [...offeredRoutes].sort(),
  )
  for (const one of offeredRoutes) {
    const [method = '', path = ''] = one.split(' ')
    expect(document.paths[path][method], one).toMatchObject({
      summary: expect.stringMatching(/\.$/),
      responses: { 503: expect.anything() },
    })
  }
})

test('answers that are not JSON, parameters and ids are described as what they are', () => {
  const media = (path: string) => Object.keys(document.paths[path].get.responses[200].content)
  expect([
    media('/metrics'),
    media('/api/codex/runs/{id}/prompt'),
    media('/api/codex/events'),
    media('/api/agents/events'),
  ]).toEqual([['text/plain'], ['text/markdown'], ['text/event-stream'], ['text/event-stream']])
  const list = document.paths['/api/codex/runs'].get.parameters
  expect(list).toContainEqual(
    expect.objectContaining({ name: 'repository', in: 'query', required: true }),
  )
  // Each action describes its own body, so that what fits the document is accepted.
  const action = document.paths['/api/codex/runs/{id}/actions/stop'].post
  expect(action.parameters).toMatchObject([{ name: 'id', in: 'path', schema: { format: 'uuid' } }])
  expect(action.requestBody.content['application/json'].schema.required).toEqual(['reason'])
})

test('every reference in the document resolves, and no schema keeps its own id', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, to]) => to ?? '',
  )
  expect(references.length).toBeGreaterThan(20)
  for (const to of references) {
    const [, name = ''] = /^#\/components\/schemas\/(\w+)$/.exec(to) ?? []
    expect(document.components.schemas[name], to).toBeDefined()
  }
  expect(JSON.stringify(document.components)).not.toContain('"$id"')
})

test('responses match the schemas of the document', async () => {
  const { db, app } = service
  const id = await seedRun(db, {
    status: 'needs_human',
    commit_sha: 'a'.repeat(40),
    pr_number: 3,
    confidence: 0.5,
    agent_usage: JSON.stringify({ inputTokens: 1 }),
  })
  await seedTransition(db, id, { from: null, to: 'run_complete' })
  const escalationId = await seedEscalation(db, id)
  await seedFlake(db, { workflow: '', event: '' })
  await seedHistory(db, {
    kind: 'escalation',
    runId: toRunId(id),
    escalationId,
    because: 'asked',
    causedBy: 'timer',
  })
  await db
    .insertInto('artifacts')
    .values({ run_id: id, name: 'implementation-log', state: 'found', because: 'read', bytes: 3 })
    .execute()
  await db
    .insertInto('gate_results')
    .values({
      run_id: id,
      position: 1,
      name: 'ci',
      result: 'wait',
      because: 'x',
      evidence: JSON.stringify([{ text: 'unit' }]),
    })
    .execute()
  await db
    .insertInto('verdicts')
    .values({
      id: newId(),
      run_id: id,
      model: 'm',
      commit_sha: 'a'.repeat(40),
      diff_digest: 'd',
      issue_digest: 'i',
      prompt_digest: 'p',
      prompt_version: '1',
      result: 'valid',
      answer: JSON.stringify({ decision: 'pass', confidence: 1 }),
    })
    .execute()
  await db
    .insertInto('inbox')
    .values({
      id: newId(),
      source: 'notify',
      transport: 'http',
      state: 'quarantined',
      because: 'x',
      error_code: 'not_json',
      body: Buffer.from('x'),
    })
    .execute()
  const asked: readonly (readonly [string, string, string, unknown?])[] = [
    ['get', '/api/codex/runs', '/api/codex/runs?repository=acme/widgets&issueNumber=41'],
    ['get', '/api/codex/runs/recent', '/api/codex/runs/recent'],
    ['get', '/api/codex/runs/list', '/api/codex/runs/list'],
    ['get', '/api/codex/runs/summary', '/api/codex/runs/summary'],
    ['get', '/api/codex/runs/summary', '/api/codex/runs/summary?repository=acme/widgets'],
    ['get', '/api/codex/issues', '/api/codex/issues'],
    ['get', '/api/codex/flakes', '/api/codex/flakes'],
    ['get', '/api/codex/runs/{id}', `/api/codex/runs/${id}`],
    ['get', '/api/codex/runs/{id}/waiting', `/api/codex/runs/${id}/waiting`],
    ['get', '/api/codex/runs/{id}/diff', `/api/codex/runs/${id}/diff`],
    ['get', '/api/codex/runs/{id}/instructions', `/api/codex/runs/${id}/instructions`],
    ['get', '/api/codex/runs/{id}/timeline', `/api/codex/runs/${id}/timeline?all=1`],
    ['get', '/api/codex/audit', `/api/codex/audit?runId=${id}`],
    ['get', '/api/codex/issues/{owner}/{repo}/{number}', '/api/codex/issues/acme/widgets/41'],
    ['get', '/api/codex/escalations', '/api/codex/escalations'],
    ['get', '/api/codex/quarantine', '/api/codex/quarantine'],
    [
      'get',
      '/api/github/pulls/{owner}/{repo}/{number}/judge-runs',
      '/api/github/pulls/acme/widgets/3/judge-runs',
    ],
    ['post', '/api/memories', '/api/memories', { content: 'round' }],
    ['get', '/api/memories', '/api/memories?query=round'],
    ['get', '/readyz', '/readyz'],
    ['get', '/livez', '/livez'],
    ['post', '/api/codex/pause', '/api/codex/pause', { repository: 'a/b', reason: 'x' }],
    [
      'post',
      '/api/codex/runs/{id}/actions/stop',
      `/api/codex/runs/${id}/actions/stop`,
      { reason: 'x' },
    ],
    [
      'post',
      '/api/codex/rerun',
      '/api/codex/rerun',
      { repository: 'a/b', issueNumber: 1, prompt: 'x' },
    ],
    ['post', '/api/codex/rerun', '/api/codex/rerun', {}],
    ['get', '/api/codex/runs/{id}', '/api/codex/runs/nonsense'],
  ]
  for (const [method, path, url, body] of asked) {
    const answer = await app.inject({
      method: method === 'get' ? 'GET' : 'POST',
      url,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    expect(answer.statusCode, url).toBeLessThan(500)
    const type = answer.statusCode < 400 ? 'application/json' : 'application/problem+json'
    const { schema } = document.paths[path][method].responses[answer.statusCode].content[type]
    const faults = findSchemaFaults(schema, answer.json())
    expect(faults, `${method} ${url} ${answer.statusCode}`).toEqual([])
    if (answer.statusCode < 400)
      expect(
        findSchemaFaults(schema, { ...Object(answer.json()), ok: 'no' }),
        `${method} ${url}: the schema rejects a wrong value`,
      ).not.toEqual([])
  }
})

function findSchemaFaults(schema: object, value: unknown): readonly unknown[] {
  const [, errors] = Schema.Compile({ ...Object(schema), components: document.components }).Errors(
    value,
  )
  return errors
}

test('the pages of the document load only their own scripts', async () => {
  const page = await service.app.inject({ url: '/docs/' })
  expect(page.statusCode).toBe(200)
  expect(page.headers['content-type']).toContain('text/html')
  expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>\s*\S/)
})
