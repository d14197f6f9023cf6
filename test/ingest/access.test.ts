import { afterEach, expect, test } from 'vitest'
import { type IngestServer, startIngest } from './start-ingest.ts'

let service: IngestServer
afterEach(() => service.close())

const all = {
  ingest: 'ingest-new,ingest-old',
  notify: 'notify-new,notify-old',
  operator: 'ann:ann-token, bob:bob-token',
  read: 'read-a,read-b',
}
const bearer = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` }

test.each([
  [
    'POST',
    '/api/codex/run-complete',
    {
      null: 401,
      unknown: 401,
      'ingest-new': 202,
      'ingest-old': 202,
      'notify-new': 403,
      'notify-old': 403,
      'ann-token': 403,
      'read-a': 403,
    },
  ],
  [
    'POST',
    '/api/codex/notify',
    {
      null: 401,
      unknown: 401,
      'notify-new': 202,
      'notify-old': 202,
      'ingest-new': 202,
      'ann-token': 403,
      'read-a': 403,
    },
  ],
  [
    'POST',
    '/api/codex/github-events',
    { null: 401, unknown: 401, 'notify-new': 403, 'ingest-new': 202 },
  ],
  [
    'POST',
    '/operate',
    {
      null: 401,
      unknown: 401,
      'ingest-new': 403,
      'notify-new': 403,
      'ann-token': 200,
      'bob-token': 200,
      'read-a': 403,
    },
  ],
  [
    'GET',
    '/read/1',
    {
      null: 401,
      unknown: 401,
      'ingest-new': 403,
      'notify-new': 403,
      'ann-token': 200,
      'bob-token': 200,
      'read-a': 200,
      'read-b': 200,
    },
  ],
  [
    'POST',
    '/memories',
    {
      ...{ null: 401, unknown: 401, 'ingest-old': 200, 'ann-token': 200 },
      ...{ 'notify-new': 403, 'read-a': 403 },
    },
  ],
] as const)('%s %s lets pass who has the role: %j', async (method, path, expected) => {
  service = await startIngest(all)
  for (const [token, status] of Object.entries(expected)) {
    const response = await fetch(service.url + path, {
      method,
      headers: bearer(token === 'null' ? null : token),
      ...(method === 'POST' ? { body: Buffer.from('{}') } : {}),
    })
    expect([token, response.status]).toEqual([token, status])
    expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null)
    expect(((await response.json()) as { code?: string }).code).toBe(
      ({ 401: 'unauthenticated', 403: 'forbidden' } as Record<number, string>)[status],
    )
  }
})

test('without a token of its own, a notify needs the ingest token, and with one it is never open', async () => {
  service = await startIngest({ ingest: 'ingest-token' })
  const notify = (token: string | null) =>
    service.post('/api/codex/notify', '{}', bearer(token)).then(({ status }) => status)
  expect(await notify(null)).toBe(401)
  expect(await notify('ingest-token')).toBe(202)
  await service.close()
  service = await startIngest({ notify: 'notify-token' })
  expect(await notify(null)).toBe(401)
  expect(await notify('notify-token')).toBe(202)
})

test('an element of a batch can carry the notify token, but only where notifies go', async () => {
  service = await startIngest(all)
  const event = (ingesttoken: string) => ({
    ...{ specversion: '1.0', id: ingesttoken, source: '/agents', type: 't', ingesttoken },
    data: { workflow_name: 'w' },
  })
  const send = (path: string, ...tokens: readonly string[]) =>
    service
      .post(path, JSON.stringify(tokens.map(event)), {
        'content-type': 'application/cloudevents-batch+json',
      })
      .then(({ status }) => status)
  expect(await send('/api/codex/notify', 'notify-new', 'ingest-old')).toBe(202)
  expect(await send('/api/codex/notify', 'notify-new', 'unknown')).toBe(401)
  expect(await send('/api/codex/run-complete', 'ingest-new', 'notify-new')).toBe(403)
})

test('a role without a token is open, whatever token is sent, and the others stay closed', async () => {
  service = await startIngest({ operator: 'op' })
  expect((await service.post('/api/codex/run-complete', '{}', bearer('op'))).status).toBe(202)
  expect((await service.post('/api/codex/run-complete', '{}', bearer('whatever'))).status).toBe(202)
  expect((await fetch(`${service.url}/read/1`, { headers: bearer('whatever') })).status).toBe(200)
  expect((await service.post('/operate', '{}')).status).toBe(401)
  expect((await service.post('/memories', '{}', bearer('whatever'))).status).toBe(401)
})

test('an operator is known by name', async () => {
  service = await startIngest(all)
  expect(
    (await service.post('/operate', '{"__proto__":1}', bearer('bob-token'))).body,
  ).toMatchObject({ by: 'bob' })
  await service.close()
  service = await startIngest({ operator: 'plain' })
  expect((await service.post('/operate', '', bearer('plain'))).body).toEqual({
    by: 'operator',
    body: null,
  })
})

test('a session counts only without a token, and only for its role', async () => {
  service = await startIngest({
    ...all,
    session: (request) =>
      request.headers.cookie === 'session=ann' ? { role: 'operator', name: 'ann' } : null,
  })
  const cookie = { cookie: 'session=ann' }
  expect((await service.post('/operate', '{}', cookie)).body).toMatchObject({ by: 'ann' })
  expect((await fetch(`${service.url}/read/1`, { headers: cookie })).status).toBe(200)
  expect((await service.post('/operate', '{}', { ...cookie, ...bearer('unknown') })).status).toBe(
    401,
  )
})

test('the CloudEvents extension is a credential in every mode, and in a batch on every element', async () => {
  service = await startIngest({ ingest: 'tok' })
  const event = (token?: string) => ({
    specversion: '1.0',
    id: crypto.randomUUID(),
    source: 's',
    type: 't',
    data: { a: 1 },
    ...(token ? { ingesttoken: token } : {}),
  })
  const statusOf = async (body: unknown, headers: Record<string, string> = {}) =>
    (await service.post('/api/codex/run-complete', JSON.stringify(body), headers)).status
  expect(await statusOf({}, { 'ce-id': '1', 'ce-source': 's', 'ce-ingesttoken': 'tok' })).toBe(202)
  expect(await statusOf({}, { 'ce-id': '1', 'ce-source': 's', 'ce-ingesttoken': 'wrong' })).toBe(
    401,
  )
  expect(await statusOf(event('tok'))).toBe(202)
  expect(await statusOf(event('wrong'))).toBe(401)
  expect(await statusOf([event('tok'), event('tok')])).toBe(202)
  expect(await statusOf([event('tok'), event()])).toBe(401)
  expect(await statusOf([event(), event()], bearer('tok'))).toBe(202)
  expect(
    JSON.stringify(
      service.recorder.kept.map(({ incoming }) => [
        incoming.headers,
        Buffer.from(incoming.body).toString(),
      ]),
    ),
  ).not.toContain('tok')
})

test('a message refused for its credentials is counted and not stored, malformed or not', async () => {
  service = await startIngest({ ingest: 'tok' })
  for (const body of ['{}', 'no json'])
    expect((await service.post('/api/codex/notify', body)).status).toBe(401)
  expect(service.refused).toEqual(['notify', 'notify'])
  expect([service.recorder.kept, service.recorder.quarantined]).toEqual([[], []])
})
