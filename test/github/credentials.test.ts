import { generateKeyPairSync } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import type { Failure } from '../../services/judge/src/lib/failure.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { trouble } from '../world/github/faults.ts'
import { catchFailure, never, openPullRequest, repository, setUp, toSha } from './harness.ts'

/* What GitHub refuses, and what of it is said. */

let closing: (() => Promise<void>)[] = []
const open = async (...args: Parameters<typeof setUp>) => {
  const setting = await setUp(...args)
  closing.push(setting.world.close)
  return setting
}
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(closing.map((close) => close()))
  closing = []
})

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const app = { credentials: { kind: 'app', appId: '4242', privateKey: keys.privateKey } } as const
/** An app, with a clock that the library agrees with. */
const openApp = (owners: readonly string[] = ['acme']) =>
  open(
    { app: { id: '4242', publicKey: keys.publicKey, owners } },
    { ...app, now: () => toInstant(Date.now()) },
  )

const status = (commit: string) => ({
  repository,
  commit: toSha(commit),
  context: 'codex-judge',
  state: 'pending' as const,
  description: 'Waits for CI',
  targetUrl: 'http://127.0.0.1/runs/1',
})
const describeFailure = ({ kind, scope, refused, answer, remedy }: Failure) => ({
  kind,
  scope,
  refused,
  answer,
  remedy,
})

const restCases = [
  {
    what: 'a bad token',
    fault: trouble.status(401, 'Bad credentials'),
    expected: {
      scope: 'system',
      refused: 'credentials',
      answer: '401: Bad credentials',
      remedy: 'set a valid GITHUB_TOKEN: it is wrong, has expired or was revoked',
    },
  },
  {
    what: 'a missing permission that GitHub names',
    fault: trouble.status(403, 'Resource not accessible by integration', {
      'x-accepted-github-permissions': 'statuses=write',
    }),
    expected: {
      scope: 'owner',
      refused: 'permission',
      answer: '403: Resource not accessible by integration',
      remedy: 'give GITHUB_TOKEN the permission statuses=write for acme',
    },
  },
  {
    what: 'a fine-grained token',
    fault: trouble.status(403, 'Resource not accessible by personal access token'),
    expected: {
      remedy:
        'give GITHUB_TOKEN the permissions of docs/operations.md for acme; checks of private ' +
        'repositories need a GitHub App, or a classic token with the scope repo',
    },
  },
  {
    what: 'single sign-on',
    fault: trouble.status(403, 'Resource protected by organization SAML enforcement.', {
      'x-github-sso': 'required; url=https://github.com/orgs/acme/sso',
    }),
    expected: { remedy: 'authorize GITHUB_TOKEN for the single sign-on of acme' },
  },
]

test.each(restCases)(
  'a request that is refused for $what says what to set',
  async ({ fault, expected }) => {
    const { world, github } = await open()
    const head = world.getHead(openPullRequest(world))
    world.faults.next('/statuses/', fault)
    const failure = await catchFailure(github.setStatus(status(head), never))
    expect(describeFailure(failure)).toMatchObject({ kind: 'forbidden', ...expected })
    expect(failure.message).toBe(
      `GitHub: setting the status of acme/widgets at ${head.slice(0, 12)}: ` +
        `${failure.answer}; ${failure.remedy}`,
    )
  },
)

const forbidden = { type: 'FORBIDDEN', message: 'Resource not accessible by integration' }
const partialCases = [
  ['FORBIDDEN', forbidden],
  ['INSUFFICIENT_SCOPES', { type: 'INSUFFICIENT_SCOPES', message: 'Your token lacks a scope' }],
  ['only its message', { message: 'Resource not accessible by personal access token' }],
] as const

test.each(partialCases)(
  'an answer with data that refuses a part, by %s, is forbidden',
  async (_name, error) => {
    const { world, github, requests } = await open()
    const pr = openPullRequest(world)
    world.fieldFaults.set('Commit.statusCheckRollup', error)
    const failure = await catchFailure(github.readSnapshot(pr, never))
    expect(describeFailure(failure)).toMatchObject({
      kind: 'forbidden',
      scope: 'owner',
      refused: 'permission',
      answer: error.message,
      remedy: expect.stringContaining('give GITHUB_TOKEN'),
    })
    expect(requests).toContain('graphql refused')
    expect(requests).not.toContain('graphql ok')
  },
)

test('an optional part that is refused refuses nothing, and counts as an answer', async () => {
  const { world, github, requests } = await open()
  const pr = openPullRequest(world)
  world.fieldFaults.set('Ref.branchProtectionRule', forbidden)
  expect((await github.readSnapshot(pr, never)).pullRequest.number).toBe(pr.number)
  expect(requests).toContain('graphql ok')
  expect(requests).not.toContain('graphql refused')
})

const outcomeCases = [
  ['a refusal', trouble.graphql(forbidden), 'refused'],
  [
    'an unknown repository',
    trouble.graphql({ type: 'NOT_FOUND', message: 'Could not resolve' }),
    'refused',
  ],
  [
    'a rate limit',
    trouble.graphql({ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }),
    'limited',
  ],
  ['a fault of GitHub', trouble.graphql({ message: 'Something else went wrong' }), 'failed'],
  ['a limit that only its message names', trouble.status(403, 'secondary rate limit'), 'limited'],
  ['a refusal with a status', trouble.status(403, 'Resource not accessible'), 'refused'],
] as const

test.each(outcomeCases)('the metric counts %s in GraphQL as %s', async (_name, fault, outcome) => {
  const { world, github, requests } = await open()
  const pr = openPullRequest(world)
  world.faults.next('Snapshot', fault)
  await catchFailure(github.readSnapshot(pr, never))
  expect(requests).toEqual([`graphql ${outcome}`])
})

test('a long answer is cut, and no token is in it, also one with dots', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const token = 'ghs_4242_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI0MjQyIn0.c2lnbmF0dXJl-x'
  world.faults.next(/./, trouble.status(403, `${token} ${'is not accessible '.repeat(100)}`))
  const { message, answer } = await catchFailure(github.readSnapshot(pr, never))
  expect(answer.length).toBeLessThanOrEqual(300)
  expect(message).not.toMatch(/eyJ|c2lnbmF0dXJl/)
})

test('the token that requests reviews is named when it is refused', async () => {
  const { world, github } = await open(
    { tokens: ['ghp_main'] },
    { credentials: { kind: 'token', token: 'ghp_main' }, reviewRequestToken: 'ghp_asker' },
  )
  const pr = openPullRequest(world)
  const failure = await catchFailure(github.postComment({ ...pr, body: '@codex review' }, never))
  expect(failure.remedy).toMatch(/^set a valid GITHUB_REVIEW_REQUEST_TOKEN/)
})

test('an app that is removed and installed again is used through its new installation', async () => {
  const { world, github } = await openApp()
  const pr = openPullRequest(world)
  await github.readSnapshot(pr, never)
  world.credentials.uninstall('acme')
  world.credentials.install('acme')
  world.clearLog()
  expect((await github.readSnapshot(pr, never)).pullRequest.number).toBe(pr.number)
  await github.setStatus(status(world.getHead(pr)), never)
  expect(
    world.log.map(({ path, status }) => `${path.replace(/[0-9a-f]{40}/, 'sha')} ${status}`),
  ).toEqual([
    '/graphql 401',
    '/repos/acme/widgets/installation 200',
    '/app/installations/1002/access_tokens 201',
    '/graphql 200',
    '/repos/acme/widgets/statuses/sha 201',
  ])
})

test('a write whose installation was replaced is carried out once', async () => {
  const { world, github } = await openApp()
  const pr = openPullRequest(world)
  await github.postComment({ ...pr, body: 'first' }, never)
  world.credentials.uninstall('acme')
  world.credentials.install('acme')
  await github.postComment({ ...pr, body: 'second' }, never)
  const comments = world.log.filter(({ path }) => path.endsWith('/comments'))
  expect(comments.map(({ status }) => status)).toEqual([201, 401, 201])
})

test('many calls that meet a replaced installation look for the new one once', async () => {
  const { world, github } = await openApp()
  const pr = openPullRequest(world)
  await github.readSnapshot(pr, never)
  world.credentials.uninstall('acme')
  world.credentials.install('acme')
  world.clearLog()
  await Promise.all(Array.from({ length: 6 }, () => github.readSnapshot(pr, never)))
  const searches = world.log.filter(({ path }) => path.endsWith('/installation'))
  expect(searches).toHaveLength(1)
})

test('an app that was removed is forbidden, and found when it is installed again', async () => {
  const { world, github } = await openApp()
  const pr = openPullRequest(world)
  await github.readSnapshot(pr, never)
  world.credentials.uninstall('acme')
  expect(describeFailure(await catchFailure(github.readSnapshot(pr, never)))).toMatchObject({
    kind: 'forbidden',
    scope: 'owner',
    refused: 'credentials',
    remedy: 'install the App for acme',
  })
  world.credentials.install('acme')
  expect((await github.readSnapshot(pr, never)).pullRequest.number).toBe(pr.number)
})

test('a token is made again after a refused permission, but not with every request', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  const { world, github } = await openApp()
  const pr = openPullRequest(world)
  const head = world.getHead(pr)
  const setRefused = async () => {
    world.faults.next('/statuses/', trouble.status(403, 'Resource not accessible by integration'))
    const { remedy } = await catchFailure(github.setStatus(status(head), never))
    expect(remedy).toBe('grant the App the permissions of docs/operations.md for acme')
  }
  await setRefused()
  await setRefused()
  expect(world.countInstallationTokens()).toBe(1)
  vi.setSystemTime(Date.now() + 61_000)
  await setRefused()
  await setRefused()
  await github.setStatus(status(head), never)
  expect(world.countInstallationTokens()).toBe(2)
})
