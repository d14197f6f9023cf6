import webhooks from '@octokit/webhooks-examples' with { type: 'json' }
import { expect, test } from 'vitest'
import { toInstant } from '../../lib/instant.ts'
import type { JsonObject } from '../../lib/json.ts'
import type { GithubChanged } from '../../run/event.ts'
import { readGithubDelivery } from './github-delivery.ts'
import { readWebhook } from './read-webhook.ts'

const examples = (
  webhooks as unknown as readonly { name: string; examples: readonly JsonObject[] }[]
).flatMap(({ name, examples }) => examples.map((payload, index) => ({ name, index, payload })))
const needed = [
  'check_run',
  'check_suite',
  'status',
  'workflow_run',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_review_thread',
  'issue_comment',
  'issues',
  'push',
]
const context = { reviewers: ['chatgpt-codex-connector[bot]'], ourContext: 'codex-judge' }

const read = (event: string, payload: JsonObject): GithubChanged => {
  const { event: change, because } = readWebhook(event, payload, context)
  if (change === null) throw new Error(`ignored: ${because}`)
  return change
}

test.each(
  examples
    .filter(({ name }) => needed.includes(name))
    .map(({ name, index, payload }) => [name, index, payload] as const),
)('GitHub’s own %s (%i) names the runs to reconcile', (name, _index, payload) => {
  const { event, because } = readWebhook(name, payload, context)
  if (name === 'push' && String(payload.ref).startsWith('refs/tags/'))
    return expect(event).toBeNull()
  expect(event, because).not.toBeNull()
  expect(event?.repository).toBe((payload.repository as JsonObject).full_name)
  const { commits = [], branches = [], pullRequests = [], issues = [] } = event?.about ?? {}
  expect(commits.length + branches.length + pullRequests.length + issues.length).toBeGreaterThan(0)
})

test.each(
  [...new Set(examples.map(({ name }) => name).filter((name) => !needed.includes(name)))].map(
    (name) => [name],
  ),
)('%s is ignored', (name) => {
  for (const example of examples.filter((one) => one.name === name))
    expect(readWebhook(name, example.payload, context).event).toBeNull()
})

test('our own commit status is ignored, and any other is not', () => {
  const echo = (named: string) =>
    readWebhook(
      'status',
      {
        context: named,
        sha: 'a'.repeat(40),
        state: 'pending',
        branches: [],
        repository: { full_name: 'acme/widgets' },
      },
      context,
    )
  expect(echo('codex-judge').event).toBeNull()
  expect(echo('codex-judge/build').event).toMatchObject({ kind: 'github.changed', signal: 'ci' })
})

test('our own check run is ignored, and a job of Actions with its name is not', () => {
  const echo = (name: string, slug: string) =>
    readWebhook(
      'check_run',
      {
        action: 'completed',
        check_run: { name, head_sha: 'a'.repeat(40), app: { slug } },
        repository: { full_name: 'acme/widgets' },
      },
      context,
    ).event
  expect(echo('codex-judge', 'our-app')).toBeNull()
  expect(echo('codex-judge', 'github-actions')).not.toBeNull()
  expect(echo('unit', 'our-app')).not.toBeNull()
})

test('only a new comment on a pull request that begins with a command may answer a question', () => {
  const answers = (action: string, body: string, issue: JsonObject = { pull_request: {} }) =>
    readWebhook(
      'issue_comment',
      {
        action,
        issue: { number: 7, ...issue },
        comment: { user: { login: 'ana' }, body },
        repository: { full_name: 'acme/widgets' },
      },
      context,
    ).event?.answers
  expect(answers('created', '/judge rerun now')).toBe(true)
  expect(answers('edited', '/judge rerun now')).toBe(false)
  expect(answers('created', 'see /judge rerun')).toBe(false)
  expect(answers('created', '/judgement')).toBe(false)
  expect(answers('created', '/judge rerun', { pull_request: null })).toBe(false)
})

const repository = { full_name: 'acme/widgets' }
const [sha, before] = ['a'.repeat(40), 'b'.repeat(40)]
const pull = {
  number: 7,
  head: { ref: 'topic', sha, repo: repository },
  base: { ref: 'main', repo: repository },
}

test.each([
  [
    'check_run',
    {
      action: 'completed',
      check_run: {
        head_sha: sha,
        check_suite: { head_branch: 'topic' },
        pull_requests: [{ number: 7 }],
      },
    },
    'ci',
    true,
  ],
  ['check_run', { action: 'created', check_run: { head_sha: sha } }, 'ci', false],
  ['check_run', { action: 'rerequested', check_run: { head_sha: sha } }, 'ci', false],
  [
    'check_suite',
    { action: 'completed', check_suite: { head_sha: sha, head_branch: null } },
    'ci',
    true,
  ],
  [
    'workflow_run',
    { action: 'requested', workflow_run: { head_sha: sha, head_branch: 'topic' } },
    'ci',
    false,
  ],
  ['status', { sha, state: 'success', branches: [{ name: 'topic' }] }, 'ci', true],
  ['status', { sha, state: 'pending', branches: [] }, 'ci', false],
  ['pull_request', { action: 'synchronize', before, after: sha, pull_request: pull }, 'head', true],
  ['pull_request', { action: 'ready_for_review', pull_request: pull }, 'pull_request', true],
  ['pull_request', { action: 'closed', pull_request: pull }, 'pull_request', true],
  ['pull_request', { action: 'labeled', pull_request: pull }, 'pull_request', false],
  [
    'pull_request_review',
    { action: 'submitted', review: { commit_id: before }, pull_request: pull },
    'review',
    true,
  ],
  ['pull_request_review', { action: 'dismissed', pull_request: pull }, 'review', true],
  ['pull_request_review_comment', { action: 'created', pull_request: pull }, 'review', false],
  ['pull_request_review_thread', { action: 'resolved', pull_request: pull }, 'review', true],
  [
    'issue_comment',
    {
      action: 'created',
      issue: { number: 7, pull_request: {} },
      comment: { user: { login: 'chatgpt-codex-connector' } },
    },
    'review',
    true,
  ],
  [
    'issue_comment',
    {
      action: 'created',
      issue: { number: 7, pull_request: {} },
      comment: { user: { login: 'someone' } },
    },
    'review',
    false,
  ],
  [
    'issue_comment',
    { action: 'created', issue: { number: 7 }, comment: { user: { login: 'someone' } } },
    'issue',
    false,
  ],
  ['issues', { action: 'closed', issue: { number: 7 } }, 'issue', true],
  ['issues', { action: 'labeled', issue: { number: 7 } }, 'issue', false],
  ['push', { ref: 'refs/heads/topic', before, after: sha, forced: false }, 'head', true],
] as const)('%s %j is about %s, and decisive: %s', (event, payload, signal, decisive) => {
  expect(read(event, { repository, ...payload } as unknown as JsonObject)).toMatchObject({
    kind: 'github.changed',
    repository: 'acme/widgets',
    signal,
    decisive,
  })
})

test('a push tells where the branch points now, and whether it was forced', () => {
  expect(
    read('push', { repository, ref: 'refs/heads/codex/issue-1', before, after: sha, forced: true }),
  ).toMatchObject({
    about: { commits: [sha, before], branches: ['codex/issue-1'] },
    push: { branch: 'codex/issue-1', before, after: sha, forced: true },
  })
  expect(
    read('push', { repository, ref: 'refs/heads/new', before: '0'.repeat(40), after: sha }).push,
  ).toEqual({
    branch: 'new',
    before: null,
    after: sha,
    forced: false,
    provenAt: null,
  })
  expect(
    read('push', { repository, ref: 'refs/heads/gone', before, after: '0'.repeat(40) }),
  ).toMatchObject({
    about: { commits: [before] },
    push: null,
  })
  expect(
    readWebhook('push', { repository, ref: 'refs/tags/v1', after: sha }, context).event,
  ).toBeNull()
})

test('a synchronize moves a branch of the same repository, never a fork’s', () => {
  const synchronize = { action: 'synchronize', before, after: sha, repository }
  expect(read('pull_request', { ...synchronize, pull_request: pull }).push).toEqual({
    branch: 'topic',
    before,
    after: sha,
    forced: false,
    provenAt: null,
  })
  const fork = { ...pull, head: { ...pull.head, repo: { full_name: 'stranger/widgets' } } }
  expect(read('pull_request', { ...synchronize, pull_request: fork })).toMatchObject({
    push: null,
    about: { branches: [], pullRequests: [7], commits: [sha] },
  })
  expect(
    read('pull_request', {
      ...synchronize,
      pull_request: { ...pull, head: { ref: 'topic', sha, repo: null } },
    }).push,
  ).toBeNull()
})

test('a push or synchronize proves by GitHub’s own times when it happened', () => {
  const at = (seconds: number) => toInstant(1_777_636_800_000 + seconds * 1000 + 999)
  const dated = { ...repository, pushed_at: 1_777_636_800 }
  const pushed = { ref: 'refs/heads/topic', before, after: sha, repository: dated }
  expect(read('push', pushed).push?.provenAt).toBe(at(0))
  const synchronize = {
    action: 'synchronize',
    before,
    after: sha,
    repository: { ...repository, pushed_at: '2026-05-01T12:00:02Z' },
    pull_request: { ...pull, updated_at: '2026-05-01T12:00:01Z' },
  }
  expect(read('pull_request', synchronize).push?.provenAt).toBe(at(1))
})

test('the date of a commit proves only the push that created the branch', () => {
  const pushed = {
    ref: 'refs/heads/topic',
    after: sha,
    repository,
    head_commit: { timestamp: '2020-01-01T00:00:00Z' },
  }
  expect(read('push', { ...pushed, before }).push?.provenAt).toBeNull()
  expect(read('push', { ...pushed, before: '0'.repeat(40) }).push?.provenAt).toBe(
    toInstant('2020-01-01T00:00:00.999Z'),
  )
})

test('closing and opening again concern ended runs, everything else does not', () => {
  const about = { repository, pull_request: pull, issue: { number: 7 } }
  const actions = ['closed', 'reopened', 'opened', 'edited', 'synchronize', 'labeled']
  const concerns = (event: string) =>
    actions.filter((action) => read(event, { ...about, action }).reconsiders)
  expect(concerns('pull_request')).toEqual(['closed', 'reopened'])
  expect(concerns('issues')).toEqual(['closed', 'reopened'])
  expect(concerns('pull_request_review')).toEqual([])
})

test('an odd part costs only itself, and a webhook without a repository is ignored', () => {
  expect(
    read('check_run', {
      repository,
      action: 'completed',
      check_run: { head_sha: 'short', pull_requests: [null, { number: 'x' }, { number: 9 }] },
    }).about,
  ).toEqual({
    commits: [],
    branches: [],
    pullRequests: [9],
    issues: [],
  })
  for (const payload of [
    {},
    { repository: null },
    { repository: { full_name: 7 } },
  ] as readonly JsonObject[])
    expect(readWebhook('push', payload, context).event).toBeNull()
  expect(readWebhook('', { repository }, context).event).toBeNull()
  expect(readWebhook('constructor', { repository }, context).event).toBeNull()
})

test('the Kafka form is the same webhook: its fields name the event, its payload is the content', () => {
  const payload = { action: 'closed', issue: { number: 7 }, repository }
  const kafka = {
    deliveryId: 'd-1',
    event: 'issues',
    action: 'closed',
    repository: 'acme/widgets',
    sender: 'octo',
    receivedAt: '2026-05-01T12:00:00Z',
    payload,
  }
  expect(readGithubDelivery({}, kafka)).toEqual({
    event: 'issues',
    deliveryId: 'd-1',
    payload,
    receivedAt: toInstant('2026-05-01T12:00:00Z'),
    forwarded: true,
  })
  expect(readGithubDelivery({}, { ...kafka, payload: JSON.stringify(payload) })).toEqual({
    event: 'issues',
    deliveryId: 'd-1',
    payload,
    receivedAt: toInstant('2026-05-01T12:00:00Z'),
    forwarded: true,
  })
  expect(
    readGithubDelivery({ 'x-github-event': 'issues', 'x-github-delivery': 'd-1' }, payload),
  ).toEqual({
    event: 'issues',
    deliveryId: 'd-1',
    payload,
    receivedAt: null,
    forwarded: false,
  })
  expect(
    readGithubDelivery({}, { ...kafka, payload: { issue: { number: 7 } } }).payload,
  ).toMatchObject({
    repository: 'acme/widgets',
    action: 'closed',
  })
})
