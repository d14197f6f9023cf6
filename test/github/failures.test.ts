import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { trouble } from '../world/github/faults.ts'
import { catchFailure, never, openPullRequest, repository, setUp, start, toSha } from './harness.ts'

let closing: (() => Promise<void>)[] = []
const open = async (...args: Parameters<typeof setUp>) => {
  const setting = await setUp(...args)
  closing.push(setting.world.close)
  return setting
}
afterEach(async () => {
  await Promise.all(closing.map((close) => close()))
  closing = []
})

const frozen = { now: () => toInstant(start) }
const status = (commit: string) =>
  ({
    repository,
    commit: toSha(commit),
    context: 'codex-judge',
    state: 'pending',
    description: 'Waits for CI',
    targetUrl: 'http://127.0.0.1/runs/1',
  }) as const

const readCases = [
  ['a secondary limit', trouble.secondaryLimit(17), 'unavailable', 17_000],
  [
    'a secondary limit without a time',
    trouble.status(403, 'You have exceeded a secondary rate limit.'),
    'unavailable',
    60_000,
  ],
  ['an exhausted budget', trouble.primaryLimit(new Date(start + 90_000)), 'unavailable', 90_000],
  ['a 429', trouble.status(429, 'Too many', { 'retry-after': '3' }), 'unavailable', 3000],
  ['bad credentials', trouble.status(401, 'Bad credentials'), 'forbidden', null],
  [
    'a missing permission',
    trouble.status(403, 'Resource not accessible by integration'),
    'forbidden',
    null,
  ],
  ['a deleted object', trouble.status(404, 'Not Found'), 'refused', null],
  ['an invalid request', trouble.status(422, 'Validation Failed'), 'refused', null],
  ['a broken server', trouble.status(502), 'unavailable', null],
  [
    'a server under maintenance',
    trouble.status(503, 'Later', { 'retry-after': '120' }),
    'unavailable',
    120_000,
  ],
  ['a page of HTML', trouble.html(200), 'unavailable', null],
  ['a page of HTML with 502', trouble.html(502), 'unavailable', null],
  ['a lost connection', { kind: 'hang_up', when: 'before' }, 'unavailable', null],
] as const

test.each(readCases)('reading through %s', async (_name, fault, kind, retryAfter) => {
  const { world, github } = await open({}, frozen)
  const pr = openPullRequest(world)
  for (const call of [
    () =>
      github.findPullRequest(
        { repository, branch: 'codex/issue-7', base: null, prNumber: null, startedAt: null },
        never,
      ),
    () => github.readSnapshot(pr, never),
  ]) {
    world.faults.next(/./, fault, 10)
    const failure = await catchFailure(call())
    world.faults.clear()
    expect({ kind: failure.kind, retryAfter: failure.retryAfter }).toEqual({ kind, retryAfter })
  }
})

const graphqlCases = [
  [
    'rate limited',
    { type: 'RATE_LIMITED', message: 'API rate limit exceeded' },
    'unavailable',
    60_000,
  ],
  [
    'forbidden',
    { type: 'FORBIDDEN', message: 'Resource not accessible by integration' },
    'forbidden',
    null,
  ],
  [
    'not found',
    { type: 'NOT_FOUND', message: 'Could not resolve to a Repository' },
    'refused',
    null,
  ],
  [
    'timed out within',
    { message: 'Something went wrong while executing your query' },
    'unavailable',
    null,
  ],
] as const

test.each(graphqlCases)(
  'a query that is %s, without data',
  async (_name, error, kind, retryAfter) => {
    const { world, github } = await open({}, frozen)
    const pr = openPullRequest(world)
    world.faults.next('Snapshot', trouble.graphql(error), 2)
    const failure = await catchFailure(github.readSnapshot(pr, never))
    expect({ kind: failure.kind, retryAfter: failure.retryAfter }).toEqual({ kind, retryAfter })
  },
)

test('a read that fails on the server’s side is retried once, and both are counted', async () => {
  const { world, github, requests } = await open()
  const pr = openPullRequest(world)
  world.faults.next('Snapshot', trouble.status(502))
  expect((await github.readSnapshot(pr, never)).pullRequest.number).toBe(pr.number)
  expect(requests).toEqual(['graphql failed', 'graphql ok'])
})

test('a rate limit is neither waited out nor retried', async () => {
  const { world, github, requests } = await open()
  const pr = openPullRequest(world)
  world.faults.next('Snapshot', trouble.secondaryLimit(3600))
  await catchFailure(github.readSnapshot(pr, never))
  expect(requests).toEqual(['graphql limited'])
})

test('a call that is stopped rejects at once, as unavailable', async () => {
  const { world, github, requests } = await open()
  const pr = openPullRequest(world)
  const stop = new AbortController()
  world.faults.next('Snapshot', { kind: 'meanwhile', happens: () => stop.abort() })
  expect((await catchFailure(github.readSnapshot(pr, stop.signal))).kind).toBe('unavailable')
  expect((await catchFailure(github.readSnapshot(pr, AbortSignal.abort()))).kind).toBe(
    'unavailable',
  )
  // Stopping our own request is not GitHub's fault.
  expect(requests.filter((one) => one !== 'graphql ok')).toEqual(['graphql given_up'])
})

test('a server that never answers is given up after the time-out', async () => {
  const { world, github, requests } = await open({}, { timeout: 50 })
  const pr = openPullRequest(world)
  world.faults.next('Snapshot', trouble.hang())
  expect((await catchFailure(github.readSnapshot(pr, never))).kind).toBe('unavailable')
  expect(requests.every((one) => one === 'graphql unreachable')).toBe(true)
})

test('an unreachable server is unavailable, also for a write, which was never sent', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const head = world.getHead(pr)
  await world.close()
  expect((await catchFailure(github.readSnapshot(pr, never))).kind).toBe('unavailable')
  expect((await catchFailure(github.setStatus(status(head), never))).kind).toBe('unavailable')
})

const writeCases = [
  ['its answer is lost', 'unknown', { kind: 'hang_up', when: 'after' }],
  ['the server breaks', 'unknown', trouble.status(502)],
  ['a proxy answers in HTML', 'unknown', trouble.html(200)],
  ['it is asked to slow down', 'unavailable', trouble.secondaryLimit(5)],
  [
    'it has no permission',
    'forbidden',
    trouble.status(403, 'Resource not accessible by integration'),
  ],
  ['it is not valid', 'refused', trouble.status(422, 'Validation Failed')],
] as const

test.each(writeCases)(
  'a comment is sent once, and if %s, the failure is "%s"',
  async (_name, kind, fault) => {
    const { world, github } = await open()
    const pr = openPullRequest(world)
    world.faults.next('POST ', fault)
    const failure = await catchFailure(github.postComment({ ...pr, body: '@codex review' }, never))
    expect(failure.kind).toBe(kind)
    expect(
      world.log.filter(({ method, path }) => method === 'POST' && path.endsWith('/comments')),
    ).toHaveLength(1)
  },
)

test('a status is set with a description within GitHub’s limit', async () => {
  const { world, github } = await open({ viewer: 'judge-app[bot]' })
  const pr = openPullRequest(world)
  await github.setStatus({ ...status(world.getHead(pr)), description: 'x'.repeat(200) }, never)
  const [set] = world.checks(pr).statuses()
  expect(set).toMatchObject({
    context: 'codex-judge',
    state: 'pending',
    creator: 'judge-app[bot]',
    targetUrl: 'http://127.0.0.1/runs/1',
  })
  expect(set?.description).toHaveLength(140)
  expect((await catchFailure(github.setStatus(status('0'.repeat(40)), never))).kind).toBe('refused')
})

test('our comment is found by its marker on any page', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  for (let n = 0; n < 101; n += 1) world.comment(pr, 'alice', `Comment ${n}`)
  expect(await github.findComment({ ...pr, marker: '<!-- codex-judge' }, never)).toBeNull()
  const { url } = await github.postComment(
    { ...pr, body: '@codex review\n<!-- codex-judge 1 -->' },
    never,
  )
  expect(await github.findComment({ ...pr, marker: '<!-- codex-judge' }, never)).toMatchObject({
    url,
    author: { login: 'codex-judge' },
  })
})

test('the review is requested by the account of its own token', async () => {
  const tokens = {
    credentials: { kind: 'token', token: 'ghp_main' },
    reviewRequestToken: 'ghp_asker',
  } as const
  const { world, github } = await open({ tokens: ['ghp_main', 'ghp_asker'] }, tokens)
  const pr = openPullRequest(world)
  await github.setStatus(status(world.getHead(pr)), never)
  await github.postComment({ ...pr, body: '@codex review' }, never)
  expect(world.log.map(({ authorization }) => authorization)).toEqual([
    'token ghp_main',
    'token ghp_asker',
  ])
})

test('failed jobs are re-run as a second attempt; another request changes nothing', async () => {
  const reruns: string[] = []
  const { world, github } = await open({
    onRerun: (_repository, runs) => reruns.push(...runs.map(({ name }) => name)),
  })
  const pr = openPullRequest(world)
  world.checks(pr).succeed('lint')
  const workflowRunId = world.checks(pr).fail('unit').suite.run?.id ?? 0
  expect(await github.readRunAttempt({ repository, workflowRunId }, never)).toBe(1)

  await github.rerunFailedJobs({ repository, workflowRunId }, never)
  await github.rerunFailedJobs({ repository, workflowRunId }, never)

  expect(reruns).toEqual(['unit'])
  expect(await github.readRunAttempt({ repository, workflowRunId }, never)).toBe(2)
  expect((await github.readSnapshot(pr, never)).checks).toMatchObject([
    { name: 'lint', state: 'success' },
    { name: 'unit', state: 'queued', completedAt: null },
  ])
})

test('a re-run that GitHub rejects is refused; one without permission is forbidden', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const workflowRunId = world.checks(pr).fail('unit').suite.run?.id ?? 0
  world.faults.next(
    '/rerun-failed-jobs',
    trouble.status(
      403,
      'Unable to retry this workflow run because it was created over a month ago',
    ),
  )
  expect(
    (await catchFailure(github.rerunFailedJobs({ repository, workflowRunId }, never))).kind,
  ).toBe('refused')
  world.faults.next(
    '/rerun-failed-jobs',
    trouble.status(403, 'Resource not accessible by integration'),
  )
  expect(
    (await catchFailure(github.rerunFailedJobs({ repository, workflowRunId }, never))).kind,
  ).toBe('forbidden')
  expect(
    (await catchFailure(github.rerunFailedJobs({ repository, workflowRunId: 1 }, never))).kind,
  ).toBe('refused')
})

test('the suite of another app is re-requested', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const run = world.checks(pr).by('circleci').fail('unit')
  await github.rerequestSuite({ repository, suiteId: run.suite.id }, never)
  expect((await github.readSnapshot(pr, never)).checks).toMatchObject([
    { app: 'circleci', state: 'queued' },
  ])
})

test('no failure contains a token, even if the server echoes it', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.faults.next(/./, trouble.status(403, 'token ghp_secretsecretsecret is not accessible'), 2)
  const failures = [
    await catchFailure(github.readSnapshot(pr, never)),
    await catchFailure(github.postComment({ ...pr, body: 'x' }, never)),
  ]
  for (const failure of failures)
    expect(inspect(failure, { depth: 9 })).not.toContain('secretsecret')
})

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const app = { credentials: { kind: 'app', appId: '4242', privateKey: keys.privateKey } } as const

test('an app uses the installation of each owner, with one token for all its clients', async () => {
  const { world, github } = await open(
    { app: { id: '4242', publicKey: keys.publicKey, owners: ['acme', 'other'] } },
    { ...app, now: () => toInstant(Date.now()) },
  )
  const pr = openPullRequest(world)
  world.repository('other/thing')
  await github.readSnapshot(pr, never)
  await github.findPullRequest(
    { repository, branch: 'codex/issue-7', base: null, prNumber: null, startedAt: null },
    never,
  )
  await github.setStatus(status(world.getHead(pr)), never)
  await github.readRepositoryContext(
    { repository: 'other/thing', issueNumber: null, branch: null },
    never,
  )
  const used = world.log
    .filter(({ path }) => !/installation/.test(path))
    .map(({ authorization }) => authorization)
  expect(used).toEqual([
    'token ghs_acme1',
    'token ghs_acme1',
    'token ghs_acme1',
    'token ghs_other2',
  ])
})

test('an owner without an installation is forbidden, and is looked up again later', async () => {
  const { world, github } = await open(
    { app: { id: '4242', publicKey: keys.publicKey, owners: [] } },
    app,
  )
  const pr = openPullRequest(world)
  const failure = await catchFailure(github.readSnapshot(pr, never))
  expect([failure.kind, failure.message]).toEqual([
    'forbidden',
    expect.stringContaining('not installed for acme'),
  ])
  const before = world.log.length
  await catchFailure(github.readSnapshot(pr, never))
  expect(world.log.length).toBeGreaterThan(before)
})

test('an app with a wrong key is forbidden', async () => {
  const other = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const { world, github } = await open(
    { app: { id: '4242', publicKey: other.publicKey, owners: ['acme'] } },
    app,
  )
  expect((await catchFailure(github.readSnapshot(openPullRequest(world), never))).kind).toBe(
    'forbidden',
  )
})

test('an uninstalled app is forbidden, not absent, and found again when reinstalled', async () => {
  const owners = ['acme']
  const { world, github } = await open(
    { app: { id: '4242', publicKey: keys.publicKey, owners } },
    { ...app, now: () => toInstant(Date.now()) },
  )
  openPullRequest(world)
  const find = () =>
    github.findPullRequest(
      { repository, branch: null, base: null, prNumber: 999, startedAt: null },
      never,
    )
  world.faults.next('/access_tokens', trouble.status(404, 'Not Found'), 2)
  expect((await catchFailure(find())).kind).toBe('forbidden')
  world.clearLog()
  expect(await find()).toBeNull()
  // One finds the installation, the other asks whether the repository, which was absent, has moved.
  expect(world.log.filter(({ path }) => path.endsWith('/installation'))).toHaveLength(2)
})

test('an unusable key is forbidden: a person must act', async () => {
  const { world, github } = await open(
    {},
    {
      credentials: {
        kind: 'app',
        appId: '1',
        privateKey: '-----BEGIN RSA PRIVATE KEY-----\nxx\n-----END RSA PRIVATE KEY-----',
      },
    },
  )
  const failure = await catchFailure(github.readSnapshot(openPullRequest(world), never))
  expect(failure.kind).toBe('forbidden')
})
