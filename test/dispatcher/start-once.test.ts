import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ArgoWorld, argoWorld } from '../world/argo.ts'
import { hangUp, json, passes } from '../world/serve.ts'
import { bytesOf, type Dispatcher, goodTask, post, send, startDispatcher } from './dispatcher.ts'

let argo: ArgoWorld
let dispatcher: Dispatcher
const settings = () => ({ ARGO_SERVER_URL: argo.url, ARGO_NAMESPACE: 'agent-runs' })
beforeEach(async () => {
  argo = await argoWorld({ now: () => new Date('2026-11-20T08:00:03Z') })
  dispatcher = await startDispatcher(settings())
})
afterEach(async () => {
  await dispatcher.end()
  await argo.close()
})

const first = () => {
  const [workflow] = argo.started()
  if (workflow === undefined) throw new Error('nothing was started')
  return workflow
}

test('a task is answered 202 with the workflow it became', async () => {
  const { status, body } = await send(dispatcher)
  expect(status).toBe(202)
  expect(body).toEqual({
    stage: 'implementation',
    namespace: 'agent-runs',
    workflowName: goodTask.deliveryId,
    submittedAt: '2026-11-20T08:00:03.000Z',
    duplicate: false,
  })
  expect(argo.started().map(({ metadata }) => metadata.name)).toEqual([goodTask.deliveryId])
})

test('the same delivery again starts nothing and is told of the first', async () => {
  const original = await send(dispatcher)
  const again = await send(dispatcher, { prompt: 'Another prompt, the same delivery.' })
  expect(again.status).toBe(202)
  expect(again.body).toEqual({ ...original.body, duplicate: true })
  expect(argo.started()).toHaveLength(1)
})

test('a delivery whose workflow has finished and was deleted by its time to live is not started again', async () => {
  await send(dispatcher)
  argo.archive(first().metadata.uid)
  expect(await send(dispatcher)).toMatchObject({ status: 202, body: { duplicate: true } })
  expect(argo.started()).toHaveLength(1)
})

test('a dispatcher that is killed between submitting and answering leaves one workflow, and the retry finds it', async () => {
  let letGo = (): void => {}
  const hold = new Promise<void>((resolve) => {
    letGo = resolve
  })
  argo.faults.next(passes, passes, { when: 'after', hold })
  const lost = post(dispatcher, bytesOf(goodTask)).then(
    () => 'answered',
    () => 'no answer',
  )
  await vi.waitFor(() => expect(argo.started()).toHaveLength(1), { timeout: 20_000 })
  await dispatcher.end('SIGKILL')
  expect(await lost).toBe('no answer')
  letGo()
  dispatcher = await startDispatcher(settings())
  expect(await send(dispatcher)).toMatchObject({ status: 202, body: { duplicate: true } })
  expect(argo.started()).toHaveLength(1)
})

test('of many requests with one delivery at once, to two dispatchers, exactly one starts it', async () => {
  const other = await startDispatcher(settings())
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => send(index % 2 === 0 ? dispatcher : other)),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202))
  expect(answers.filter(({ body }) => body.duplicate === false)).toHaveLength(1)
  expect(argo.started()).toHaveLength(1)
  await other.end()
})

test('an answer of Argo that is lost is looked up, not taken for a failure', async () => {
  argo.faults.next(passes, passes, { when: 'after', answer: hangUp })
  expect(await send(dispatcher)).toMatchObject({ status: 202, body: { duplicate: false } })
  expect(argo.started()).toHaveLength(1)
})

test('a submission that never reached Argo is answered 503, and the retry starts it', async () => {
  argo.faults.next(passes, passes, { when: 'before', answer: hangUp })
  expect((await send(dispatcher)).status).toBe(503)
  expect(argo.started()).toHaveLength(0)
  expect(await send(dispatcher)).toMatchObject({ status: 202, body: { duplicate: false } })
})

test('a name that is taken is recognised also where Argo reports it as a failure of its own', async () => {
  await send(dispatcher)
  const gone = json(404, { code: 5, message: 'not found' })
  const obscure = json(500, {
    code: 2,
    message: 'The POST operation against Workflow.argoproj.io could not be completed',
  })
  argo.faults.next(
    { when: 'before', answer: gone },
    { when: 'before', answer: gone },
    { when: 'after', answer: obscure },
  )
  expect(await send(dispatcher)).toMatchObject({ status: 202, body: { duplicate: true } })
  expect(argo.started()).toHaveLength(1)
})

test('a conflict about something else is no workflow', async () => {
  const conflict = json(409, {
    code: 6,
    message: 'Operation cannot be fulfilled on resourcequotas: the object has been modified',
  })
  argo.faults.next(passes, passes, { when: 'before', answer: conflict })
  expect(await send(dispatcher)).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect((await send(dispatcher)).body.duplicate).toBe(false)
})

test('nothing is started while the archive cannot be asked', async () => {
  argo.faults.next(passes, {
    when: 'before',
    answer: json(403, { code: 7, message: 'permission denied' }),
  })
  expect((await send(dispatcher)).status).toBe(503)
  expect(argo.started()).toHaveLength(0)
})

test('an Argo without an archive has nothing archived', async () => {
  argo.faults.next(passes, {
    when: 'before',
    answer: json(501, { code: 12, message: 'not implemented' }),
  })
  expect((await send(dispatcher)).status).toBe(202)
})

test('a workflow of another delivery under the same name is not taken for ours', async () => {
  await send(dispatcher)
  const workflow = first()
  const annotations = { ...workflow.metadata.annotations, 'codex.delivery_id': 'somebody-else' }
  argo.put({ ...workflow, metadata: { ...workflow.metadata, annotations } })
  expect(await send(dispatcher)).toMatchObject({ status: 409, body: { code: 'conflict' } })
})
