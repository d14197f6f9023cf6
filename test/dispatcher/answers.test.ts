import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ArgoWorld, createArgoWorld } from '../world/argo.ts'
import { answerJson, noFault } from '../world/serve.ts'
import { type Dispatcher, encodeTask, goodTask, post, send, startDispatcher } from './dispatcher.ts'

let argo: ArgoWorld
let dispatcher: Dispatcher
let folder: string
let wanted = 'argo-secret-1'
const token = { authorization: 'Bearer new-token' }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dispatcher-'))
  await writeFile(join(folder, 'token'), `Bearer ${wanted}\n`)
  argo = await createArgoWorld({ token: () => wanted, templates: ['codex-implementation'] })
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
 * Fields that differ from the good task. The issue number is text, because test cases are passed
 * between processes as JSON.
 */
interface TaskOverrides {
  readonly stage?: number
  readonly prompt?: string
  readonly repository?: string
  readonly head?: string
  readonly base?: string
  readonly deliveryId?: string
  readonly issue?: string
}

describe('an invalid task is rejected with 400, and the field is named', () => {
  test.each<[string, TaskOverrides]>([
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

  test('all faults are reported at once', async () => {
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
    ['half of a task', encodeTask(goodTask).slice(0, 30)],
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

  test('the content of the body counts, whatever its Content-Type', async () => {
    const task = (deliveryId: string) => encodeTask({ ...goodTask, deliveryId })
    for (const [index, type] of [
      'application/protobuf',
      'application/octet-stream',
      'text/plain',
    ].entries())
      expect(
        (await post(dispatcher, task(`type-${index}`), { ...token, 'content-type': type })).status,
      ).toBe(202)
  })

  test('no rejected task was submitted', () => {
    expect(argo.started().every(({ metadata }) => metadata.name.startsWith('type-'))).toBe(true)
  })
})

test('a body of more than 2 MiB is refused with 413', async () => {
  const { status, body } = await send(dispatcher, { prompt: 'x'.repeat(2 * 1024 * 1024) }, token)
  expect({ status, code: body.code }).toEqual({ status: 413, code: 'too_large' })
})

test('a missing or unknown token gets 401; both tokens of a rotation are accepted', async () => {
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

test('an Argo token that was replaced on disk is read again', async () => {
  wanted = 'argo-secret-2'
  expect(await send(dispatcher, { deliveryId: 'rotated-1' }, token)).toMatchObject({ status: 503 })
  await writeFile(join(folder, 'token'), wanted)
  expect(await send(dispatcher, { deliveryId: 'rotated-1' }, token)).toMatchObject({ status: 202 })
})

test('the Retry-After of Argo is passed on to the sender', async () => {
  argo.faults.next(noFault, noFault, {
    when: 'before',
    answer: answerJson(429, { code: 8 }, { 'retry-after': '37' }),
  })
  const { status, headers } = await send(dispatcher, { deliveryId: 'wait-1' }, token)
  expect({ status, wait: headers.get('retry-after') }).toEqual({ status: 503, wait: '37' })
})

test('a template that is not installed gets 500, so that the sender tries again', async () => {
  const answer = await send(dispatcher, { deliveryId: 'review-1', stage: 3 }, token)
  expect(answer).toMatchObject({ status: 500, body: { code: 'argo_refused' } })
  expect(answer.body.detail).toContain('not-installed')
})

test('a task that is too large for the cluster is rejected with 413', async () => {
  const answer = answerJson(500, { code: 13, message: 'etcdserver: request is too large' })
  argo.faults.next(noFault, noFault, { when: 'before', answer })
  expect(await send(dispatcher, { deliveryId: 'big-1' }, token)).toMatchObject({
    status: 413,
    body: { code: 'too_large' },
  })
})

test('an unknown path gets 404, and a wrong method gets 405 with Allow', async () => {
  expect((await fetch(`${dispatcher.url}/nothing`)).status).toBe(404)
  const wrong = await fetch(`${dispatcher.url}/codex/tasks`)
  expect({ status: wrong.status, allow: wrong.headers.get('allow') }).toEqual({
    status: 405,
    allow: 'POST',
  })
})

test('health and metrics need no token, and no secret is logged', async () => {
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

test('while Argo is down, tasks get 503 and the dispatcher is live but not ready', async () => {
  const gone = await createArgoWorld()
  await gone.close()
  const lonely = await startDispatcher({ ARGO_SERVER_URL: gone.url })
  const { status, headers, body } = await send(lonely)
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' })
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await fetch(`${lonely.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${lonely.url}/livez`)).status).toBe(200)
  await lonely.end()
})
