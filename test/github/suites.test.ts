import { afterEach, expect, test } from 'vitest'
import { trouble } from '../world/github/faults.ts'
import { catchFailure, never, openPullRequest, repository, setUp } from './harness.ts'

type Setting = Awaited<ReturnType<typeof setUp>>
let closing: (() => Promise<void>)[] = []
const open = async (...args: Parameters<typeof setUp>): Promise<Setting> => {
  const setting = await setUp(...args)
  closing.push(setting.world.close)
  return setting
}
afterEach(async () => {
  await Promise.all(closing.map((close) => close()))
  closing = []
})

const countTo = (n: number) => Array.from({ length: n }, (_, index) => index)
const absent = { type: 'FORBIDDEN', message: 'Resource not accessible by integration' }

test('suites without check runs are read, which no list of checks shows', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const checks = world.checks(pr)
  checks.succeed('unit')
  const waiting = checks.in({ workflow: 'Deploy', event: 'push' }).suite('pending')
  checks.by('circleci').suite('completed', 'failure')

  const seen = await github.readSnapshot(pr, never)

  expect(world.used()).toEqual({ points: 1, queries: 1, restReads: 0 })
  expect(seen.checks).toMatchObject([
    { name: 'unit', appId: 15368, workflow: { name: 'CI', event: 'pull_request' } },
  ])
  expect(seen.suites).toMatchObject([
    { app: 'github-actions', appId: 15368, state: 'success', hasRuns: true },
    {
      id: waiting.id,
      state: 'pending',
      hasRuns: false,
      workflowRun: {
        id: waiting.run?.id,
        url: `https://github.com/acme/widgets/actions/runs/${waiting.run?.id}`,
        workflow: { name: 'Deploy', event: 'push' },
      },
    },
    { app: 'circleci', state: 'failure', hasRuns: false, workflowRun: null },
  ])
})

test('all pages of suites are read, or the reading fails', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  for (const n of countTo(130))
    world
      .checks(pr)
      .in({ workflow: `Workflow ${n}` })
      .suite('queued')

  const { suites } = await github.readSnapshot(pr, never)
  world.faults.next('Page', trouble.status(502), 10)
  const failure = await catchFailure(github.readSnapshot(pr, never))

  expect(suites?.map(({ workflowRun }) => workflowRun?.workflow?.name)).toEqual(
    countTo(130).map((n) => `Workflow ${n}`),
  )
  expect(failure.kind).toBe('unavailable')
})

test('if the list of commits lags behind, the suites of the head are read by its ID', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.checks(pr).suite('queued')
  world.fieldFaults.set('PullRequest.commits', null)

  const { suites } = await github.readSnapshot(pr, never)

  expect(suites).toMatchObject([{ state: 'queued', hasRuns: false }])
})

test.each(['Commit.checkSuites', 'CheckSuite.status', 'CheckSuite.createdAt'])(
  'without %s the suites are unknown, not absent',
  async (field) => {
    const { world, github } = await open()
    const pr = openPullRequest(world)
    world.checks(pr).suite('queued')
    world.fieldFaults.set(field, absent)

    expect((await github.readSnapshot(pr, never)).suites).toBeNull()
  },
)

test.each([
  ['CheckSuite.checkRuns', { hasRuns: true }],
  ['CheckSuite.workflowRun', { workflowRun: null }],
  ['WorkflowRun.event', { workflowRun: null }],
  ['WorkflowRun.workflow', { workflowRun: null }],
  ['CheckSuite.conclusion', { state: 'pending' }],
  ['App.databaseId', { app: 'github-actions', appId: null }],
  ['Workflow.databaseId', { workflowRun: { workflow: { id: null, name: 'CI' } } }],
])('without %s only that is unknown', async (field, expected) => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.checks(pr).succeed('unit')
  world.fieldFaults.set(field, absent)

  const { checks, suites } = await github.readSnapshot(pr, never)

  expect(suites).toMatchObject([expected])
  expect(checks).toMatchObject([{ name: 'unit', state: 'success' }])
})

test('a list of suites that is broken for another reason fails the reading', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.fieldFaults.set('Commit.checkSuites', { message: 'Something broke' })
  expect((await catchFailure(github.readSnapshot(pr, never))).kind).toBe('unavailable')

  const end = { hasNextPage: false, endCursor: null }
  world.fieldFaults.set('Commit.checkSuites', {
    answer: () => ({ pageInfo: end, nodes: [null] }),
  })
  expect((await catchFailure(github.readSnapshot(pr, never))).kind).toBe('unavailable')
})

test('required checks name the app that must report them', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.requires(repository, ['build'], { app: 'github-actions' })
  world.requires(repository, ['scan'], { by: 'ruleset', app: 'github-actions' })
  world.requires(repository, ['lint'])

  expect((await github.readSnapshot(pr, never)).requiredChecks).toEqual([
    { name: 'build', app: { slug: 'github-actions', id: 15368 } },
    { name: 'build', app: null },
    { name: 'lint', app: null },
    { name: 'scan', app: { slug: null, id: 15368 } },
  ])
  expect(world.used().restReads).toBe(0)
})

test('a pin that GraphQL hides is read by REST, and kept for a while', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.requires(repository, ['build', 'any'], { app: 'github-actions' })
  world.hideProtection(repository)

  const first = await github.readSnapshot(pr, never)
  const second = await github.readSnapshot(pr, never)

  expect(first.requiredChecks).toContainEqual({
    name: 'build',
    app: { slug: null, id: 15368 },
  })
  expect(second.requiredChecks).toEqual(first.requiredChecks)
  expect(world.used().restReads).toBe(1)
})

test.each([
  ['is forbidden', trouble.status(403, 'Resource not accessible by integration')],
  ['does not exist', trouble.status(404)],
])('a pin whose branch %s is unknown, and the names stay', async (_how, fault) => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.requires(repository, ['build'], { app: 'github-actions' })
  world.hideProtection(repository)
  world.faults.next('/branches/', fault)

  expect((await github.readSnapshot(pr, never)).requiredChecks).toEqual([
    { name: 'build', app: null },
  ])
})

test('a rate limit is not taken for a branch without pins', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.requires(repository, ['build'], { app: 'github-actions' })
  world.hideProtection(repository)
  world.faults.next('/branches/', trouble.secondaryLimit(60))

  expect((await catchFailure(github.readSnapshot(pr, never))).kind).toBe('unavailable')
})

test('the app of a status is looked up once, if a pin names it by its id alone', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.requires(repository, ['build'], { by: 'ruleset', app: 'buildkite' })
  const checks = world.checks(pr)
  checks.status('build', 'success', null, 'buildkite[bot]')
  checks.status('other', 'success', null, 'codecov[bot]')

  const { requiredChecks, checks: seen } = await github.readSnapshot(pr, never)
  await github.readSnapshot(pr, never)

  expect(seen).toMatchObject([
    { name: 'build', byApp: true, appId: requiredChecks?.[0]?.app?.id },
    { name: 'other', byApp: true, appId: null },
  ])
  expect(world.used().restReads).toBe(1)
})
