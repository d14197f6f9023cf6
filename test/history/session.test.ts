import { afterEach, beforeEach, expect, test } from 'vitest'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { startHistoryService, type TestService } from './history-service.ts'

let service: TestService
afterEach(() => service.close())
beforeEach(async () => {
  service = await startHistoryService({
    tokens: {
      operator: [{ name: 'ada', token: 'ada-token' }],
      read: [{ name: null, token: 'read-token' }],
      ingest: [{ name: null, token: 'ingest-token' }],
    },
  })
})

const ours = 'http://judge.example'
const open = (token: unknown, headers: Record<string, string> = {}) =>
  service.app.inject({
    method: 'POST',
    url: '/api/session',
    headers,
    body: JSON.stringify({ token }),
  })
const readCookie = (answer: Awaited<ReturnType<typeof open>>) =>
  String(answer.headers['set-cookie']).split(';', 1)[0] ?? ''
const read = (cookie: string) =>
  service.app.inject({ url: '/api/codex/runs/recent', headers: { cookie } })
const pause = (cookie: string, headers: Record<string, string> = {}) =>
  service.app.inject({
    method: 'POST',
    url: '/api/codex/pause',
    headers: { cookie, ...headers },
    body: '{"reason":"x"}',
  })

test("an operator's session reads, and writes only from our own origin", async () => {
  const answer = await open('ada-token')
  expect(answer.statusCode).toBe(204)
  expect(answer.headers['set-cookie']).toMatch(/; HttpOnly/)
  expect(answer.headers['set-cookie']).toMatch(/; SameSite=Strict/)
  expect(answer.headers['set-cookie']).toMatch(/; Path=\//)
  const cookie = readCookie(answer)
  expect(cookie).not.toContain('ada-token')
  expect((await read(cookie)).statusCode).toBe(200)
  expect((await pause(cookie, { origin: ours })).json()).toMatchObject({
    ok: true,
    pauses: [{ by: 'ada' }],
  })
  expect(
    (await pause(cookie, { origin: 'http://localhost:80', host: 'localhost:80' })).statusCode,
  ).toBe(200)
  for (const origin of [
    undefined,
    'null',
    'http://evil.example',
    'https://judge.example',
    `${ours}.evil.example`,
  ]) {
    expect((await pause(cookie, origin === undefined ? {} : { origin })).statusCode, origin).toBe(
      403,
    )
  }
})

test("a reader's session reads and cannot write", async () => {
  const cookie = readCookie(await open('read-token'))
  expect((await read(cookie)).statusCode).toBe(200)
  expect((await pause(cookie, { origin: ours })).statusCode).toBe(403)
})

test('only an operator or read token opens a session, and only from our own origin', async () => {
  expect((await open('nonsense')).statusCode).toBe(401)
  expect((await open('')).statusCode).toBe(401)
  expect((await open('ingest-token')).statusCode).toBe(403)
  expect((await open(7)).statusCode).toBe(422)
  expect((await service.app.inject({ method: 'POST', url: '/api/session' })).statusCode).toBe(400)
  expect((await open('ada-token', { origin: 'http://evil.example' })).statusCode).toBe(403)
  expect((await open('ada-token', { origin: ours })).statusCode).toBe(204)
})

test('a session ends with its expiry, an altered cookie, or the removal of its token', async () => {
  const cookie = readCookie(await open('ada-token'))
  const [name = '', value = ''] = cookie.split('=')
  const [body = '', signature = ''] = value.split('.')
  for (const forged of [
    `${body.slice(0, -1)}9.${signature}`,
    `${body}.${signature.slice(1)}x`,
    body,
    '',
    `.${signature}`,
  ]) {
    expect((await read(`${name}=${forged}`)).statusCode, forged).toBe(401)
  }
  expect((await read(`other=1; ${cookie}; more=2`)).statusCode).toBe(200)
  service.setNow(toInstant('2026-11-29T00:00:00Z'))
  expect((await read(cookie)).statusCode).toBe(401)

  const other = await startHistoryService({
    tokens: { operator: [{ name: 'ada', token: 'new-token' }], read: [{ name: null, token: 'r' }] },
  })
  const seen = await other.app.inject({ url: '/api/codex/runs/recent', headers: { cookie } })
  await other.close()
  expect(seen.statusCode).toBe(401)
})

test('a session can be closed', async () => {
  const answer = await service.app.inject({ method: 'DELETE', url: '/api/session' })
  expect(answer.statusCode).toBe(204)
  expect(answer.headers['set-cookie']).toMatch(
    /codex_judge_session=;.*(Max-Age=0|Expires=Thu, 01 Jan 1970)/,
  )
})

test('without configured tokens, any token opens a session', async () => {
  const free = await startHistoryService()
  const answer = await free.app.inject({
    method: 'POST',
    url: '/api/session',
    body: '{"token":"anything"}',
  })
  await free.close()
  expect(answer.statusCode).toBe(204)
})

test('a page learns who asks and what that one may do, without reading the cookie', async () => {
  const ask = async (headers: Record<string, string>) =>
    service.app.inject({ url: '/api/session', headers })
  const anyone = await ask({})
  expect(anyone.json()).toEqual({ ok: true, name: null, may: [], needed: true })
  expect(anyone.headers['cache-control']).toBe('no-store')
  const ada = { ok: true, name: 'ada', may: ['read', 'act'], needed: true }
  const cookie = readCookie(await open('ada-token'))
  expect((await ask({ cookie })).json()).toEqual(ada)
  expect((await ask({ authorization: 'Bearer ada-token' })).json()).toEqual(ada)
  const reader = readCookie(await open('read-token'))
  expect((await ask({ cookie: reader })).json()).toMatchObject({ name: 'read', may: ['read'] })
  expect((await ask({ authorization: 'Bearer ingest-token' })).json()).toMatchObject({
    name: null,
    may: [],
  })
  expect((await ask({ authorization: 'Bearer nonsense' })).statusCode).toBe(401)
  // A session that has expired is that of no one.
  service.setNow(toInstant('2026-12-21T12:00:00Z'))
  expect((await ask({ cookie })).json()).toMatchObject({ name: null, may: [] })
})

test('where no token is set, everybody may do everything without signing in', async () => {
  const open = await startHistoryService()
  try {
    expect((await open.app.inject({ url: '/api/session' })).json()).toEqual({
      ok: true,
      name: null,
      may: ['read', 'act'],
      needed: false,
    })
  } finally {
    await open.close()
  }
})
