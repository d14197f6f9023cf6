import { expect, test } from 'vitest'
import { createChange } from '../../../../../test/harness/accepted-facts.ts'
import {
  agent,
  alice,
  at,
  badge,
  codex,
  comment,
  createReview,
  head,
  review,
  shipped,
  thread,
  threadComment,
} from '../../../../../test/harness/review-samples.ts'
import { check } from '../../../../../test/harness/text-samples.ts'
import type { RepositoryContext, Snapshot } from '../../github/snapshot.ts'
import { computeReviewOutcome } from '../../review/compute-review-outcome.ts'
import { maskReading } from './mask-reading.ts'

const SECRET = 'hunter2-hunter2'
const mask = async (text: string) => text.replaceAll(SECRET, '[masked]')

const context: RepositoryContext = {
  observedAt: at(0),
  repository: 'acme/widgets',
  defaultBranch: 'main',
  policyText: `# ${SECRET}`,
  issue: {
    number: 41,
    title: SECRET,
    body: `Use ${SECRET}.`,
    url: 'https://github.com/acme/widgets/issues/41',
    state: 'open',
    closedAt: null,
    labels: [],
    lastEdit: null,
  },
  branchHead: head,
}

function createSnapshot(): Snapshot {
  const change = createChange()
  if (change.kind !== 'pull_request') throw new Error('there is no pull request')
  return {
    observedAt: at(0),
    repository: 'acme/widgets',
    pullRequest: { ...change.pullRequest, title: SECRET, body: `Uses ${SECRET}.` },
    headCommittedAt: null,
    checks: [{ ...check, summary: `Failed with ${SECRET}` }],
    suites: [],
    requiredChecks: [],
    reviews: [review(alice, 'CHANGES_REQUESTED', { body: SECRET })],
    threads: [
      thread(codex, '', {
        comments: [
          threadComment(codex, `${badge('P1')} ${SECRET}`),
          threadComment(agent, `Won't fix: ${SECRET}`),
        ],
      }),
    ],
    reactions: [],
    comments: [
      comment(codex, `**P1** Remove ${SECRET}`),
      comment(codex, `You have reached your Codex usage limits. ${SECRET}`),
    ],
    context,
  }
}

test('no secret that people wrote on GitHub is left, and nothing else is changed', async () => {
  const snapshot = createSnapshot()
  expect(await maskReading(snapshot, mask)).toEqual(
    JSON.parse(JSON.stringify(snapshot).replaceAll(SECRET, '[masked]')),
  )
  expect(await maskReading(context, mask)).toEqual(
    JSON.parse(JSON.stringify(context).replaceAll(SECRET, '[masked]')),
  )
})

test('what a review comes to is the same without the secrets in it', async () => {
  const snapshot = createSnapshot()
  const masked = await maskReading(snapshot, mask)
  if (!('pullRequest' in masked)) throw new Error('it is no pull request any more')
  const judge = ({ reviews, threads, comments }: Snapshot) =>
    computeReviewOutcome(createReview({ reviews, threads, comments }), at(3), shipped)
  expect(JSON.stringify(judge(snapshot))).toContain(SECRET)
  expect(judge(masked)).toEqual(
    JSON.parse(JSON.stringify(judge(snapshot)).replaceAll(SECRET, '[masked]')),
  )
})
