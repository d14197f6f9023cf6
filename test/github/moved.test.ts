import { generateKeyPairSync } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { answerJson, type HttpAnswer, type HttpRequest, serve } from '../world/serve.ts'
import { catchFailure, never, openPullRequest, repository, setUp, toSha } from './harness.ts'

/* Repositories that have another owner or name now, and GitHub's redirects to them. */

let closing: (() => Promise<void>)[] = []
const open = async (...args: Parameters<typeof setUp>) => {
  const opened = await setUp(...args)
  closing.push(opened.world.close)
  return opened
}
/** A host that is not GitHub's, and the requests that reached it. */
const openForeignHost = async (answer: HttpAnswer) => {
  const requests: HttpRequest[] = []
  const host = await serve(async (request) => {
    requests.push(request)
    return answer
  })
  closing.push(host.close)
  return { url: host.url, requests }
}
afterEach(async () => {
  await Promise.all(closing.map((close) => close()))
  closing = []
})

const branch = 'codex/issue-7'
const query = { repository, branch, base: null, prNumber: null, startedAt: null }
const status = (commit: string) => ({
  repository,
  commit: toSha(commit),
  context: 'codex-judge',
  state: 'success' as const,
  description: 'Accepted.',
  targetUrl: 'http://judge.test/runs/1',
})
const redirect = (to: string, code = 302): HttpAnswer => ({
  status: code,
  headers: { location: to },
})

test('the pull request of a transferred repository is found, and then by one read again', async () => {
  const { world, github } = await open()
  openPullRequest(world)
  world.transfer(repository, 'umbrella/parasols')
  expect(await github.findPullRequest(query, never)).toBe(12)
  world.clearLog()
  expect(await github.findPullRequest(query, never)).toBe(12)
  const paths = world.log.map(({ path }) => path)
  expect(paths).toEqual([`/repos/${repository}/pulls`, expect.stringMatching(/^\/repositories\//)])
  world.transfer('umbrella/parasols', 'ella/parasols')
  expect(await github.findPullRequest(query, never)).toBe(12)
})

test('a branch without pull request is read once, unless its repository has moved', async () => {
  const { world, github } = await open()
  world.repository(repository)
  expect(await github.findPullRequest(query, never)).toBeNull()
  expect(world.used().restReads).toBe(1)
})

test('what is read and written about a moved repository reaches it where it is now', async () => {
  const { world, github } = await open()
  const pull = openPullRequest(world)
  const head = world.getHead(pull)
  world.transfer(repository, 'umbrella/widgets')
  const moved = { repository: 'umbrella/widgets', number: pull.number }
  expect((await github.readSnapshot(pull, never)).repository).toBe('umbrella/widgets')
  await github.setStatus(status(head), never)
  expect(world.checks(moved).statuses()).toMatchObject([{ state: 'success' }])
  await github.postComment({ ...pull, body: 'Please review. <!-- mark -->' }, never)
  expect(world.pull(moved).comments).toHaveLength(1)
  expect(await github.findComment({ ...pull, marker: '<!-- mark -->' }, never)).not.toBeNull()
})

test.each([301, 302, 307, 308])('a write is repeated as it is after a %i', async (code) => {
  const { world, github } = await open()
  const pull = openPullRequest(world)
  const head = world.getHead(pull)
  const { id } = world.state(repository)
  world.faults.next(`/repos/${repository}/statuses/`, {
    kind: 'answer',
    answer: redirect(`${world.url}/repositories/${id}/statuses/${head}`, code),
  })
  await github.setStatus(status(head), never)
  expect(world.checks(pull).statuses()).toMatchObject([
    { state: 'success', description: 'Accepted.' },
  ])
})

test('a redirect to another host is not followed, and nothing is sent there', async () => {
  const { world, github } = await open()
  const pull = openPullRequest(world)
  const foreign = await openForeignHost(answerJson(200, []))
  for (const [path, act] of [
    ['/pulls', () => github.findPullRequest(query, never)],
    ['/statuses/', () => github.setStatus(status(world.getHead(pull)), never)],
    ['Snapshot', () => github.readSnapshot(pull, never)],
  ] as const) {
    const answer = redirect(`${foreign.url}/repos/${repository}/pulls`)
    world.faults.next(path, { kind: 'answer', answer }, 2)
    const failure = await catchFailure(act())
    expect(failure).toMatchObject({ kind: 'unavailable' })
    expect(failure.message).toContain('which is not followed')
    world.faults.clear()
  }
  expect(foreign.requests).toEqual([])
})

test('redirects that never end are given up', async () => {
  const { world, github } = await open()
  openPullRequest(world)
  const answer = redirect(`${world.url}/repos/${repository}/pulls`)
  world.faults.next('/pulls', { kind: 'answer', answer }, 100)
  const failure = await catchFailure(github.findPullRequest(query, never))
  expect(failure.message).toContain('redirected more than 5 times')
})

test('the log of a job is fetched from where GitHub keeps it, without our credentials', async () => {
  const { world, github } = await open()
  const pull = openPullRequest(world)
  const run = world.checks(pull).fail('unit', { log: 'here\n' })
  const foreign = await openForeignHost({
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: 'there\n',
  })
  world.faults.next('/logs', { kind: 'answer', answer: redirect(`${foreign.url}/log?sig=x`) })
  const log = await github.readJobLog({ repository, checkRunId: run.id, maxBytes: 1000 }, never)
  expect(log).toBe('there\n')
  expect(foreign.requests[0]?.headers.authorization).toBeUndefined()
})

test('of several open pull requests the one into the base is found, whatever is reported', async () => {
  const { world, github } = await open()
  const main = openPullRequest(world)
  world.push(repository, 'release', { 'CHANGES.md': 'none\n' })
  world.push(repository, 'next', { 'CHANGES.md': 'some\n' })
  const release = world.openPullRequest(repository, { branch, base: 'release' })
  const next = world.openPullRequest(repository, { branch, base: 'next' })
  const find = (base: string | null, prNumber: number | null = null) =>
    github.findPullRequest({ ...query, base, prNumber }, never)
  expect(await find('main')).toBe(main.number)
  expect(await find('main', release.number)).toBe(main.number)
  expect(await find('release')).toBe(release.number)
  expect(await find('gone')).toBe(next.number)
  expect(await find(null)).toBe(next.number)
  expect(await find(null, main.number)).toBe(main.number)
})

test('a branch was merged where the newest of its pull requests was, once it is gone', async () => {
  const { world, github } = await open()
  const pull = openPullRequest(world)
  const find = () => github.findMergedInto({ repository, branch }, never)
  expect(await find()).toBeNull()
  world.merge(pull)
  expect(await find()).toBeNull()
  world.deleteBranch(repository, branch)
  expect(await find()).toBe('main')
  expect(await github.findMergedInto({ repository, branch: 'never/was' }, never)).toBeNull()
})

test('a snapshot tells who moved a pull request to another base', async () => {
  const { world, github } = await open()
  const parent = openPullRequest(world)
  world.push(repository, 'child', { 'src/child.ts': 'export {}\n' })
  const child = world.openPullRequest(repository, { branch: 'child', base: branch })
  world.merge(parent)
  world.deleteBranch(repository, branch)
  world.push(repository, 'release', { 'CHANGES.md': 'none\n' })
  world.retarget(child, 'release')
  expect((await github.readSnapshot(child, never)).pullRequest.baseChanges).toEqual([
    { from: branch, to: 'main', byGithub: true },
    { from: 'main', to: 'release', byGithub: false },
  ])
})

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
/** An app that is installed for both owners, and sees with each token only the one's repositories. */
const openApp = () =>
  open(
    { app: { id: '4242', publicKey: keys.publicKey, owners: ['acme', 'umbrella'] } },
    {
      credentials: { kind: 'app', appId: '4242', privateKey: keys.privateKey },
      now: () => toInstant(Date.now()),
    },
  )
type World = Awaited<ReturnType<typeof open>>['world']
const listSearches = (world: World) =>
  world.log.filter(({ path }) => /^\/repos\/.*\/installation$/.test(path))

test('an app reaches a transferred repository through the installation of its owner', async () => {
  const { world, github } = await openApp()
  const pull = openPullRequest(world)
  world.repository('acme/gadgets')
  await github.readSnapshot(pull, never)
  world.transfer(repository, 'umbrella/widgets')
  world.clearLog()
  const snapshots = await Promise.all([1, 2, 3].map(() => github.readSnapshot(pull, never)))
  expect(snapshots.map((one) => one.repository)).toEqual(Array(3).fill('umbrella/widgets'))
  expect(listSearches(world)).toHaveLength(2)
  expect(await github.findPullRequest(query, never)).toBe(12)
  await github.setStatus(status(world.getHead(pull)), never)
  expect(world.checks(pull).statuses()).toMatchObject([{ state: 'success' }])
  // The other repositories of the former owner are still reached through its own.
  world.clearLog()
  const gadgets = { repository: 'acme/gadgets', issueNumber: null, branch: null }
  await github.readRepositoryContext(gadgets, never)
  expect(world.log.map(({ authorization }) => authorization)).toEqual(['token ghs_acme1'])
})

test('an app that starts after a transfer finds the new owner, and the former one', async () => {
  const { world, github } = await openApp()
  const pull = openPullRequest(world)
  world.repository('acme/gadgets')
  world.transfer(repository, 'umbrella/widgets')
  const gadgets = { repository: 'acme/gadgets', issueNumber: null, branch: null }
  await Promise.all([
    github.findPullRequest(query, never),
    github.readRepositoryContext(gadgets, never),
  ])
  expect((await github.readSnapshot(pull, never)).repository).toBe('umbrella/widgets')
  world.clearLog()
  await github.readRepositoryContext(gadgets, never)
  expect(world.log.map(({ authorization }) => authorization)).toEqual([
    expect.stringMatching(/^token ghs_acme/),
  ])
})

test('an app asks for the owner of a repository that it does not see once a minute', async () => {
  const { world, github } = await openApp()
  const pull = openPullRequest(world)
  await github.readSnapshot(pull, never)
  world.transfer(repository, 'elsewhere/widgets')
  world.clearLog()
  for (const _ of [1, 2, 3])
    expect((await catchFailure(github.readSnapshot(pull, never))).kind).toBe('refused')
  expect(listSearches(world)).toHaveLength(1)
})
