import { expect, test } from 'vitest'
import type { EffectOf } from '../decide/effect.ts'
import type { GithubWrites } from '../github/port.ts'
import { Failure } from '../lib/failure.ts'
import { instant } from '../lib/instant.ts'
import { commitSha, runId } from '../run/run.ts'
import type { Try } from './performer.ts'
import { requestReviewPerformer } from './request-review.ts'
import { rerunChecksPerformer } from './rerun-checks.ts'
import { statusPerformer } from './status.ts'

const head = commitSha('3f2c'.repeat(10))
const now = instant('2026-11-21T10:00:00Z')
const attempt: Try = {
  effectId: 'e',
  runId: runId('r1'),
  number: 1,
  createdAt: now,
  firstTriedAt: now,
  afterUnknown: false,
  now,
  signal: new AbortController().signal,
}

/** GitHub as far as these effects see it: it remembers what was asked of it. */
function github(changes: Partial<GithubWrites> = {}) {
  const asked: string[] = []
  const comments: { body: string; url: string }[] = []
  const port: GithubWrites = {
    setStatus: async (of) =>
      void asked.push(`status ${of.state} ${of.description} ${of.targetUrl}`),
    findComment: async ({ marker }) => {
      const found = comments.find(({ body }) => body.includes(marker))
      return found ? { ...found, author: { login: 'us', bot: true }, createdAt: now } : null
    },
    comment: async ({ body }) => {
      asked.push('comment')
      const comment = { body, url: `https://github.com/c/${comments.length}` }
      comments.push(comment)
      return comment
    },
    runAttempt: async () => 1,
    rerunFailedJobs: async () => void asked.push('rerun'),
    rerequestSuite: async () => void asked.push('rerequest'),
    ...changes,
  }
  return { port, asked, comments }
}

const fails =
  (kind: 'forbidden' | 'refused' | 'unavailable' | 'unknown', message = 'no') =>
  async (): Promise<never> => {
    throw new Failure(kind, message)
  }

const status: EffectOf<'status'> = {
  kind: 'status',
  key: 's',
  repository: 'acme/widgets',
  commit: head,
  context: 'codex-judge',
  state: 'pending',
  description: 'Waiting for CI.',
}
const statuses = (port: GithubWrites) =>
  statusPerformer({
    github: port,
    runUrl: (run) => `http://judge/runs/${run}`,
    mask: async (text) => text,
  })

test('a status is set with a link to its run', async () => {
  const { port, asked } = github()
  expect(await statuses(port).perform(status, attempt)).toMatchObject({ state: 'done' })
  expect(asked).toEqual(['status pending Waiting for CI. http://judge/runs/r1'])
})

test('a status without a repository, a commit or the permission is skipped and says why', async () => {
  const { port, asked } = github({ setStatus: fails('forbidden', 'statuses: write is missing') })
  expect(await statuses(port).perform({ ...status, repository: null }, attempt)).toMatchObject({
    state: 'skipped',
  })
  expect(await statuses(port).perform({ ...status, commit: null }, attempt)).toMatchObject({
    state: 'skipped',
  })
  expect(await statuses(port).perform(status, attempt)).toMatchObject({
    state: 'skipped',
    because: expect.stringContaining('statuses: write'),
  })
  expect(asked).toEqual([])
})

test('a status whose answer was lost is simply set again', async () => {
  await expect(
    statuses(github({ setStatus: fails('unknown') }).port).perform(status, attempt),
  ).rejects.toMatchObject({
    kind: 'unavailable',
  })
})

if (head === null) throw new Error('no commit id')
const review: EffectOf<'requestReview'> = {
  kind: 'requestReview',
  key: 'review',
  repository: 'acme/widgets',
  prNumber: 7,
  commit: head,
}

test('a review is asked for once a head, and again for another head', async () => {
  const { port, comments } = github()
  const performer = requestReviewPerformer(port)
  expect(await performer.perform(review, attempt)).toMatchObject({
    state: 'done',
    answer: { asked: true },
  })
  expect(
    await performer.perform(review, { ...attempt, number: 2, afterUnknown: true }),
  ).toMatchObject({
    state: 'done',
    answer: { asked: false },
  })
  expect(comments).toHaveLength(1)
  expect(comments[0]?.body.split('\n')[0]).toBe('@codex review')
  const other = commitSha('9'.repeat(40))
  if (other !== null) await performer.perform({ ...review, commit: other }, attempt)
  expect(comments).toHaveLength(2)
})

test('a comment that was posted without an answer is found', async () => {
  const world = github()
  const { comment } = world.port
  const lost = {
    ...world.port,
    comment: async (...of: Parameters<typeof comment>) => {
      await comment(...of)
      throw new Failure('unknown', 'no answer')
    },
  }
  await expect(requestReviewPerformer(lost).perform(review, attempt)).rejects.toMatchObject({
    kind: 'unknown',
  })
  await requestReviewPerformer(lost).perform(review, { ...attempt, number: 2, afterUnknown: true })
  expect(world.comments).toHaveLength(1)
})

test('without the permission to comment, asking for reviews is off', async () => {
  expect(
    await requestReviewPerformer(github({ comment: fails('forbidden') }).port).perform(
      review,
      attempt,
    ),
  ).toMatchObject({ state: 'skipped' })
})

const rerun: EffectOf<'rerunChecks'> = {
  kind: 'rerunChecks',
  key: 'rerun',
  repository: 'acme/widgets',
  commit: head,
  target: { kind: 'actions', workflowRunId: 5, runAttempt: 1 },
  checks: [{ name: 'unit', app: 'github-actions', id: 1, completedAt: now }],
}
const suite: EffectOf<'rerunChecks'> = { ...rerun, target: { kind: 'suite', suiteId: 9 } }

test('failed jobs are run again once', async () => {
  const { port, asked } = github()
  expect(await rerunChecksPerformer(port).perform(rerun, attempt)).toMatchObject({
    state: 'done',
    answer: { accepted: true },
  })
  expect(asked).toEqual(['rerun'])
})

test('an Actions run that was run again since its failure was seen is left alone', async () => {
  const { port, asked } = github({ runAttempt: async () => 2 })
  expect(await rerunChecksPerformer(port).perform(rerun, attempt)).toMatchObject({
    state: 'done',
    answer: { accepted: true },
  })
  expect(asked).toEqual([])
})

test('a no of GitHub is an answer: the failure that was seen counts', async () => {
  for (const kind of ['forbidden', 'refused'] as const) {
    expect(
      await rerunChecksPerformer(github({ rerunFailedJobs: fails(kind) }).port).perform(
        rerun,
        attempt,
      ),
    ).toMatchObject({ state: 'done', answer: { accepted: false } })
    expect(
      await rerunChecksPerformer(github({ rerequestSuite: fails(kind) }).port).perform(
        suite,
        attempt,
      ),
    ).toMatchObject({ state: 'done', answer: { accepted: false } })
  }
})

test('GitHub being away is no refusal', async () => {
  await expect(
    rerunChecksPerformer(github({ rerunFailedJobs: fails('unavailable') }).port).perform(
      rerun,
      attempt,
    ),
  ).rejects.toMatchObject({ kind: 'unavailable' })
  await expect(
    rerunChecksPerformer(github({ rerequestSuite: fails('unknown') }).port).perform(suite, attempt),
  ).rejects.toMatchObject({ kind: 'unknown' })
})

test('a suite whose request was never answered is not requested twice', async () => {
  const { port, asked } = github()
  expect(
    await rerunChecksPerformer(port).perform(suite, { ...attempt, number: 2, afterUnknown: true }),
  ).toMatchObject({
    answer: { accepted: true },
  })
  expect(asked).toEqual([])
  await rerunChecksPerformer(port).perform(suite, attempt)
  expect(asked).toEqual(['rerequest'])
})
