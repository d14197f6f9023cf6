import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHttpDispatcher } from '../../services/judge/src/adapters/dispatcher/http-dispatcher.ts'
import type { Work } from '../../services/judge/src/decide/find-withdrawal.ts'
import { createDispatchPerformer } from '../../services/judge/src/effects/dispatch.ts'
import { Failure } from '../../services/judge/src/lib/failure.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { issue, pullRequest } from '../harness/accepted-facts.ts'
import { createDispatcherWorld, type DispatcherWorld } from '../world/dispatcher.ts'
import { answerJson, hangUp } from '../world/serve.ts'
import { firstTry, noMask, task } from './samples.ts'

let world: DispatcherWorld
beforeEach(async () => {
  world = await createDispatcherWorld({ token: 'sesame' })
})
afterEach(() => world.close())

const effect = {
  kind: 'dispatch',
  key: `dispatch:${task.deliveryId}`,
  task,
  notBefore: 0,
  patience: 60_000,
} as const
/** Pull request and issue are open, or what `over` says. */
const createReadWork =
  (over: Partial<Work> = {}): (() => Promise<Work>) =>
  async () => ({ pullRequest, issue, base: 'main', ...over })
const readWork = createReadWork()

const performer = (token: string | null = 'sesame') =>
  createDispatchPerformer({
    dispatcher: createHttpDispatcher({ url: `${world.url}/`, token, timeout: 2_000 }),
    mask: noMask,
    readWork,
  })

test('a dispatched task arrives with every field of the protocol', async () => {
  const outcome = await performer().perform(effect, firstTry())
  expect(outcome).toMatchObject({
    state: 'done',
    answer: { namespace: 'agent-runs', duplicate: false },
  })
  const [submitted] = world.log
  expect(submitted?.task).toMatchObject({
    stage: 2,
    prompt: task.prompt,
    repository: 'acme/widgets',
    base: 'main',
    head: 'codex/issue-41',
    issueNumber: 41n,
    issueUrl: task.issueUrl,
    issueTitle: task.issueTitle,
    issueBody: task.issueBody,
    sender: 'octo-dev',
    deliveryId: task.deliveryId,
    metadataVersion: 1,
    iteration: 2,
    iterationCycle: 1,
    autonomous: true,
    issuedAt: { seconds: BigInt(Date.parse('2026-11-21T10:00:00Z') / 1000) },
    reviewContext: {
      summary: 'ci: unit failed.',
      reviewThreads: [{ author: 'chatgpt-codex-connector' }],
      failingChecks: [
        {
          name: 'unit',
          conclusion: 'failure',
          url: 'https://ci.example/1',
          details: 'expected 3, got 1',
        },
      ],
      additionalNotes: ['judge: a test is missing'],
    },
    iterations: { mode: 'until', min: 1, max: 3, stopOn: ['success'], reason: 'asked for' },
  })
  expect(submitted?.task.iterations?.count).toBeUndefined()
})

test('a try whose answer was lost is repeated, and starts nothing twice', async () => {
  world.faults.next({ when: 'after', answer: hangUp })
  await expect(performer().perform(effect, firstTry())).rejects.toMatchObject({
    kind: 'unavailable',
  })
  const outcome = await performer().perform(effect, firstTry({ number: 2 }))
  expect(outcome).toMatchObject({ state: 'done', answer: { duplicate: true } })
  expect(world.started()).toHaveLength(1)
  expect(world.log).toHaveLength(2)
})

test.each([400, 404, 409, 422])('%i is final', async (status) => {
  world.faults.next({ when: 'before', answer: answerJson(status, { error: 'no' }) })
  await expect(performer().perform(effect, firstTry())).rejects.toMatchObject({ kind: 'refused' })
})

test('a token that the dispatcher does not know is final', async () => {
  await expect(performer('wrong').perform(effect, firstTry())).rejects.toMatchObject({
    kind: 'forbidden',
  })
})

test.each([408, 425, 429, 500, 502, 503, 302])('%i is retried', async (status) => {
  world.faults.next({
    when: 'before',
    answer: answerJson(status, {}, { 'retry-after': '7', location: 'http://127.0.0.1:9/' }),
  })
  await expect(performer().perform(effect, firstTry())).rejects.toMatchObject({
    kind: 'unavailable',
    retryAfter: 7_000,
  })
})

test('any 2xx is an acceptance, whatever its body', async () => {
  world.faults.next({ when: 'before', answer: { status: 200, body: 'fine' } })
  expect(await performer().perform(effect, firstTry())).toMatchObject({
    state: 'done',
    answer: { workflowName: null },
  })
})

test('an unreachable dispatcher is retried', async () => {
  await world.close()
  await expect(performer().perform(effect, firstTry())).rejects.toMatchObject({
    kind: 'unavailable',
  })
})

test('a dispatcher that does not answer in time is retried', async () => {
  const held = Promise.withResolvers<void>()
  world.faults.next({ when: 'before', hold: held.promise })
  const slow = createDispatchPerformer({
    dispatcher: createHttpDispatcher({ url: world.url, token: 'sesame', timeout: 50 }),
    mask: noMask,
    readWork,
  })
  await expect(slow.perform(effect, firstTry())).rejects.toMatchObject({ kind: 'unavailable' })
  held.resolve()
})

test('every try of one effect sends the same bytes', async () => {
  await performer().perform(effect, firstTry())
  await performer().perform(effect, firstTry({ number: 2, now: toInstant('2026-11-21T11:00:00Z') }))
  const [one, two] = world.log
  expect(two?.task).toEqual(one?.task)
})

test('secrets are masked in every text of the task that others wrote', async () => {
  const mask = (text: string) => Promise.resolve(text.replaceAll('hunter2', '*******'))
  const leaky = {
    ...task,
    prompt: 'use hunter2',
    issueBody: 'hunter2',
    reviewContext: {
      summary: 'hunter2',
      threads: [{ summary: 'hunter2', url: '', author: '' }],
      failingChecks: [{ name: 'x', conclusion: 'failure', url: '', details: 'hunter2' }],
      notes: ['hunter2'],
    },
  }
  await createDispatchPerformer({
    dispatcher: createHttpDispatcher({ url: world.url, token: 'sesame' }),
    mask,
    readWork,
  }).perform({ ...effect, task: leaky }, firstTry())
  expect(
    JSON.stringify(world.log, (_key, value) => (typeof value === 'bigint' ? String(value) : value)),
  ).not.toContain('hunter2')
})

test('without a dispatcher the effect is skipped with the reason', async () => {
  const outcome = await createDispatchPerformer({
    dispatcher: null,
    mask: noMask,
    readWork,
  }).perform(effect, firstTry())
  expect(outcome).toEqual({ state: 'skipped', because: 'off: DISPATCHER_URL is not set' })
})

const closedAt = toInstant('2026-11-21T10:30:00Z')
const before = toInstant('2026-11-21T10:00:00Z')
const after = toInstant('2026-11-21T11:00:00Z')
const merged = { ...pullRequest, state: 'merged' as const, closedBy: 'octo', closedAt }

test.each<[what: string, over: Partial<Work>, asked: number | null, reason: string | null]>([
  ['a merged pull request', { pullRequest: merged }, null, 'merged_by_person'],
  [
    'a closed pull request',
    { pullRequest: { ...merged, state: 'closed' } },
    null,
    'pull_request_closed',
  ],
  ['a closed issue', { issue: { ...issue, state: 'closed', closedAt } }, null, 'issue_closed'],
  [
    'a closed issue without a pull request',
    { pullRequest: null, issue: { ...issue, state: 'closed', closedAt } },
    null,
    'issue_closed',
  ],
  ['work without pull request and issue', { pullRequest: null, issue: null }, null, null],
  ['what was closed after a person asked', { pullRequest: merged }, before, 'merged_by_person'],
  ['what was closed before a person asked', { pullRequest: merged }, after, null],
])('after %s no attempt is started, unless it is wanted', async (_what, over, asked, reason) => {
  const dispatch =
    asked === null ? effect : { ...effect, asked: { by: 'octo', at: toInstant(asked) } }
  const outcome = await createDispatchPerformer({
    dispatcher: createHttpDispatcher({ url: world.url, token: 'sesame' }),
    mask: noMask,
    readWork: createReadWork(over),
  }).perform(dispatch, firstTry())
  expect(world.requests()).toBe(reason === null ? 1 : 0)
  expect(outcome).toMatchObject(
    reason === null ? { state: 'done' } : { state: 'replaced', answer: { unwanted: { reason } } },
  )
})

test('what cannot be read is not sent, and GitHub is named as what failed', async () => {
  const unreadable = createDispatchPerformer({
    dispatcher: createHttpDispatcher({ url: world.url, token: 'sesame' }),
    mask: noMask,
    readWork: () => Promise.reject(new Failure('unavailable', 'GitHub: answered 502')),
  })
  await expect(unreadable.perform(effect, firstTry())).rejects.toMatchObject({
    kind: 'unavailable',
    system: 'github',
    message: expect.stringContaining('GitHub: answered 502'),
  })
  expect(world.requests()).toBe(0)
})
