import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ArgoWorld, createArgoWorld } from '../world/argo.ts'
import { answerJson, hangUp, noFault } from '../world/serve.ts'
import { type Dispatcher, encodeTask, goodTask, post, send, startDispatcher } from './dispatcher.ts'

let argo: ArgoWorld
let dispatcher: Dispatcher
const settings = () => ({ ARGO_SERVER_URL: argo.url, ARGO_NAMESPACE: 'agent-runs' })
beforeEach(async () => {
  argo = await createArgoWorld({ now: () => new Date('2026-11-20T08:00:03Z') })
  dispatcher = await startDispatcher(settings())
})
afterEach(async () => {
  await dispatcher.end()
  await argo.close()
})

const firstWorkflow = () => {
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

test('a repeated delivery starts nothing and gets the first answer', async () => {
  const original = await send(dispatcher)
  const again = await send(dispatcher, { prompt: 'Another prompt, the same delivery.' })
  expect(again.status).toBe(202)
  expect(again.body).toEqual({ ...original.body, duplicate: true })
  expect(argo.started()).toHaveLength(1)
})

test('a delivery whose workflow has finished and was deleted is not started again', async () => {
  await send(dispatcher)
  argo.archive(firstWorkflow().metadata.uid)
  expect(await send(dispatcher)).toMatchObject({ status: 202, body: { duplicate: true } })
  expect(argo.started()).toHaveLength(1)
})

test('a retry finds the workflow of a dispatcher that was killed before it answered', async () => {
  let letGo = (): void => {}
  const hold = new Promise<void>((resolve) => {
    letGo = resolve
  })
  argo.faults.next(noFault, noFault, { when: 'after', hold })
  const lost = post(dispatcher, encodeTask(goodTask)).then(
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

test('many concurrent requests of one delivery to two dispatchers start one workflow', async () => {
  const other = await startDispatcher(settings())
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => send(index % 2 === 0 ? dispatcher : other)),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202))
  expect(answers.filter(({ body }) => body.duplicate === false)).toHaveLength(1)
  expect(argo.started()).toHaveLength(1)
  await other.end()
})

test('after a lost answer of Argo the workflow is looked up', async () => {
  argo.faults.next(noFault, noFault, { when: 'after', answer: hangUp })
  expect(await send(dispatcher)).toMatchObject({ status: 202, body: { duplicate: false } })
  expect(argo.started()).toHaveLength(1)
})

test('a submission that never reached Argo gets 503, and a retry starts it', async () => {
  argo.faults.next(noFault, noFault, { when: 'before', answer: hangUp })
  expect((await send(dispatcher)).status).toBe(503)
  expect(argo.started()).toHaveLength(0)
  expect(await send(dispatcher)).toMatchObject({ status: 202, body: { duplicate: false } })
})

test('a workflow is found even if Argo reports the conflict as a server error', async () => {
  await send(dispatcher)
  const gone = answerJson(404, { code: 5, message: 'not found' })
  const obscure = answerJson(500, {
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

test('a conflict about something else is not taken for an existing workflow', async () => {
  const conflict = answerJson(409, {
    code: 6,
    message: 'Operation cannot be fulfilled on resourcequotas: the object has been modified',
  })
  argo.faults.next(noFault, noFault, { when: 'before', answer: conflict })
  expect(await send(dispatcher)).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect((await send(dispatcher)).body.duplicate).toBe(false)
})

test('nothing is started while the archive cannot be read', async () => {
  argo.faults.next(noFault, {
    when: 'before',
    answer: answerJson(403, { code: 7, message: 'permission denied' }),
  })
  expect((await send(dispatcher)).status).toBe(503)
  expect(argo.started()).toHaveLength(0)
})

test('an Argo server without an archive is taken to have nothing archived', async () => {
  argo.faults.next(noFault, {
    when: 'before',
    answer: answerJson(501, { code: 12, message: 'not implemented' }),
  })
  expect((await send(dispatcher)).status).toBe(202)
})

test('a workflow of another delivery with the same name is a conflict', async () => {
  await send(dispatcher)
  const workflow = firstWorkflow()
  const annotations = { ...workflow.metadata.annotations, 'codex.delivery_id': 'another-delivery' }
  argo.put({ ...workflow, metadata: { ...workflow.metadata, annotations } })
  expect(await send(dispatcher)).toMatchObject({ status: 409, body: { code: 'conflict' } })
})
