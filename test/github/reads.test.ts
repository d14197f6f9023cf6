import { afterEach, expect, test } from 'vitest'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { catchFailure, never, openPullRequest, repository, setUp, toSha } from './harness.ts'

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

const branch = 'codex/issue-7'
const query = (more: object = {}) => ({
  repository,
  branch,
  base: null,
  prNumber: null,
  startedAt: null,
  ...more,
})

test('the open pull request of the branch is found by one REST read', async () => {
  const { world, github } = await open()
  openPullRequest(world)
  expect(await github.findPullRequest(query(), never)).toBe(12)
  expect(world.used()).toEqual({ points: 0, queries: 0, restReads: 1 })
})

test('a fork’s pull request is never the run’s, even on a branch of that name', async () => {
  const { world, github } = await open()
  world.repository(repository)
  const fork = world.forkPullRequest(repository, {
    owner: 'mallory',
    branch,
    files: { 'x.txt': 'x\n' },
  })
  // A fork of the same owner passes GitHub's filter by `owner:branch`.
  world.forkPullRequest(repository, {
    owner: 'acme',
    name: 'widgets-2',
    branch,
    files: { 'y.txt': 'y\n' },
  })
  expect(await github.findPullRequest(query({ prNumber: fork.number }), never)).toBeNull()
})

test.each([
  [{ label: 'acme:codex/issue-7' }, 12],
  [{ user: { login: 'Acme' } }, 12],
  [{}, 12],
  [{ label: 'mallory:codex/issue-7' }, null],
  [{ user: { login: 'mallory' } }, null],
  [{ label: 'acme:codex/issue-7', repo: null }, null],
])(
  'if the server omits the repository of the head, its owner decides: %o',
  async (head, expected) => {
    const { world, github } = await open()
    openPullRequest(world)
    const listed = [
      {
        number: 12,
        state: 'open',
        closed_at: null,
        head: { ref: branch, ...head },
        base: { ref: 'main' },
      },
    ]
    world.faults.next(/GET .*\/pulls$/, {
      kind: 'answer',
      answer: {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(listed),
      },
    })
    expect(await github.findPullRequest(query(), never)).toBe(expected)
  },
)

test('an open pull request comes before the reported one, unless that is open, too', async () => {
  const { world, github } = await open()
  const first = openPullRequest(world)
  world.closePullRequest(first)
  const second = world.openPullRequest(repository, { branch })
  expect(await github.findPullRequest(query({ prNumber: first.number }), never)).toBe(second.number)
  world.push(repository, 'release', {})
  const third = world.openPullRequest(repository, { branch, base: 'release' })
  expect(await github.findPullRequest(query(), never)).toBe(third.number)
  expect(await github.findPullRequest(query({ prNumber: second.number }), never)).toBe(
    second.number,
  )
})

test('without an open pull request the reported one of the branch is found', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.closePullRequest(pr)
  world.push(repository, 'other', { 'o.txt': 'o\n' })
  const other = world.openPullRequest(repository, { branch: 'other' })
  expect(await github.findPullRequest(query({ prNumber: pr.number }), never)).toBe(pr.number)
  expect(await github.findPullRequest(query({ prNumber: other.number }), never)).toBeNull()
  expect(await github.findPullRequest(query({ branch: null, prNumber: other.number }), never)).toBe(
    other.number,
  )
  expect(await github.findPullRequest(query({ prNumber: 999 }), never)).toBeNull()
})

test('otherwise the newest one that ended after the run began is found', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.merge(pr)
  const closedAt = toInstant(world.pull(pr).closedAt ?? '')
  expect(await github.findPullRequest(query({ startedAt: toInstant(closedAt - 1) }), never)).toBe(
    pr.number,
  )
  expect(
    await github.findPullRequest(query({ startedAt: toInstant(closedAt + 1) }), never),
  ).toBeNull()
  expect(await github.findPullRequest(query(), never)).toBeNull()
})

test('all pages of a branch’s pull requests are read', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  for (let n = 0; n < 101; n += 1)
    world.closePullRequest(world.openPullRequest(repository, { branch, title: `Try ${n}` }))
  expect(await github.findPullRequest(query(), never)).toBe(pr.number)
  expect(world.used().restReads).toBe(2)
})

test('a page that is cut off is a failure, not a shorter list', async () => {
  const { world, github } = await open()
  openPullRequest(world)
  world.faults.next('/pulls', { kind: 'cut' }, 2)
  expect((await catchFailure(github.findPullRequest(query(), never))).kind).toBe('unavailable')
})

test('issue, policy and branch cost one point', async () => {
  const { world, github } = await open()
  openPullRequest(world)
  world.push(repository, 'main', { '.codex-judge.yml': 'version: 1\n' })
  world.issue(repository, { number: 7, title: 'Sum is wrong', body: 'Make it 2', labels: ['bug'] })
  world.editIssue({ repository, number: 7 }, { body: 'Make it 2, please' }, 'alice')
  world.clearLog()

  const seen = await github.readRepositoryContext(
    { repository: 'ACME/Widgets', issueNumber: 7, branch },
    never,
  )

  expect(world.used()).toEqual({ points: 1, queries: 1, restReads: 0 })
  expect(seen).toMatchObject({
    repository,
    defaultBranch: 'main',
    policyText: 'version: 1\n',
    branchHead: world.state(repository).branches.get(branch),
    issue: {
      number: 7,
      title: 'Sum is wrong',
      body: 'Make it 2, please',
      state: 'open',
      labels: ['bug'],
      lastEdit: { editor: 'alice' },
    },
  })
})

test('an absent issue, policy or branch is null', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const seen = await github.readRepositoryContext(
    { repository, issueNumber: 999, branch: 'none' },
    never,
  )
  expect([seen.issue, seen.policyText, seen.branchHead]).toEqual([null, null, null])
  const known = await github.readRepositoryContext(
    { repository, issueNumber: pr.number, branch: null },
    never,
  )
  expect([known.issue, known.branchHead]).toEqual([null, null])
})

test('a policy that GitHub truncates is refused', async () => {
  const { world, github } = await open()
  openPullRequest(world)
  world.push(repository, 'main', { '.codex-judge.yml': 'version: 1\n' })
  world.fieldFaults.set('Blob.isTruncated', { answer: () => true })
  expect(
    (
      await catchFailure(
        github.readRepositoryContext({ repository, issueNumber: null, branch: null }, never),
      )
    ).kind,
  ).toBe('refused')
})

test('a policy without the permission to read it is forbidden, not absent', async () => {
  const { world, github } = await open()
  openPullRequest(world)
  world.fieldFaults.set('Repository.object', {
    type: 'FORBIDDEN',
    message: 'Resource not accessible by integration',
  })
  expect(
    (
      await catchFailure(
        github.readRepositoryContext({ repository, issueNumber: null, branch: null }, never),
      )
    ).kind,
  ).toBe('forbidden')
})

test('a reported commit, possibly abbreviated, is related to the head', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const before = world.getHead(pr)
  world.push(repository, branch, { 'src/sum.ts': 'export const sum = 3\n' })
  const head = toSha(world.getHead(pr))
  const stray = world.strayCommit(repository, { 'z.txt': 'z\n' })
  world.clearLog()
  const relation = (commit: string) => github.readRelation({ repository, commit, head }, never)

  expect(await relation(head)).toBe('same')
  expect(await relation(head.slice(0, 8).toUpperCase())).toBe('same')
  expect(await relation('main')).toBe('unknown')
  expect(world.used().restReads).toBe(0)
  expect(await relation(before)).toBe('ancestor')
  expect(await relation(before.slice(0, 10))).toBe('ancestor')
  expect(await relation(stray)).toBe('not_ancestor')
  expect(await relation('0123456789'.repeat(4))).toBe('unknown')
})

test('the diff starts at the merge base and does not depend on later pushes', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const [base, head] = [
    toSha(world.state(repository).branches.get('main') ?? ''),
    toSha(world.getHead(pr)),
  ]
  world.push(repository, 'main', { 'elsewhere.txt': 'x\n' })
  world.push(repository, branch, { 'later.txt': 'x\n' })
  const newBase = toSha(world.state(repository).branches.get('main') ?? '')
  const expected = [
    'diff --git a/src/sum.ts b/src/sum.ts',
    expect.stringMatching(/^index [0-9a-f]{7}\.\.[0-9a-f]{7} 100644$/),
    '--- a/src/sum.ts',
    '+++ b/src/sum.ts',
    '@@ -1 +1 @@',
    '-export const sum = 1',
    '+export const sum = 2',
    '',
  ]

  const text = await github.readDiff({ repository, base, head, maxBytes: 1e6 }, never)
  const again = await github.readDiff({ repository, base: newBase, head, maxBytes: 1e6 }, never)

  expect(text.split('\n')).toEqual(expected)
  expect(again).toBe(text)
})

test('a diff over the limit is refused; one at the limit is complete', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const of = {
    repository,
    base: toSha(world.state(repository).branches.get('main') ?? ''),
    head: toSha(world.getHead(pr)),
  }
  const size = Buffer.byteLength(await github.readDiff({ ...of, maxBytes: 1e6 }, never))
  expect(await github.readDiff({ ...of, maxBytes: size }, never)).toHaveLength(size)
  expect((await catchFailure(github.readDiff({ ...of, maxBytes: size - 1 }, never))).kind).toBe(
    'refused',
  )
})

test('neither HTML nor JSON is accepted as a diff', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const of = {
    repository,
    base: toSha(world.state(repository).branches.get('main') ?? ''),
    head: toSha(world.getHead(pr)),
    maxBytes: 1e6,
  }
  world.faults.next('/compare/', {
    kind: 'answer',
    answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
  })
  expect((await catchFailure(github.readDiff(of, never))).kind).toBe('unavailable')
  world.faults.next('/compare/', {
    kind: 'answer',
    answer: { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
  })
  expect((await catchFailure(github.readDiff(of, never))).kind).toBe('unavailable')
})

test('a file is its text at a commit; null if absent, a folder, binary or over 1 MiB', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const name = 'docs/how to #1 {x}.md'
  world.push(repository, branch, {
    [name]: 'grüße\n',
    'data.json': '{"type":"file"}',
    'list.json': '[1]',
    'a.bin': 'a\0b',
    'big.txt': 'x'.repeat(1024 * 1024 + 1),
  })
  const commit = toSha(world.getHead(pr))
  world.push(repository, branch, { [name]: 'later\n' })
  const file = (path: string) => github.readFile({ repository, commit, path }, never)

  expect(await file(name)).toBe('grüße\n')
  expect(await file('data.json')).toBe('{"type":"file"}')
  expect(await file('list.json')).toBe('[1]')
  expect(await Promise.all(['none.md', 'docs', 'a.bin', 'big.txt', '../x', ''].map(file))).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
  ])
})

test('a job’s log is its end, from the start of a line; null if there is none', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  const lines = Array.from({ length: 50_000 }, (_, n) => `line ${n}`).join('\n')
  const run = world.checks(pr).fail('unit', { log: lines })
  const [other] = world.checks(pr).by('circleci').succeed('unit')

  const log = await github.readJobLog({ repository, checkRunId: run.id, maxBytes: 1000 }, never)

  expect(log?.length).toBeLessThanOrEqual(1000)
  expect(log?.length).toBeGreaterThan(900)
  expect(log).toMatch(/^line \d+\n/)
  expect(log?.endsWith('line 49999')).toBe(true)
  expect(await github.readJobLog({ repository, checkRunId: run.id, maxBytes: 1e7 }, never)).toBe(
    lines,
  )
  expect(
    await github.readJobLog({ repository, checkRunId: other?.id ?? 0, maxBytes: 1000 }, never),
  ).toBeNull()
  world.faults.next('/logs', { kind: 'answer', answer: { status: 410, headers: {}, body: '' } })
  expect(
    await github.readJobLog({ repository, checkRunId: run.id, maxBytes: 1000 }, never),
  ).toBeNull()
})

test('whole files at a commit are one point, and each has a text or a reason why not', async () => {
  const { world, github } = await open()
  openPullRequest(world)
  const odd = 'test/with: colon "quote".ts'
  const commit = toSha(
    world.push(repository, branch, {
      'test/a.ts': 'one\r\ntwo',
      [odd]: 'odd\n',
      'empty.ts': '',
      'logo.png': 'a\0b',
      'large.json': `"${'x'.repeat(600_000)}"\n`,
    }),
  )
  world.clearLog()
  const paths = ['test/a.ts', odd, 'empty.ts', 'logo.png', 'large.json', 'gone.ts', 'test']
  const files = await github.readFileTexts({ repository, commit, paths }, never)
  expect(Object.fromEntries(files)).toEqual({
    'test/a.ts': { kind: 'text', text: 'one\r\ntwo' },
    [odd]: { kind: 'text', text: 'odd\n' },
    'empty.ts': { kind: 'text', text: '' },
    'logo.png': { kind: 'binary' },
    'large.json': { kind: 'too_large', bytes: 600_003 },
    'gone.ts': { kind: 'absent' },
    test: { kind: 'absent' },
  })
  expect(world.used()).toEqual({ points: 1, queries: 1, restReads: 0 })
})

test('a commit that GitHub does not know has no absent files: the reading fails', async () => {
  const { world, github } = await open()
  openPullRequest(world)
  const commit = toSha('ab'.repeat(20))
  const failure = await catchFailure(
    github.readFileTexts({ repository, commit, paths: ['README.md'] }, never),
  )
  expect(failure.kind).toBe('unavailable')
  expect(failure.message).toContain('the commit is not known (yet)')
})

test('judging a run costs at most six points and four REST reads', async () => {
  const { world, github } = await open()
  const pr = openPullRequest(world)
  world.issue(repository, { number: 7, title: 'Sum' })
  const first = world.getHead(pr)
  world.push(repository, branch, { 'src/sum.ts': 'export const sum = 3\n' })
  const number = (await github.findPullRequest(query(), never)) ?? 0
  await github.readRepositoryContext({ repository, issueNumber: 7, branch }, never)
  for (let look = 0; look < 4; look += 1) await github.readSnapshot({ repository, number }, never)
  const head = toSha(world.getHead(pr))
  await github.readRelation({ repository, commit: first, head }, never)
  await github.readDiff(
    {
      repository,
      base: toSha(world.state(repository).branches.get('main') ?? ''),
      head,
      maxBytes: 1e6,
    },
    never,
  )
  await github.readFileTexts({ repository, commit: head, paths: ['src/sum.ts'] }, never)

  const { points, restReads } = world.used()
  expect(points).toBeLessThanOrEqual(6)
  expect(restReads).toBeLessThanOrEqual(4)
})
