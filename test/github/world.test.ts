import { createHmac } from 'node:crypto'
import examples from '@octokit/webhooks-examples' with { type: 'json' }
import { afterEach, expect, test } from 'vitest'
import { answerJson, serve } from '../world/serve.ts'
import { never, pullRequest, repository, setUp } from './harness.ts'

let closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.map((close) => close()))
  closing = []
})

async function listening(answer = 202) {
  const got: {
    event: string
    id: string
    signature: string
    body: string
    payload: Record<string, unknown>
  }[] = []
  const receiver = await serve(async ({ headers, body }) => {
    const text = body.toString('utf8')
    const header = (name: string) => String(headers[name] ?? '')
    got.push({
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
  return { world, github, got }
}

test('every change of the world is announced once, signed, in the order in which it happened; reactions are not', async () => {
  const { world, github, got } = await listening()
  const pr = pullRequest(world, { draft: true })
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
    got.map(({ event, payload }) => [event, payload.action].filter(Boolean).join('.')),
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
  for (const { body, signature } of got)
    expect(signature).toBe(`sha256=${createHmac('sha256', 's3cret').update(body).digest('hex')}`)
  expect(new Set(got.map(({ id }) => id)).size).toBe(got.length)
})

test('a delivery nobody takes is not repeated; a person can, under the same id', async () => {
  const { world, got } = await listening(503)
  world.repository(repository)
  await world.webhooks.flush()
  const [delivery] = world.webhooks.deliveries
  expect(delivery?.status).toBe(503)
  if (delivery) world.webhooks.redeliver(delivery)
  await world.webhooks.flush()
  expect(got.map(({ id }) => id)).toEqual([delivery?.id, delivery?.id])
})

/**
 * What GitHub sends too, but not in the examples: some are older, and their comments stand on
 * issues only.
 */
const beyond = ['.pull_request.draft', '.issue.pull_request', '.issue.pull_request.url']

test('webhooks carry nothing that GitHub’s do not', async () => {
  const { world, got } = await listening()
  const pr = pullRequest(world)
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
  for (const { event, payload } of got) {
    const known = new Set(
      real
        .filter(({ name }) => name === event)
        .flatMap((one) => one.examples.flatMap((example) => paths(example))),
    )
    expect(
      paths(payload).filter((path) => !known.has(path) && !beyond.includes(path)),
      event,
    ).toEqual([])
  }
  expect(new Set(got.map(({ event }) => event)).size).toBe(11)
})

/** The keys of a value with those above them, list places aside. */
function paths(value: unknown, above = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((one) => paths(one, above))
  return Object.entries(value).flatMap(([key, inner]) => [
    `${above}.${key}`,
    ...paths(inner, `${above}.${key}`),
  ])
}

test('the API can lag behind the branch, as the real one does', async () => {
  const { world, github } = await listening()
  const pr = pullRequest(world)
  const old = world.getHead(pr)
  world.lag(pr)
  const pushed = world.push(repository, 'codex/issue-7', { 'src/sum.ts': 'export const sum = 3\n' })
  const look = async () => [
    (await github.readSnapshot(pr, never)).pullRequest.head,
    (await github.readRepositoryContext({ repository, issueNumber: null, branch: 'codex/issue-7' }, never))
      .branchHead,
  ]
  expect(await look()).toEqual([old, pushed])
  world.catchUp(pr)
  expect(await look()).toEqual([pushed, pushed])
})

test('a query for more than a hundred entries is refused, and the budget runs out', async () => {
  const { world } = await listening()
  pullRequest(world)
  const ask = async (first: number) => {
    const query = `query Q { repository(owner: "acme", name: "widgets") { pullRequest(number: 12) { comments(first: ${first}) { nodes { body } } } } }`
    const response = await fetch(world.graphqlUrl, {
      method: 'POST',
      body: JSON.stringify({ query }),
    })
    return JSON.stringify(await response.json())
  }
  expect(await ask(101)).toContain('exceeds the `first` limit of 100 records')
  expect(await ask(100)).toContain('"nodes":[]')
  world.setBudget(0)
  expect(await ask(1)).toContain('RATE_LIMITED')
})
