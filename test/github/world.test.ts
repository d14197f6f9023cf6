import { createHmac } from 'node:crypto'
import examples from '@octokit/webhooks-examples' with { type: 'json' }
import { afterEach, expect, test } from 'vitest'
import { answerJson, serve } from '../world/serve.ts'
import { never, openPullRequest, repository, setUp } from './harness.ts'

let closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.map((close) => close()))
  closing = []
})

async function startReceiver(answer = 202) {
  const deliveries: {
    event: string
    id: string
    signature: string
    body: string
    payload: Record<string, unknown>
  }[] = []
  const receiver = await serve(async ({ headers, body }) => {
    const text = body.toString('utf8')
    const header = (name: string) => String(headers[name] ?? '')
    deliveries.push({
      event: header('x-github-event'),
      id: header('x-github-delivery'),
      signature: header('x-hub-signature-256'),
      body: text,
      payload: JSON.parse(text),
    })
    return answerJson(answer, {})
  })
  const { world, github } = await setUp()
  closing.push(receiver.close, world.close)
  world.webhooks.sendTo({ url: `${receiver.url}/webhooks/github`, secret: 's3cret' })
  return { world, github, deliveries }
}

test('every change but a reaction is sent once as a signed webhook, in order', async () => {
  const { world, github, deliveries } = await startReceiver()
  const pr = openPullRequest(world, { draft: true })
  world.ready(pr)
  world.checks(pr).start('unit')
  world.checks(pr).succeed('unit')
  const [thread] = world.codexReviews(pr, [{ path: 'src/sum.ts', line: 1, title: 'Wrong' }])
  world.codexFindsNothing(pr)
  if (thread) world.resolveThread(pr, thread)
  await github.postComment({ ...pr, body: '@codex review' }, never)
  world.push(repository, 'codex/issue-7', { 'src/sum.ts': 'export const sum = 3\n' })
  world.merge(pr)
  await world.webhooks.flush()

  expect(
    deliveries.map(({ event, payload }) => [event, payload.action].filter(Boolean).join('.')),
  ).toEqual([
    'push',
    'push',
    'pull_request.opened',
    'pull_request.ready_for_review',
    'check_run.created',
    'check_run.completed',
    'check_suite.completed',
    'workflow_run.completed',
    'pull_request_review.submitted',
    'pull_request_review_comment.created',
    'pull_request_review_thread.resolved',
    'issue_comment.created',
    'push',
    'pull_request.synchronize',
    'pull_request.closed',
    'push',
  ])
  for (const { body, signature } of deliveries)
    expect(signature).toBe(`sha256=${createHmac('sha256', 's3cret').update(body).digest('hex')}`)
  expect(new Set(deliveries.map(({ id }) => id)).size).toBe(deliveries.length)
})

test('a rejected delivery is not retried, but can be redelivered under the same ID', async () => {
  const { world, deliveries } = await startReceiver(503)
  world.repository(repository)
  await world.webhooks.flush()
  const [delivery] = world.webhooks.deliveries
  expect(delivery?.status).toBe(503)
  if (delivery) world.webhooks.redeliver(delivery)
  await world.webhooks.flush()
  expect(deliveries.map(({ id }) => id)).toEqual([delivery?.id, delivery?.id])
})

/** Fields that GitHub sends although the examples, some of which are older, do not have them. */
const notInExamples = ['.pull_request.draft', '.issue.pull_request', '.issue.pull_request.url']

test('webhooks have no fields that GitHub’s do not have', async () => {
  const { world, deliveries } = await startReceiver()
  const pr = openPullRequest(world)
  world.issue(repository, { title: 'x', labels: ['bug'] })
  world.checks(pr).fail('unit')
  world.checks(pr).status('coverage', 'success')
  const [thread] = world.codexReviews(pr, [{ path: 'src/sum.ts', line: 1, title: 'Wrong' }])
  if (thread) world.resolveThread(pr, thread)
  world.comment(pr, 'alice', 'Hi')
  await world.webhooks.flush()

  const real = examples as unknown as readonly {
    readonly name: string
    readonly examples: readonly unknown[]
  }[]
  for (const { event, payload } of deliveries) {
    const known = new Set(
      real
        .filter(({ name }) => name === event)
        .flatMap((entry) => entry.examples.flatMap((example) => collectPaths(example))),
    )
    expect(
      collectPaths(payload).filter((path) => !known.has(path) && !notInExamples.includes(path)),
      event,
    ).toEqual([])
  }
  expect(new Set(deliveries.map(({ event }) => event)).size).toBe(11)
})

/** The paths of all keys of a value, without list indices. */
function collectPaths(value: unknown, parent = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item) => collectPaths(item, parent))
  return Object.entries(value).flatMap(([key, inner]) => [
    `${parent}.${key}`,
    ...collectPaths(inner, `${parent}.${key}`),
  ])
}

test('the API can lag behind the branch like the real one', async () => {
  const { world, github } = await startReceiver()
  const pr = openPullRequest(world)
  const old = world.getHead(pr)
  world.lag(pr)
  const pushed = world.push(repository, 'codex/issue-7', { 'src/sum.ts': 'export const sum = 3\n' })
  const readHeads = async () => [
    (await github.readSnapshot(pr, never)).pullRequest.head,
    (
      await github.readRepositoryContext(
        { repository, issueNumber: null, branch: 'codex/issue-7' },
        never,
      )
    ).branchHead,
  ]
  expect(await readHeads()).toEqual([old, pushed])
  world.catchUp(pr)
  expect(await readHeads()).toEqual([pushed, pushed])
})

test('a query for more than a hundred entries or without budget is refused', async () => {
  const { world } = await startReceiver()
  openPullRequest(world)
  const queryComments = async (first: number) => {
    const text = `query Q {
      repository(owner: "acme", name: "widgets") {
        pullRequest(number: 12) { comments(first: ${first}) { nodes { body } } }
      }
    }`
    const response = await fetch(world.graphqlUrl, {
      method: 'POST',
      body: JSON.stringify({ query: text }),
    })
    return JSON.stringify(await response.json())
  }
  expect(await queryComments(101)).toContain('exceeds the `first` limit of 100 records')
  expect(await queryComments(100)).toContain('"nodes":[]')
  world.setBudget(0)
  expect(await queryComments(1)).toContain('RATE_LIMITED')
})
