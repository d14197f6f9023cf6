import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup, scenario as standalone } from '../harness/story.ts'
import type { PullRef } from '../world/github/state.ts'

/* Pull requests, bases and repositories that are not where the run's message says they are. */

const policy = {
  ci: { rerun_failed_once: false, wait: '60s', no_checks_grace: '30s' },
  review: { wait: '60s', request_after: '1s' },
  attempts: { backoff: ['1s'] },
}

const listTasks = ({ dispatcher }: Story, issue: number) =>
  dispatcher.started().filter(({ task }) => task.issueNumber === BigInt(issue))

scenarioGroup('of several pull requests of one branch', { policy }, (scenario) => {
  scenario('the one into the base of the run is meant', async ({ agent, github, run }) => {
    const repository = 'acme/backports'
    const { pull } = await agent.works({ repository, issue: 701 })
    github.push(repository, 'release-1.2', { 'CHANGES.md': 'none\n' })
    const backport = github.openPullRequest(repository, {
      branch: 'codex/issue-701',
      base: 'release-1.2',
    })
    passChecksAndReview(github, pull)
    await agent.finishes({ repository, issue: 701, files: null })
    const ended = await run(701, repository).ends('completed', 'accepted')
    expect(backport.number).toBeGreaterThan(pull.number)
    expect(ended.prNumber).toBe(pull.number)
  })

  scenario('it is found, too, if it is opened after the other', async (story) => {
    const { agent, github, run } = story
    const repository = 'acme/ports'
    const { pull: other } = await agent.works({ repository, issue: 702, opensPullRequest: false })
    expect(other.number).toBe(0)
    github.push(repository, 'release-1.2', { 'CHANGES.md': 'none\n' })
    github.openPullRequest(repository, { branch: 'codex/issue-702', base: 'release-1.2' })
    const pull = github.openPullRequest(repository, { branch: 'codex/issue-702' })
    passChecksAndReview(github, pull)
    await agent.finishes({ repository, issue: 702, files: null })
    expect((await run(702, repository).ends('completed', 'accepted')).prNumber).toBe(pull.number)
  })
})

scenarioGroup('a repository with another owner', { policy }, (scenario) => {
  scenario(
    'is found, gets its statuses and comments, and keeps the name that the run gave it',
    async (story) => {
      const { agent, github, run } = story
      const [former, repository] = ['acme/movers', 'umbrella/movers']
      const { pull } = await agent.works({ repository: former, issue: 711 })
      github.transfer(former, repository)
      const moved: PullRef = { repository, number: pull.number }
      github.checks(moved).succeed('unit')
      await agent.finishes({ repository: former, issue: 711, files: null })
      await eventually('the request for a review', () =>
        github.pull(moved).comments.some(({ body }) => body.includes('@codex review')),
      )
      github.codexFindsNothing(moved)
      const ended = await run(711, former).ends('completed', 'accepted')
      expect(ended).toMatchObject({ repository: former, prNumber: pull.number })
      expect(ended.prUrl).toContain(repository)
      await run(711, former).settles()
      expect(github.checks(moved).statuses().at(-1)?.state).toBe('success')
    },
  )

  scenario('goes on where it is then, if it moves while the run waits', async (story) => {
    const { agent, github, run } = story
    const [former, repository] = ['acme/nomads', 'umbrella/tribes']
    const { pull } = await agent.finishes({ repository: former, issue: 712 }, (done) =>
      github.checks(done.pull).start('unit'),
    )
    await run(712, former).waitsIn('waiting_for_ci')
    github.transfer(former, repository)
    passChecksAndReview(github, { repository, number: pull.number })
    await run(712, former).ends('completed', 'accepted')
  })
})

/** A pull request on top of another one. */
async function stack(story: Story, repository: string, issue: number) {
  const { agent, github } = story
  const parent = await agent.works({ repository, issue: issue + 1000, branch: 'codex/parent' })
  const child = await agent.works({ repository, issue, base: 'codex/parent' })
  const finish = (before: () => void = () => {}) =>
    agent.finishes({ repository, issue, base: 'codex/parent', files: null }, before)
  const mergeParent = () => {
    github.merge(parent.pull)
    github.deleteBranch(repository, 'codex/parent')
  }
  return { pull: child.pull, finish, mergeParent }
}

scenarioGroup('a stacked pull request', { policy }, (scenario) => {
  scenario('follows its parent, which was merged and is gone', async (story) => {
    const repository = 'acme/stack'
    const { pull, finish, mergeParent } = await stack(story, repository, 721)
    await finish(() => {
      mergeParent()
      passChecksAndReview(story.github, pull)
    })
    expect(story.github.pull(pull).baseBranch).toBe('main')
    const ended = await story.run(721, repository).ends('completed', 'accepted')
    expect(ended.base).toBe('main')
  })

  scenario('is sent on with its new base', async (story) => {
    const repository = 'acme/stack-again'
    const { pull, finish, mergeParent } = await stack(story, repository, 722)
    await finish(() => {
      mergeParent()
      story.github.codexReviews(pull, [])
      story.github.checks(pull).fail('unit')
    })
    await story.run(722, repository).ends('needs_iteration', 'ci_failed')
    const { task } = await eventually('the dispatch', () => listTasks(story, 722)[0])
    expect(task.base).toBe('main')
  })

  scenario('is not followed where a person or the agent has moved it', async (story) => {
    const repository = 'acme/stack-by-hand'
    const { pull, finish, mergeParent } = await stack(story, repository, 723)
    await finish(() => {
      story.github.retarget(pull, 'main')
      mergeParent()
      passChecksAndReview(story.github, pull)
    })
    await story.run(723, repository).ends('needs_iteration', 'wrong_base')
  })

  scenario('is not followed while its base still exists', async (story) => {
    const repository = 'acme/stack-alive'
    const { finish } = await stack(story, repository, 724)
    const { github } = story
    const pull = github.openPullRequest(repository, { branch: 'codex/issue-724', base: 'main' })
    github.closePullRequest({ repository, number: pull.number - 1 })
    await finish(() => passChecksAndReview(github, pull))
    await story.run(724, repository).ends('needs_iteration', 'wrong_base')
  })
})

standalone(
  'a server that does not tell who moved a pull request is asked where its base was merged',
  async (story) => {
    const repository = 'acme/stack-untold'
    story.github.fieldFaults.set('PullRequest.timelineItems', null)
    const { pull, finish, mergeParent } = await stack(story, repository, 731)
    await finish(() => {
      mergeParent()
      passChecksAndReview(story.github, pull)
    })
    await story.run(731, repository).ends('completed', 'accepted')
  },
  { policy },
)

standalone(
  'an attempt whose base is merged before it is started gets the new base',
  async (story) => {
    const repository = 'acme/stack-late'
    const { pull, finish, mergeParent } = await stack(story, repository, 732)
    await finish(() => {
      story.github.codexReviews(pull, [])
      story.github.checks(pull).fail('unit')
    })
    await story.run(732, repository).ends('needs_iteration', 'ci_failed')
    mergeParent()
    const { task } = await eventually('the dispatch', () => listTasks(story, 732)[0])
    expect(task.base).toBe('main')
  },
  { policy: { ...policy, attempts: { backoff: ['3s'] } } },
)
