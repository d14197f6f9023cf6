import { expect, test } from 'vitest'
import type { EffectByKind } from '../decide/effect.ts'
import type { GithubWrites } from '../github/port.ts'
import { Failure } from '../lib/failure.ts'
import { toInstant } from '../lib/instant.ts'
import { parseCommitSha, toRunId } from '../run/run.ts'
import type { CheckAnnotation } from '../text/check-run.ts'
import type { EffectTry } from './performer.ts'
import { createRequestReviewPerformer } from './request-review.ts'
import { createRerunChecksPerformer } from './rerun-checks.ts'
import { createStatusPerformer } from './status.ts'

const head = parseCommitSha('3f2c'.repeat(10))
const now = toInstant('2026-11-21T10:00:00Z')
const effectTry: EffectTry = {
  effectId: 'e',
  runId: toRunId('r1'),
  number: 1,
  createdAt: now,
  firstTriedAt: now,
  afterUnknown: false,
  now,
  signal: new AbortController().signal,
}

/** GitHub as these performers use it. It records the requests. */
function github(changes: Partial<GithubWrites> = {}) {
  const requests: string[] = []
  const comments: { body: string; url: string }[] = []
  const port: GithubWrites = {
    setStatus: async (of) =>
      void requests.push(`status ${of.state} ${of.description} ${of.targetUrl}`),
    findComment: async ({ marker }) => {
      const found = comments.find(({ body }) => body.includes(marker))
      const author = { login: 'us', bot: true }
      return found
        ? { ...found, author, association: 'other', createdAt: now, editedAt: null }
        : null
    },
    setCheckRun: async () => null,
    listComments: async () => [],
    readNewestComments: async () => [],
    createComment: async () => Promise.reject(new Error('not used here')),
    editComment: async () => null,
    reactToComment: async () => {},
    mayWrite: async () => false,
    postComment: async ({ body }) => {
      requests.push('comment')
      const comment = { body, url: `https://github.com/c/${comments.length}` }
      comments.push(comment)
      return comment
    },
    readRunAttempt: async () => 1,
    rerunFailedJobs: async () => void requests.push('rerun'),
    rerequestSuite: async () => void requests.push('rerequest'),
    ...changes,
  }
  return { port, requests, comments }
}

const fails =
  (kind: 'forbidden' | 'refused' | 'unavailable' | 'unknown', message = 'no') =>
  async (): Promise<never> => {
    throw new Failure(kind, message)
  }

const status: EffectByKind<'status'> = {
  kind: 'status',
  key: 's',
  repository: 'acme/widgets',
  commit: head,
  context: 'codex-judge',
  state: 'pending',
  description: 'Waiting for CI.',
}
const statuses = (port: GithubWrites) =>
  createStatusPerformer({
    github: port,
    findCheckRun: async () => 7,
    getRunUrl: (run) => `http://judge/runs/${run}`,
    mask: async (text) => text,
  })

test('a status is set with a link to its run', async () => {
  const { port, requests } = github()
  expect(await statuses(port).perform(status, effectTry)).toMatchObject({ state: 'done' })
  expect(requests).toEqual(['status pending Waiting for CI. http://judge/runs/r1'])
})

test('a check run says the same where the credentials can, and a status does where they cannot', async () => {
  const checkRun = { title: 'Waiting for CI: unit', summary: 'x', annotations: [annotation] }
  const set: unknown[] = []
  const asApp = github({
    setCheckRun: async (of) => {
      set.push(of)
      return 7
    },
  })
  expect(await statuses(asApp.port).perform({ ...status, checkRun }, effectTry)).toMatchObject({
    state: 'done',
    answer: { checkRunId: 7 },
  })
  // Annotations cannot be taken back, so a run that goes on has none.
  expect(set).toMatchObject([{ known: 7, title: 'Waiting for CI: unit', annotations: [] }])
  expect(asApp.requests).toEqual([])
  const ended = { ...status, state: 'failure', checkRun } as const
  await statuses(asApp.port).perform(ended, effectTry)
  expect(set.at(-1)).toMatchObject({ annotations: [annotation] })
  for (const setCheckRun of [async () => null, fails('forbidden')]) {
    const { port, requests } = github({ setCheckRun })
    await statuses(port).perform({ ...status, checkRun }, effectTry)
    expect(requests).toEqual(['status pending Waiting for CI. http://judge/runs/r1'])
  }
})
const annotation: CheckAnnotation = {
  path: 'a.ts',
  line: 1,
  level: 'failure',
  title: 'tests',
  message: 'x',
}

test('a status without a repository, a commit or the permission is skipped with the reason', async () => {
  const { port, requests } = github({ setStatus: fails('forbidden', 'statuses: write is missing') })
  expect(await statuses(port).perform({ ...status, repository: null }, effectTry)).toMatchObject({
    state: 'skipped',
  })
  expect(await statuses(port).perform({ ...status, commit: null }, effectTry)).toMatchObject({
    state: 'skipped',
  })
  expect(await statuses(port).perform(status, effectTry)).toMatchObject({
    state: 'skipped',
    because: expect.stringContaining('statuses: write'),
  })
  expect(requests).toEqual([])
})

test('a status whose answer was lost is set again', async () => {
  await expect(
    statuses(github({ setStatus: fails('unknown') }).port).perform(status, effectTry),
  ).rejects.toMatchObject({
    kind: 'unavailable',
  })
})

if (head === null) throw new Error('no commit id')
const review: EffectByKind<'requestReview'> = {
  kind: 'requestReview',
  key: 'review',
  repository: 'acme/widgets',
  prNumber: 7,
  commit: head,
}

test('a review is requested once for each head', async () => {
  const { port, comments } = github()
  const performer = createRequestReviewPerformer(port)
  expect(await performer.perform(review, effectTry)).toMatchObject({
    state: 'done',
    answer: { asked: true },
  })
  expect(
    await performer.perform(review, { ...effectTry, number: 2, afterUnknown: true }),
  ).toMatchObject({
    state: 'done',
    answer: { asked: false },
  })
  expect(comments).toHaveLength(1)
  expect(comments[0]?.body.split('\n')[0]).toBe('@codex review')
  const other = parseCommitSha('9'.repeat(40))
  if (other !== null) await performer.perform({ ...review, commit: other }, effectTry)
  expect(comments).toHaveLength(2)
})

test('a comment that was posted, but whose answer was lost, is found and not posted again', async () => {
  const world = github()
  const { postComment } = world.port
  const lost = {
    ...world.port,
    postComment: async (...of: Parameters<typeof postComment>) => {
      await postComment(...of)
      throw new Failure('unknown', 'no answer')
    },
  }
  await expect(createRequestReviewPerformer(lost).perform(review, effectTry)).rejects.toMatchObject(
    {
      kind: 'unknown',
    },
  )
  await createRequestReviewPerformer(lost).perform(review, {
    ...effectTry,
    number: 2,
    afterUnknown: true,
  })
  expect(world.comments).toHaveLength(1)
})

test('without the permission to comment, the review request is skipped', async () => {
  expect(
    await createRequestReviewPerformer(github({ postComment: fails('forbidden') }).port).perform(
      review,
      effectTry,
    ),
  ).toMatchObject({ state: 'skipped' })
})

const rerun: EffectByKind<'rerunChecks'> = {
  kind: 'rerunChecks',
  key: 'rerun',
  repository: 'acme/widgets',
  commit: head,
  target: { kind: 'actions', workflowRunId: 5, runAttempt: 1 },
  checks: [{ name: 'unit', app: 'github-actions', id: 1, completedAt: now }],
}
const suite: EffectByKind<'rerunChecks'> = { ...rerun, target: { kind: 'suite', suiteId: 9 } }

test('failed jobs are re-run', async () => {
  const { port, requests } = github()
  expect(await createRerunChecksPerformer(port).perform(rerun, effectTry)).toMatchObject({
    state: 'done',
    answer: { accepted: true },
  })
  expect(requests).toEqual(['rerun'])
})

test('an Actions run that was re-run since its failure was seen is not re-run again', async () => {
  const { port, requests } = github({ readRunAttempt: async () => 2 })
  expect(await createRerunChecksPerformer(port).perform(rerun, effectTry)).toMatchObject({
    state: 'done',
    answer: { accepted: true },
  })
  expect(requests).toEqual([])
})

test('a refusal by GitHub is an answer, not an error', async () => {
  for (const kind of ['forbidden', 'refused'] as const) {
    expect(
      await createRerunChecksPerformer(github({ rerunFailedJobs: fails(kind) }).port).perform(
        rerun,
        effectTry,
      ),
    ).toMatchObject({ state: 'done', answer: { accepted: false } })
    expect(
      await createRerunChecksPerformer(github({ rerequestSuite: fails(kind) }).port).perform(
        suite,
        effectTry,
      ),
    ).toMatchObject({ state: 'done', answer: { accepted: false } })
  }
})

test('GitHub being unavailable is no refusal', async () => {
  await expect(
    createRerunChecksPerformer(github({ rerunFailedJobs: fails('unavailable') }).port).perform(
      rerun,
      effectTry,
    ),
  ).rejects.toMatchObject({ kind: 'unavailable' })
  await expect(
    createRerunChecksPerformer(github({ rerequestSuite: fails('unknown') }).port).perform(
      suite,
      effectTry,
    ),
  ).rejects.toMatchObject({ kind: 'unknown' })
})

test('a suite whose request had an unknown result is not requested twice', async () => {
  const { port, requests } = github()
  expect(
    await createRerunChecksPerformer(port).perform(suite, {
      ...effectTry,
      number: 2,
      afterUnknown: true,
    }),
  ).toMatchObject({
    answer: { accepted: true },
  })
  expect(requests).toEqual([])
  await createRerunChecksPerformer(port).perform(suite, effectTry)
  expect(requests).toEqual(['rerequest'])
})
