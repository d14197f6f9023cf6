import { expect } from 'vitest'
import { type Story, scenario } from '../harness/story.ts'
import type { PullRef } from '../world/github/state.ts'
import type { Delivery } from '../world/github/webhooks.ts'

/*
 * Webhooks that arrive hours after what they announce. In each story the webhooks of the last hours
 * are kept back, and the times that GitHub gives show what happened then.
 */

const hour = 3_600_000
const policy = {
  ci: { wait: '60s', no_checks_grace: '30s' },
  review: { wait: '60s', request_after: '60s' },
}
const repository = 'acme/widgets'
const change = { 'src/widget.ts': 'export const retries = 3\n' }
const next = { 'src/widget.ts': 'export const retries = 4\n' }

/** What happened this many hours ago. */
function before<T>({ github }: Story, hours: number, happens: () => T): T {
  github.setClockBack(hours * hour)
  try {
    return happens()
  } finally {
    github.setClockBack(0)
  }
}

/** A repository with an issue, whose branch has a pull request. */
function openPullRequest(story: Story, issue: number): PullRef {
  const { github } = story
  return before(story, 6, () => {
    github.repository(repository, { 'src/widget.ts': 'export const retries = 0\n' })
    github.issue(repository, { number: issue, title: 'Retry', body: 'Retry three times.' })
    github.push(repository, `codex/issue-${issue}`, change)
    return github.openPullRequest(repository, { branch: `codex/issue-${issue}` })
  })
}

/** CI without a check suite, so that only a webhook tells when the commit was pushed. */
const passStatus = ({ github }: Story, pull: PullRef) =>
  github.checks(pull).status('ci/build', 'success')

const findReviewRequests = ({ github }: Story, pull: PullRef) =>
  github.pull(pull).comments.filter(({ body }) => body.includes('@codex review'))

/** The agent's workflow is reported now; its work was pushed long before. */
const complete = ({ agent }: Story, issue: number) => agent.finishes({ issue, files: null })

/** The completed run passes with the review that it has, and asks for no other. */
async function passes(story: Story, issue: number, pull: PullRef): Promise<void> {
  expect((await story.run(issue).ends('completed', 'accepted')).commitSha).toBe(
    story.github.getHead(pull),
  )
  expect(findReviewRequests(story, pull)).toEqual([])
}

/** The run waits for a review, although there is an old one, and passes with a new one. */
async function waitsForNewReview(story: Story, issue: number, pull: PullRef): Promise<void> {
  const seen = await story.run(issue).waitsIn('waiting_for_review')
  expect(seen.reviewStatus).toBe('pending')
  story.github.codexFindsNothing(pull)
  await story.run(issue).ends('completed', 'accepted')
}

scenario(
  'a 👍 after the first push counts, although the webhooks arrive after it',
  async (story) => {
    const { github } = story
    github.webhooks.hold()
    const pull = openPullRequest(story, 601)
    before(story, 4, () => github.codexFindsNothing(pull))
    passStatus(story, pull)
    github.webhooks.release()
    await github.webhooks.flush()
    await complete(story, 601)
    await passes(story, 601, pull)
  },
  { policy },
)

scenario(
  'a 👍 after the last of several pushes counts, although all their webhooks arrive at once',
  async (story) => {
    const { github } = story
    github.webhooks.hold()
    const pull = openPullRequest(story, 602)
    before(story, 5, () => github.push(repository, 'codex/issue-602', next))
    before(story, 4, () => github.codexFindsNothing(pull))
    passStatus(story, pull)
    github.webhooks.release()
    await github.webhooks.flush()
    await complete(story, 602)
    await passes(story, 602, pull)
  },
  { policy },
)

scenario(
  'a 👍 counts for a run that already waits when the webhook of the push before it arrives',
  async (story) => {
    const { github, run } = story
    const pull = openPullRequest(story, 603)
    await github.webhooks.flush()
    github.webhooks.hold()
    before(story, 5, () => github.push(repository, 'codex/issue-603', next))
    await complete(story, 603)
    await run(603).waitsIn('run_complete')
    before(story, 4, () => github.codexFindsNothing(pull))
    github.webhooks.release()
    await github.webhooks.flush()
    passStatus(story, pull)
    await passes(story, 603, pull)
  },
  { policy },
)

/** A webhook as a forwarder puts it into Kafka. `keep` leaves out GitHub's own times. */
const forward = ({ id, event, action, payload }: Omit<Delivery, 'status'>, receivedAt: Date) => {
  const { repository: own, ...rest } = payload as { repository: { full_name: string } }
  return {
    deliveryId: id,
    event,
    action,
    repository: own.full_name,
    receivedAt: receivedAt.toISOString(),
    payload: { ...rest, repository: { full_name: own.full_name } },
  }
}

scenario(
  'a forwarded webhook without a time of GitHub’s counts from when the forwarder had it',
  async (story) => {
    const { github, post } = story
    const pull = openPullRequest(story, 604)
    await github.webhooks.flush()
    github.webhooks.hold()
    before(story, 5, () => github.push(repository, 'codex/issue-604', next))
    const [push] = github.webhooks.takeHeld()
    before(story, 4, () => github.codexFindsNothing(pull))
    passStatus(story, pull)
    expect(push?.event).toBe('push')
    if (push) {
      const forwarded = forward(push, new Date(Date.now() - 5 * hour))
      expect((await post('/api/codex/github-events', forwarded)).status).toBe(202)
    }
    await complete(story, 604)
    await passes(story, 604, pull)
  },
  { policy },
)

scenario(
  'a commit with an early date does not make the 👍 for the head before it count',
  async (story) => {
    const { github } = story
    const pull = openPullRequest(story, 605)
    before(story, 5, () => github.codexFindsNothing(pull))
    before(story, 4, () =>
      github.push(repository, 'codex/issue-605', next, { committedAt: '2020-01-01T00:00:00Z' }),
    )
    passStatus(story, pull)
    await github.webhooks.flush()
    await complete(story, 605)
    await waitsForNewReview(story, 605, pull)
  },
  { policy },
)

scenario(
  'a commit that was pushed to another branch first is the head from its own push on',
  async (story) => {
    const { github } = story
    const pull = openPullRequest(story, 606)
    before(story, 5.5, () => {
      github.push(repository, 'scratch', next)
      const sha = github.state(repository).branches.get('scratch') ?? ''
      github.checks({ repository, sha }).succeed('unit')
    })
    before(story, 5, () => github.codexFindsNothing(pull))
    before(story, 4, () => {
      const sha = github.state(repository).branches.get('scratch') ?? ''
      github.resetBranch(repository, 'codex/issue-606', sha)
      github.deleteBranch(repository, 'scratch')
    })
    await github.webhooks.flush()
    await complete(story, 606)
    await waitsForNewReview(story, 606, pull)
  },
  { policy },
)
