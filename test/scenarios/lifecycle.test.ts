import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import type { RunView } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup } from '../harness/story.ts'
import type { PullRef } from '../world/github/state.ts'

/* Every transition of the lifecycle that people and pull requests can cause, from every status. */

const formatBranch = (issue: number) => `codex/issue-${issue}`

const findPull = ({ github }: Story, issue: number) => {
  const pull = [...github.state('acme/widgets').pulls.values()].find(
    ({ headBranch }) => headBranch === formatBranch(issue),
  )
  if (!pull) throw new Error('no pull request')
  return { repository: 'acme/widgets', number: pull.number }
}

/** Brings a run into a status and keeps it there. */
const bringTo = {
  notified: async ({ post, run }: Story, issue: number) => {
    const body = {
      type: 'agent-turn-complete',
      repository: 'acme/widgets',
      issue_number: String(issue),
      head_branch: formatBranch(issue),
      workflow_name: `codex-early-${issue}`,
      workflow_namespace: 'agent-runs',
    }
    await post('/api/codex/notify', body)
    return run(issue).waitsIn('notified')
  },
  run_complete: async ({ agent, github, run }: Story, issue: number) => {
    await agent.finishes({ issue }, ({ pull }) => github.mergeableUnknown(pull, 10_000))
    await run(issue).comesTo('waited for the mergeability', async () =>
      (await run(issue).detail()).waitingFor.some(({ what }) => what === 'mergeability'),
    )
    return run(issue).waitsIn('run_complete')
  },
  waiting_for_ci: async ({ agent, github, run }: Story, issue: number) => {
    await agent.finishes({ issue }, ({ pull }) => github.checks(pull).start('unit'))
    return run(issue).waitsIn('waiting_for_ci')
  },
  waiting_for_review: async ({ agent, github, run }: Story, issue: number) => {
    await agent.finishes({ issue }, ({ pull }) => github.checks(pull).succeed('unit'))
    return run(issue).waitsIn('waiting_for_review')
  },
  judging: async ({ agent, github, run, post }: Story, issue: number) => {
    await post('/api/codex/pause', {
      repository: 'acme/widgets',
      issueNumber: issue,
      reason: 'let it wait',
    })
    await agent.finishes({ issue }, ({ pull }) => passChecksAndReview(github, pull))
    return run(issue).waitsIn('judging')
  },
  completed: async ({ agent, github, run }: Story, issue: number) => {
    await agent.finishes({ issue }, ({ pull }) => passChecksAndReview(github, pull))
    return run(issue).ends('completed', 'accepted')
  },
  needs_iteration: async ({ agent, github, run }: Story, issue: number) => {
    await agent.finishes({ issue }, ({ pull }) => github.draft(pull))
    return run(issue).ends('needs_iteration', 'pull_request_draft')
  },
  needs_human: async ({ agent, github, run }: Story, issue: number) => {
    await agent.finishes({ issue }, ({ pull }) => github.conflict(pull))
    return run(issue).ends('needs_human', 'merge_conflict')
  },
  closed: async (story: Story, issue: number) => {
    const { id } = await bringTo.waiting_for_ci(story, issue)
    await story.act(id, 'stop', { reason: 'not now' })
    return story.run(issue).ends('closed', 'stopped_by_person')
  },
} as const satisfies Record<string, (story: Story, issue: number) => Promise<RunView>>
type StatusName = keyof typeof bringTo
const statusNames = Object.keys(bringTo) as StatusName[]
const openStatuses = ['run_complete', 'waiting_for_ci', 'waiting_for_review', 'judging'] as const

const policy = {
  ci: { wait: '60s', no_checks_grace: '60s', rerun_failed_once: false },
  review: { wait: '60s' },
  attempts: { backoff: ['1h'], max: 9 },
  patience: { github: '60s' },
}
let lastIssue = 400
const takeIssueNumber = () => {
  lastIssue += 1
  return lastIssue
}

scenarioGroup('a person may decide in every status', { policy }, (scenario) => {
  for (const from of statusNames) {
    for (const outcome of ['completed', 'needs_human', 'closed'] as const) {
      if (from === outcome) continue
      const issue = takeIssueNumber()
      scenario(`${from}, overridden to ${outcome}`, async (story) => {
        const { id } = await bringTo[from](story, issue)
        const answer = await story.act(id, 'override', { outcome, reason: 'I know better' })
        expect(answer).toMatchObject({
          status: 202,
          body: { run: { status: outcome, reason: 'decided_by_person' } },
        })
      })
    }
  }
  for (const from of [
    'waiting_for_ci',
    'waiting_for_review',
    'judging',
    'needs_iteration',
    'needs_human',
  ] as const) {
    const issue = takeIssueNumber()
    scenario(`${from}, judged again`, async (story) => {
      const { id } = await bringTo[from](story, issue)
      const answer = await story.act(id, 'rejudge')
      expect(answer).toMatchObject({
        status: 202,
        body: { run: { status: 'run_complete', reason: null } },
      })
    })
  }
  const issue = takeIssueNumber()
  scenario('stopped, and resumed', async (story) => {
    const { id } = await bringTo.closed(story, issue)
    expect((await story.act(id, 'resume')).body.run).toMatchObject({
      status: 'run_complete',
      reason: null,
    })
  })
})

scenarioGroup('a newer run supersedes a run in every status', { policy }, (scenario) => {
  for (const from of ['notified', ...openStatuses, 'needs_human'] as const) {
    const issue = takeIssueNumber()
    scenario(`${from}, superseded`, async (story) => {
      const { id } = await bringTo[from](story, issue)
      // It pushes nothing, so that the older run does not observe a new head first.
      await story.agent.finishes({ issue, files: null, startedAt: new Date(Date.now() + 1000) })
      const { run } = (await story.get(`/api/codex/runs/${id}`)) as { run: RunView }
      expect(run).toMatchObject({ status: 'superseded', reason: 'newer_run' })
    })
  }
})

/** Events on GitHub that end a run, whatever it waits for. */
const externalEvents = {
  closed: ({ github }: Story, pull: PullRef) => github.closePullRequest(pull),
  needs_iteration: ({ github }: Story, pull: PullRef) => {
    github.mergeableUnknown(pull, 0)
    github.draft(pull)
  },
  needs_human: ({ github }: Story, pull: PullRef) => {
    github.mergeableUnknown(pull, 0)
    github.conflict(pull)
    github.commentOnIssue(pull, 'alice', 'This conflicts.')
    github.checks(pull).succeed('lint')
  },
} as const

scenarioGroup('an event ends a run that waits for something else', { policy }, (scenario) => {
  for (const from of openStatuses) {
    for (const to of ['closed', 'needs_iteration', 'needs_human'] as const) {
      const issue = takeIssueNumber()
      scenario(`${from}, then ${to}`, async (story) => {
        await bringTo[from](story, issue)
        externalEvents[to](story, findPull(story, issue))
        await story.run(issue).waitsIn(to)
      })
    }
  }
})

scenarioGroup('a run goes back when a gate no longer passes', { policy }, (scenario) => {
  const push = ({ github }: Story, issue: number) =>
    github.push('acme/widgets', formatBranch(issue), { 'src/more.ts': `// ${issue}\n` })
  /** A new head whose mergeability is still unknown. */
  const pushUnmergeable = (story: Story, issue: number) => {
    story.github.mergeableUnknown(findPull(story, issue), 10_000)
    push(story, issue)
  }
  const dismissReview = (story: Story, issue: number) => {
    const pull = findPull(story, issue)
    const review = story.github.pull(pull).reviews.at(-1)
    if (review) story.github.dismiss(pull, review, 'maintainer')
  }
  const turns: readonly {
    from: (typeof openStatuses)[number]
    to: (typeof openStatuses)[number]
    by: (story: Story, issue: number) => void
  }[] = [
    { from: 'waiting_for_ci', to: 'run_complete', by: pushUnmergeable },
    { from: 'waiting_for_review', to: 'run_complete', by: pushUnmergeable },
    { from: 'judging', to: 'run_complete', by: pushUnmergeable },
    { from: 'waiting_for_review', to: 'waiting_for_ci', by: push },
    { from: 'judging', to: 'waiting_for_ci', by: push },
    { from: 'judging', to: 'waiting_for_review', by: dismissReview },
    {
      from: 'waiting_for_ci',
      to: 'waiting_for_review',
      by: (story, issue) => story.github.checks(findPull(story, issue)).succeed('unit'),
    },
    {
      from: 'waiting_for_ci',
      to: 'judging',
      by: (story, issue) => passChecksAndReview(story.github, findPull(story, issue)),
    },
    {
      from: 'waiting_for_review',
      to: 'judging',
      by: (story, issue) => passChecksAndReview(story.github, findPull(story, issue)),
    },
  ]
  for (const { from, to, by } of turns) {
    const issue = takeIssueNumber()
    scenario(`${from}, then ${to}`, async (story) => {
      await bringTo[from](story, issue)
      if (to === 'judging')
        await story.post('/api/codex/pause', {
          repository: 'acme/widgets',
          issueNumber: issue,
          reason: 'let it wait',
        })
      by(story, issue)
      await story.run(issue).waitsIn(to)
    })
  }
})

scenarioGroup(
  'without a model in the policy the last gate completes the run',
  { policy: { ...policy, judge: { models: [] } } },
  (scenario) => {
    for (const from of ['run_complete', 'waiting_for_ci', 'waiting_for_review'] as const) {
      const issue = takeIssueNumber()
      scenario(`${from}, then completed`, async (story) => {
        await bringTo[from](story, issue)
        story.github.mergeableUnknown(findPull(story, issue), 0)
        passChecksAndReview(story.github, findPull(story, issue))
        await story.run(issue).ends('completed', 'accepted')
      })
    }
  },
)
