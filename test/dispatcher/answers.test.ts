import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ArgoWorld, argoWorld } from '../world/argo.ts'
import { json, passes } from '../world/serve.ts'
import { bytesOf, type Dispatcher, goodTask, post, send, startDispatcher } from './dispatcher.ts'

let argo: ArgoWorld
let dispatcher: Dispatcher
let folder: string
let wanted = 'argo-secret-1'
const token = { authorization: 'Bearer new-token' }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dispatcher-'))
  await writeFile(join(folder, 'token'), `Bearer ${wanted}\n`)
  argo = await argoWorld({ token: () => wanted, templates: ['codex-implementation'] })
  dispatcher = await startDispatcher({
    ARGO_SERVER_URL: `${argo.url}/`,
    ARGO_TOKEN_FILE: join(folder, 'token'),
    DISPATCHER_TOKEN: 'old-token, new-token',
    WORKFLOW_TEMPLATE_REVIEW: 'not-installed',
  })
})
afterAll(async () => {
  await dispatcher.end()
  await argo.close()
  await rm(folder, { recursive: true })
})

/**
 * What a task has differently; the issue's number as text, because cases travel between processes
 * as JSON.
 */
interface Over {
  readonly stage?: number
  readonly prompt?: string
  readonly repository?: string
  readonly head?: string
  readonly base?: string
  readonly deliveryId?: string
  readonly issue?: string
}

describe('a task that cannot be taken is refused with 400, and the field is named', () => {
  test.each<[string, Over]>([
    ['stage', { stage: 0 }],
    ['stage', { stage: 9 }],
    ['stage', { stage: 1 }],
    ['prompt', { prompt: '' }],
    ['prompt', { prompt: ' \n\t' }],
    ['repository', { repository: '' }],
    ['repository', { repository: 'widgets' }],
    ['repository', { repository: 'acme/widgets/more' }],
    ['repository', { repository: 'acme/..' }],
    ['repository', { repository: 'ac me/widgets' }],
    ['issue_number', { issue: '-1' }],
    ['issue_number', { issue: '1099511627776' }],
    ['head', { head: '--upload-pack=x' }],
    ['head', { head: 'a b' }],
    ['base', { base: 'a..b' }],
    ['delivery_id', { deliveryId: '' }],
    ['delivery_id', { deliveryId: 'a\nb' }],
    ['delivery_id', { deliveryId: 'x'.repeat(301) }],
  ])('%s (%#)', async (path, { issue, ...over }) => {
    const { status, headers, body } = await send(
      dispatcher,
      (issue === undefined ? over : { issueNumber: BigInt(issue) }) as Parameters<typeof send>[1],
      token,
    )
    expect(status).toBe(400)
    expect(headers.get('content-type')).toContain('application/problem+json')
    expect(body).toMatchObject({ code: 'bad_request', errors: [{ path }] })
    expect(body.detail).toContain(path)
  })

  test('all of them at once', async () => {
    const { body } = await send(
      dispatcher,
      { stage: 0, prompt: '', repository: '', deliveryId: '' },
      token,
    )
    expect(body.errors?.map(({ path }) => path)).toEqual([
      'stage',
      'prompt',
      'repository',
      'delivery_id',
    ])
  })

  test.each([
    ['nothing', ''],
    ['JSON', JSON.stringify({ stage: 'implementation', prompt: 'x', repository: 'a/b' })],
    ['text', 'this is no protobuf'],
    ['half of a task', bytesOf(goodTask).slice(0, 30)],
    ['bytes', new Uint8Array([0xff, 0xff, 0xff, 0xff])],
    ['a string that is not UTF-8', new Uint8Array([0x12, 0x02, 0xff, 0xfe])],
  ])('a body that is %s', async (_what, body) => {
    const response = await post(dispatcher, body, token)
    expect(response.status).toBe(400)
    const { errors, detail } = (await response.json()) as {
      errors: { path: string }[]
      detail: string
    }
    expect(errors[0]?.path).toBe('body')
    expect(detail).toContain('body')
  })

  test('whatever the body is called, what counts is what is in it', async () => {
    const task = (deliveryId: string) => bytesOf({ ...goodTask, deliveryId })
    for (const [index, type] of [
      'application/protobuf',
      'application/octet-stream',
      'text/plain',
    ].entries())
      expect(
        (await post(dispatcher, task(`type-${index}`), { ...token, 'content-type': type })).status,
      ).toBe(202)
  })

  test('nothing of all that was submitted', () => {
    expect(argo.started().every(({ metadata }) => metadata.name.startsWith('type-'))).toBe(true)
  })
})

test('a body of more than 2 MiB is refused with 413', async () => {
  const { status, body } = await send(dispatcher, { prompt: 'x'.repeat(2 * 1024 * 1024) }, token)
  expect({ status, code: body.code }).toEqual({ status: 413, code: 'too_large' })
})

test('who brings no token, or an unknown one, is refused with 401; both tokens of a rotation are taken', async () => {
  for (const authorization of ['', 'Bearer wrong', 'Basic new-token']) {
    const { status, headers: answered, body } = await send(dispatcher, {}, { authorization })
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'unauthenticated' })
    expect(answered.get('www-authenticate')).toBe('Bearer')
  }
  expect((await send(dispatcher, { deliveryId: 'rotation-1' }, token)).status).toBe(202)
  expect(
    (await send(dispatcher, { deliveryId: 'rotation-2' }, { authorization: 'bearer old-token' }))
      .status,
  ).toBe(202)
})

test('a token of Argo that was replaced on disk is read anew', async () => {
  wanted = 'argo-secret-2'
  expect(await send(dispatcher, { deliveryId: 'rotated-1' }, token)).toMatchObject({ status: 503 })
  await writeFile(join(folder, 'token'), wanted)
  expect(await send(dispatcher, { deliveryId: 'rotated-1' }, token)).toMatchObject({ status: 202 })
})

test('an Argo that asks to wait is passed on to the sender', async () => {
  argo.faults.next(passes, passes, {
    when: 'before',
    answer: json(429, { code: 8 }, { 'retry-after': '37' }),
  })
  const { status, headers } = await send(dispatcher, { deliveryId: 'wait-1' }, token)
  expect({ status, wait: headers.get('retry-after') }).toEqual({ status: 503, wait: '37' })
})

test('a template that is not installed is no fault of the sender, and may be repaired', async () => {
  const answer = await send(dispatcher, { deliveryId: 'review-1', stage: 3 }, token)
  expect(answer).toMatchObject({ status: 500, body: { code: 'argo_refused' } })
  expect(answer.body.detail).toContain('not-installed')
})

test('a task that the cluster cannot store is refused for good', async () => {
  const answer = json(500, { code: 13, message: 'etcdserver: request is too large' })
  argo.faults.next(passes, passes, { when: 'before', answer })
  expect(await send(dispatcher, { deliveryId: 'big-1' }, token)).toMatchObject({
    status: 413,
    body: { code: 'too_large' },
  })
})

test('other paths and methods are told apart', async () => {
  expect((await fetch(`${dispatcher.url}/nothing`)).status).toBe(404)
  const wrong = await fetch(`${dispatcher.url}/codex/tasks`)
  expect({ status: wrong.status, allow: wrong.headers.get('allow') }).toEqual({
    status: 405,
    allow: 'POST',
  })
})

test('its state and its counters can be read without a token, and no secret is in what it writes', async () => {
  expect(await (await fetch(`${dispatcher.url}/livez`)).json()).toEqual({ ok: true })
  expect(await (await fetch(`${dispatcher.url}/readyz`)).json()).toEqual({ ok: true, argo: 'ok' })
  const metrics = await (await fetch(`${dispatcher.url}/metrics`)).text()
  expect(metrics).toMatch(
    /codex_dispatcher_tasks_total\{stage="implementation",outcome="started"\} \d/,
  )
  expect(metrics).toMatch(
    /codex_dispatcher_argo_seconds_count\{operation="submit",outcome="answered"\} \d/,
  )
  expect(metrics).toContain('process_cpu_seconds_total')
  expect(dispatcher.output()).not.toMatch(/argo-secret|old-token|new-token|Make the widget/)
})

test('while Argo is away a task is answered 503 with Retry-After, and the dispatcher is alive but not ready', async () => {
  const gone = await argoWorld()
  await gone.close()
  const lonely = await startDispatcher({ ARGO_SERVER_URL: gone.url })
  const { status, headers, body } = await send(lonely)
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' })
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await fetch(`${lonely.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${lonely.url}/livez`)).status).toBe(200)
  await lonely.end()
})
