import { afterEach, expect, test } from 'vitest'
import { trouble } from '../world/github/faults.ts'
import { catchFailure, never, openPullRequest, repository, setUp, toSha } from './harness.ts'

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

test('a snapshot with data of every kind costs one point', async () => {
  const { world, github, requests } = await open()
  const pr = openPullRequest(world, { draft: true })
  world.ready(pr)
  world.requires(repository, ['unit', 'deploy'])
  world.requires(repository, ['lint'], { by: 'ruleset' })
  world.checks(pr).succeed('unit')
  world.checks(pr).fail('lint', { summary: 'two errors', log: 'x' })
  world.checks(pr).by('circleci').start('unit')
  world.checks(pr).status('coverage', 'error', 'dropped', 'codecov[bot]')
  const [thread] = world.codexReviews(pr, [
    { path: 'src/sum.ts', line: 1, priority: 'P1', title: 'Wrong sum' },
  ])
  world.codexFindsNothing(pr)
  world.comment(pr, 'alice', 'Looks nice')
  const head = toSha(world.getHead(pr))

  const seen = await github.readSnapshot(pr, never)

  expect(world.used()).toEqual({ points: 1, queries: 1, restReads: 0 })
  expect(requests).toEqual(['graphql ok'])
  expect(seen.repository).toBe(repository)
  expect(seen.pullRequest).toMatchObject({
    number: 12,
    state: 'open',
    draft: false,
    mergeable: 'mergeable',
    behind: false,
    head,
    fromFork: false,
    headBranch: 'codex/issue-7',
    baseBranch: 'main',
    author: { login: 'codex-agent', bot: false },
    closedBy: null,
    url: 'https://github.com/acme/widgets/pull/12',
  })
  expect(seen.pullRequest.readyAt).toBeGreaterThan(seen.pullRequest.createdAt)
  expect(seen.headCommittedAt).toBeLessThan(seen.pullRequest.createdAt)
  expect(seen.suites?.[0]?.createdAt).toBeGreaterThan(seen.pullRequest.createdAt)
  expect(seen.requiredChecks).toEqual(
    ['deploy', 'lint', 'unit'].map((name) => ({ name, app: null })),
  )
  const runs = world.checks(pr).all()
  expect(seen.checks).toMatchObject([
    {
      kind: 'check_run',
      name: 'unit',
      app: 'github-actions',
      id: runs[0]?.id,
      state: 'success',
      required: true,
      workflowRunId: runs[0]?.suite.run?.id,
    },
    {
      kind: 'check_run',
      name: 'lint',
      app: 'github-actions',
      state: 'failure',
      summary: 'lint failed\ntwo errors',
      required: true,
    },
    {
      kind: 'check_run',
      name: 'unit',
      app: 'circleci',
      suiteId: runs[2]?.suite.id,
      state: 'in_progress',
      workflowRunId: null,
      completedAt: null,
    },
    {
      kind: 'status',
      name: 'coverage',
      app: 'codecov',
      state: 'failure',
      summary: 'dropped',
      required: false,
    },
  ])
  expect(seen.reviews).toMatchObject([
    { author: { login: 'chatgpt-codex-connector', bot: true }, state: 'COMMENTED', commit: head },
  ])
  expect(seen.threads).toMatchObject([
    {
      id: thread?.id,
      resolved: false,
      outdated: false,
      path: 'src/sum.ts',
      line: 1,
      comments: [{ reviewCommit: head }],
    },
  ])
  expect(seen.reactions).toMatchObject([
    { content: 'THUMBS_UP', author: { login: 'chatgpt-codex-connector' } },
  ])
  expect(seen.comments).toMatchObject([
    { author: { login: 'alice', bot: false }, body: 'Looks nice' },
  ])
})

test('a snapshot tells how authors belong to the repository, and what became of threads', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const before = toSha(world.getHead(pr))
  world.associate('olga', 'OWNER')
  world.associate('carl', 'COLLABORATOR')
  world.associate('stan', 'CONTRIBUTOR')
  world.associate('nina', 'NONE')
  for (const login of ['olga', 'alice', 'carl', 'stan', 'nina'])
    world.review(pr, login, { state: 'COMMENTED', body: login })
  world.requestChanges(pr, 'gone')
  const edited = world.comment(pr, 'nina', 'Looks nice')
  const left = world.thread(pr, 'carl', { path: 'src/sum.ts', line: 1, body: 'Why?' })
  const done = world.thread(pr, 'carl', { path: 'src/sum.ts', line: 1, body: 'And this?' })
  world.reply(pr, left, 'nina', 'Yes, why?')
  world.resolveThread(pr, done, 'olga')
  world.push(repository, 'codex/issue-7', { 'src/more.ts': 'export const more = 1\n' })
  const between = toSha(world.getHead(pr))
  world.push(repository, 'codex/issue-7', { 'src/sum.ts': 'export const sum = 3\n' })
  world.editComment(pr, edited, 'Looks better')
  world.deleteAccount('gone')

  const { reviews, comments, threads } = await github.readSnapshot(pr, never)

  expect(reviews.map(({ author, association }) => [author.login, association])).toEqual([
    ['olga', 'owner'],
    ['alice', 'member'],
    ['carl', 'collaborator'],
    ['stan', 'other'],
    ['nina', 'other'],
    ['ghost', 'other'],
  ])
  expect(comments).toMatchObject([{ association: 'other', body: 'Looks better' }])
  expect(comments[0]?.editedAt).toBeGreaterThan(comments[0]?.createdAt ?? 0)
  expect(threads).toMatchObject([
    {
      resolved: false,
      resolvedBy: null,
      outdated: true,
      comments: [
        { association: 'collaborator', reviewCommit: before, lastCommit: between },
        { association: 'other' },
      ],
    },
    { resolved: true, resolvedBy: 'olga' },
  ])
})

test('without associations, resolvers and edits on the server, nothing else is missing', async () => {
  for (const fault of [null, { message: "Field 'x' doesn't exist on type 'Y'" }]) {
    const { world, github } = await open()
    const pr = openPullRequest(world)
    for (const n of countTo(101)) world.comment(pr, 'alice', `Comment ${n}`)
    world.requestChanges(pr, 'alice')
    const thread = world.thread(pr, 'alice', { path: 'src/sum.ts', line: 1, body: 'Why?' })
    for (const n of countTo(101)) world.reply(pr, thread, 'alice', `Reply ${n}`)
    world.resolveThread(pr, thread)
    const fields = [
      'PullRequestReview.authorAssociation',
      'PullRequestReviewComment.authorAssociation',
      'PullRequestReviewComment.commit',
      'PullRequestReviewThread.resolvedBy',
      'IssueComment.authorAssociation',
      'IssueComment.lastEditedAt',
    ]
    for (const field of fields) world.fieldFaults.set(field, fault)

    const seen = await github.readSnapshot(pr, never)
    world.clearLog()
    await github.readSnapshot(pr, never)

    expect(seen.reviews).toMatchObject([{ state: 'CHANGES_REQUESTED', association: null }])
    expect(seen.comments).toHaveLength(101)
    expect(seen.comments[0]).toMatchObject({ association: null, editedAt: null })
    expect(seen.threads).toMatchObject([{ resolved: true, resolvedBy: null }])
    expect(seen.threads[0]?.comments).toHaveLength(102)
    expect(seen.threads[0]?.comments[0]).toMatchObject({ association: null, lastCommit: null })
    // The first page, and one page each of comments and replies.
    expect(world.used()).toMatchObject({ points: 3 })
  }
})

test('all pages of a list are read', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.codexReviews(
    pr,
    countTo(101).map((n) => ({ path: 'src/sum.ts', line: n + 1, title: `Finding ${n}` })),
  )
  const [first] = world.pull(pr).threads
  for (const n of countTo(230)) if (first) world.reply(pr, first, 'alice', `Reply ${n}`)
  world.checks(pr).succeed(...countTo(101).map((n) => `job ${n}`))
  for (const n of countTo(205)) world.comment(pr, 'alice', `Comment ${n}`)
  for (const n of countTo(120)) world.react(pr, `fan-${n}`, 'heart')
  for (const n of countTo(100))
    world.review(pr, 'alice', { state: 'COMMENTED', body: `Review ${n}` })
  world.clearLog()

  const seen = await github.readSnapshot(pr, never)

  expect(seen.threads.map(({ line }) => line)).toEqual(countTo(101).map((n) => n + 1))
  expect(seen.threads[0]?.comments.map(({ body }) => body).slice(1)).toEqual(
    countTo(230).map((n) => `Reply ${n}`),
  )
  expect(seen.checks.map(({ name }) => name)).toEqual(countTo(101).map((n) => `job ${n}`))
  expect(seen.comments.map(({ body }) => body)).toEqual(countTo(205).map((n) => `Comment ${n}`))
  expect(seen.reactions).toHaveLength(120)
  expect(seen.reviews).toHaveLength(101)
  // One each for the first query, contexts, reviews, threads and reactions; two each for comments
  // and the long thread.
  expect(world.used()).toMatchObject({ points: 9, queries: 9 })
})

test('a head that changes between two pages restarts the reading', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const push = () =>
    world.push(repository, 'codex/issue-7', {
      'src/sum.ts': `export const sum = ${Math.random()}\n`,
    })
  const old = world.getHead(pr)
  world.checks(pr).succeed(...countTo(101).map((n) => `old job ${n}`))
  world.faults.next('Page', { kind: 'meanwhile', happens: push })

  const seen = await github.readSnapshot(pr, never)

  expect(seen.pullRequest.head).toBe(world.getHead(pr))
  expect(seen.pullRequest.head).not.toBe(old)
  expect(seen.checks).toEqual([])
})

test('a base that changes between two pages restarts the reading', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.checks(pr).succeed(...countTo(101).map((n) => `job ${n}`))
  world.faults.next('Page', {
    kind: 'meanwhile',
    happens: () => world.push(repository, 'main', { 'other.txt': 'x\n' }),
  })

  const seen = await github.readSnapshot(pr, never)

  expect(seen.pullRequest.baseSha).toBe(world.state(repository).branches.get('main'))
  expect(seen.checks).toHaveLength(101)
})

test('a head that keeps changing is unavailable, not a mixture', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  for (const n of countTo(101)) world.comment(pr, 'alice', `Comment ${n}`)
  let pushes = 0
  const push = () => {
    pushes += 1
    world.push(repository, 'codex/issue-7', {
      'src/sum.ts': `export const sum = ${pushes + 100}\n`,
    })
  }
  world.faults.next('Page', { kind: 'meanwhile', happens: push }, 100)

  const failure = await catchFailure(github.readSnapshot(pr, never))

  expect(failure.kind).toBe('unavailable')
  expect(pushes).toBe(3)
})

test('if the list of commits lags behind, the checks of the head are read by its ID', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const old = world.getHead(pr)
  world.push(repository, 'codex/issue-7', { 'src/sum.ts': 'export const sum = 3\n' })
  world.checks(pr).fail('unit')
  const contexts = {
    pageInfo: { hasNextPage: false },
    nodes: [
      {
        __typename: 'StatusContext',
        context: 'unit',
        state: 'SUCCESS',
        createdAt: '2026-05-01T00:00:00Z',
        isRequired: false,
      },
    ],
  }
  const commit = {
    oid: old,
    committedDate: '2026-05-01T00:00:00Z',
    statusCheckRollup: { contexts },
  }
  world.fieldFaults.set('PullRequest.commits', { answer: () => ({ nodes: [{ commit }] }) })

  const seen = await github.readSnapshot(pr, never)

  expect(seen.pullRequest.head).toBe(world.getHead(pr))
  expect(seen.checks).toMatchObject([{ name: 'unit', state: 'failure' }])
})

test('invisible required checks are unknown, not empty, and visible ones are kept', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const none = await github.readSnapshot(pr, never)
  world.fieldFaults.set('Ref.branchProtectionRule', {
    type: 'FORBIDDEN',
    message: 'Resource not accessible by integration',
  })
  world.fieldFaults.set('Ref.refUpdateRule', null)
  const hidden = await github.readSnapshot(pr, never)
  world.requires(repository, ['lint'], { by: 'ruleset' })
  const named = await github.readSnapshot(pr, never)

  expect([none.requiredChecks, hidden.requiredChecks, named.requiredChecks]).toEqual([
    [],
    null,
    [{ name: 'lint', app: null }],
  ])
})

test('a part that fails for another reason than a permission fails the reading', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.fieldFaults.set('Ref.rules', { message: 'Something broke' })

  expect((await catchFailure(github.readSnapshot(pr, never))).kind).toBe('unavailable')
})

test.each([
  'PullRequest.reviews',
  'PullRequest.reviewThreads',
  'PullRequest.comments',
  'PullRequest.reactions',
  'StatusCheckRollup.contexts',
  'Commit.statusCheckRollup',
])('the reading fails if %s cannot be read', async (field) => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.checks(pr).succeed('unit')
  world.fieldFaults.set(field, {
    type: 'FORBIDDEN',
    message: 'Resource not accessible by integration',
  })

  expect((await catchFailure(github.readSnapshot(pr, never))).kind).toBe('forbidden')
})

test('a list with a null entry or without page information fails the reading', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.checks(pr).succeed('unit')
  const end = { hasNextPage: false, endCursor: null }
  for (const broken of [
    { pageInfo: end, nodes: [null] },
    { pageInfo: end, nodes: null },
    null,
    { pageInfo: { hasNextPage: true, endCursor: null }, nodes: [] },
  ]) {
    world.fieldFaults.set('PullRequest.reviews', { answer: () => broken })
    expect((await catchFailure(github.readSnapshot(pr, never))).kind).toBe('unavailable')
  }
  world.fieldFaults.delete('PullRequest.reviews')
  world.fieldFaults.set('CheckRun.name', null)
  expect((await catchFailure(github.readSnapshot(pr, never))).kind).toBe('unavailable')
})

test.each([
  ['returns null', null],
  ['reports an unknown field', { message: "Field 'x' doesn't exist on type 'Y'" }],
])(
  'a server without optional fields, which %s, still gives a snapshot, and is asked once',
  async (_how, fault) => {
    const { world, github } = await open()
    const pr = openPullRequest(world)
    world.checks(pr).succeed('unit')
    for (const field of [
      'PullRequest.timelineItems',
      'Commit.checkSuites',
      'Ref.rules',
      'CheckRun.isRequired',
      'CheckSuite.workflowRun',
      'Query.rateLimit',
      'CheckRun.databaseId',
    ])
      world.fieldFaults.set(field, fault)

    const first = await github.readSnapshot(pr, never)
    world.clearLog()
    await github.readSnapshot(pr, never)

    expect(first.pullRequest.readyAt).toBeNull()
    const [run] = world.checks(pr).all()
    // The IDs come from the URL of the job.
    expect(first.checks).toMatchObject([
      { name: 'unit', state: 'success', id: run?.id, workflowRunId: run?.suite.run?.id },
    ])
    expect(world.used().points).toBe(1)
  },
)

test('without a list of commits the head is read by its ID, also without isRequired', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.checks(pr).fail('unit')
  world.fieldFaults.set('PullRequest.commits', null)
  expect((await github.readSnapshot(pr, never)).checks).toMatchObject([
    { name: 'unit', state: 'failure' },
  ])
  world.fieldFaults.set('CheckRun.isRequired', null)
  expect((await github.readSnapshot(pr, never)).checks).toMatchObject([
    { name: 'unit', state: 'failure' },
  ])
})

test('missing commit dates, issue labels or reaction authors fail no reading', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.issue(repository, { number: 7, title: 'Sum', body: 'It is wrong.' })
  world.checks(pr).succeed('unit')
  world.codexFindsNothing(pr)
  world.fieldFaults.set('Commit.committedDate', null)
  world.fieldFaults.set('Issue.labels', null)
  world.fieldFaults.set('Reaction.user', null)
  world.faults.next(/GET .*\/reactions/, trouble.status(404, 'Not Found'))

  const seen = await github.readSnapshot({ ...pr, issueNumber: 7 }, never)

  expect(seen.headCommittedAt).toBeNull()
  expect(seen.checks).toMatchObject([{ name: 'unit', state: 'success' }])
  expect(seen.context.issue).toMatchObject({ number: 7, labels: [] })
  expect(seen.reactions).toMatchObject([{ content: 'THUMBS_UP', author: { login: 'ghost' } }])
})

test('a missing author of a reaction is read by REST, so an app’s 👍 counts', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.codexFindsNothing(pr)
  world.fieldFaults.set('Reaction.user', null)

  const seen = await github.readSnapshot(pr, never)

  expect(seen.reactions).toMatchObject([
    { content: 'THUMBS_UP', author: { login: 'chatgpt-codex-connector', bot: true } },
  ])
  expect(world.used().restReads).toBe(1)
})

test('a pull request whose head is unknown has no head and no checks', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.checks(pr).succeed('unit')
  world.fieldFaults.set('PullRequest.headRefOid', null)

  const seen = await github.readSnapshot(pr, never)

  expect([seen.pullRequest.head, seen.checks]).toEqual([null, []])
})

test('drafts, conflicts, mergeability, outdated branches and merges are reported', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const readState = async () => {
    const { pullRequest: seen } = await github.readSnapshot(pr, never)
    return [seen.state, seen.draft, seen.mergeable, seen.behind, seen.closedBy]
  }
  world.mergeableUnknown(pr)
  expect(await readState()).toEqual(['open', false, 'unknown', false, null])
  expect(await readState()).toEqual(['open', false, 'mergeable', false, null])
  world.conflict(pr)
  expect(await readState()).toEqual(['open', false, 'conflicting', false, null])
  world.push(repository, 'codex/issue-7', { 'src/sum.ts': 'export const sum = 3\n' })
  world.draft(pr)
  expect(await readState()).toEqual(['open', true, 'mergeable', false, null])
  world.ready(pr)
  world.requires(repository, [], { strict: true })
  world.push(repository, 'main', { 'other.txt': 'x\n' })
  expect(await readState()).toEqual(['open', false, 'mergeable', true, null])
  world.merge(pr, 'alice')
  expect(await readState()).toEqual(['merged', false, 'unknown', false, 'alice'])
})

test('a pull request or repository that does not exist is refused', async () => {
  const { world, github } = await open()
  openPullRequest(world)
  expect((await catchFailure(github.readSnapshot({ repository, number: 99 }, never))).kind).toBe(
    'refused',
  )
  expect(
    (await catchFailure(github.readSnapshot({ repository: 'acme/none', number: 1 }, never))).kind,
  ).toBe('refused')
})

test('the budget is that of the last answer', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  expect(github.getBudget()).toBeNull()
  world.setBudget(100)
  await github.readSnapshot(pr, never)
  expect(github.getBudget()).toMatchObject({ remaining: 99, limit: 5000 })
})
