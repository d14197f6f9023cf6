import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually, type RunView } from '../harness/run-verbs.ts'
import {
  type CompletedWork,
  type Story,
  scenarioGroup,
  scenario as standalone,
} from '../harness/story.ts'
import { trouble } from '../world/github/faults.ts'
import { channels } from '../world/world.ts'

/* What people end on GitHub and in Argo without asking the service, and what they open again. */

const patient = {
  ci: { rerun_failed_once: false, wait: '60s', no_checks_grace: '30s' },
  review: { wait: '60s' },
  attempts: { backoff: ['1h'] },
}
const quick = { ...patient, attempts: { backoff: ['2s'], dispatch_patience: '20s' } }

const listTasks = ({ dispatcher }: Story, issue: number) =>
  dispatcher.started().filter(({ task }) => task.issueNumber === BigInt(issue))

/** The state of each dispatch of a run, in the order of their attempts. */
const listDispatches = async ({ get }: Story, { id }: RunView) => {
  const { effects } = (await get(`/api/codex/runs/${id}`)) as {
    effects: { kind: string; state: string; because: string | null }[]
  }
  return effects.filter(({ kind }) => kind === 'dispatch')
}

/** An attempt that fails in CI, so that another one is planned. */
async function failInCi(story: Story, issue: number): Promise<CompletedWork> {
  const { agent, github, run } = story
  const done = await agent.finishes({ issue }, ({ pull }) => {
    github.codexReviews(pull, [])
    github.checks(pull).fail('unit')
  })
  await run(issue).ends('needs_iteration', 'ci_failed')
  return done
}

/** An attempt that needs a person, because it conflicts. */
async function askPerson(story: Story, issue: number): Promise<CompletedWork> {
  const { agent, github, run } = story
  const done = await agent.finishes({ issue }, ({ pull }) => {
    passChecksAndReview(github, pull)
    github.conflict(pull)
  })
  await run(issue).ends('needs_human', 'merge_conflict')
  return done
}

const closes = {
  merged_by_person: ({ github }: Story, { pull }: CompletedWork) => github.merge(pull),
  pull_request_closed: ({ github }: Story, { pull }: CompletedWork) =>
    github.closePullRequest(pull),
  issue_closed: ({ github }: Story, _done: CompletedWork, issue: number) =>
    github.closeIssue({ repository: 'acme/widgets', number: issue }),
} as const
const closings = Object.keys(closes) as (keyof typeof closes)[]

const closesRun = (story: Story, issue: number, reason: string) =>
  story
    .run(issue)
    .comesTo(`was closed as ${reason}`, (run) => run.status === 'closed' && run.reason === reason)

scenarioGroup('what a person closes ends the run at once', { policy: patient }, (scenario) => {
  for (const [index, reason] of closings.entries()) {
    const issue = 621 + index
    scenario(`${reason}: an attempt that waits for its time is withdrawn`, async (story) => {
      const done = await failInCi(story, issue)
      await story.run(issue).comesTo('set its status', () =>
        story.github
          .checks(done.pull)
          .statuses()
          .some(({ state }) => state === 'failure'),
      )
      closes[reason](story, done, issue)
      const closed = await closesRun(story, issue, reason)
      expect(closed).toMatchObject({ causeReason: 'ci_failed', attemptsUsed: 1 })
      expect(await listDispatches(story, closed)).toMatchObject([{ state: 'replaced' }])
      await story.run(issue).settles()
      expect(listTasks(story, issue)).toEqual([])
      expect(story.github.checks(done.pull).statuses().at(-1)?.state).toBe('failure')
    })
  }

  for (const [index, reason] of closings.entries()) {
    const issue = 631 + index
    scenario(`${reason}: an open question is answered`, async (story) => {
      const done = await askPerson(story, issue)
      const getMessage = () =>
        story.discord
          .in(channels.escalation)
          .find(({ content }) => content.split('\n')[0]?.includes(`#${issue}.`))
      await eventually('the question', getMessage)
      closes[reason](story, done, issue)
      const closed = await closesRun(story, issue, reason)
      const { escalations } = (await story.get('/api/codex/escalations')) as {
        escalations: { runId: string; state: string }[]
      }
      expect(escalations.find(({ runId }) => runId === closed.id)).toMatchObject({
        state: 'closed',
      })
      await eventually('the edit', () => getMessage()?.content.includes(reason))
    })
  }
})

scenarioGroup('what is opened again goes on', { policy: patient }, (scenario) => {
  scenario('a pull request, with the head that it has then', async (story) => {
    const { agent, github, run } = story
    const { pull } = await agent.finishes({ issue: 641 }, (done) =>
      github.checks(done.pull).start('unit'),
    )
    await run(641).waitsIn('waiting_for_ci')
    github.closePullRequest(pull)
    await run(641).ends('closed', 'pull_request_closed')
    const next = github.push('acme/widgets', 'codex/issue-641', { 'src/more.ts': 'export {}\n' })
    github.reopenPullRequest(pull)
    await run(641).waitsIn('waiting_for_ci')
    passChecksAndReview(github, pull)
    expect((await run(641).ends('completed', 'accepted')).commitSha).toBe(next)
  })

  scenario('an issue', async (story) => {
    const { agent, github, run } = story
    const { pull } = await agent.finishes({ issue: 642 }, (done) =>
      github.checks(done.pull).start('unit'),
    )
    await run(642).waitsIn('waiting_for_ci')
    github.closeIssue({ repository: 'acme/widgets', number: 642 })
    await run(642).ends('closed', 'issue_closed')
    github.reopenIssue({ repository: 'acme/widgets', number: 642 })
    await run(642).waitsIn('waiting_for_ci')
    passChecksAndReview(github, pull)
    await run(642).ends('completed', 'accepted')
  })

  scenario(
    'a run whose next attempt was withdrawn; its number is not used again',
    async (story) => {
      const { github, run } = story
      const { pull } = await failInCi(story, 643)
      github.closePullRequest(pull)
      const closed = await closesRun(story, 643, 'pull_request_closed')
      github.reopenPullRequest(pull)
      await run(643).comesTo('failed again', ({ status }) => status === 'needs_iteration')
      expect(await listDispatches(story, closed)).toMatchObject([
        { state: 'replaced' },
        { state: 'pending' },
      ])
      const rerun = await story.act(closed.id, 'rerun')
      expect(rerun.status).toBe(202)
      const { task } = await eventually('the dispatch', () => listTasks(story, 643)[0])
      expect(task.deliveryId).toMatch(/attempt-3$/)
    },
  )

  scenario('not a run that another one has followed', async (story) => {
    const { agent, github, run, get, act } = story
    const { pull, run: first } = await agent.finishes({ issue: 644 }, (done) =>
      github.checks(done.pull).start('unit'),
    )
    await run(644).waitsIn('waiting_for_ci')
    github.closePullRequest(pull)
    await run(644).ends('closed', 'pull_request_closed')
    await agent.finishes({ issue: 644, branch: 'codex/again-644' }, (done) =>
      github.checks(done.pull).start('unit'),
    )
    await run(644).attempt(2)
    await run(644).waitsIn('waiting_for_ci')
    github.reopenPullRequest(pull)
    await github.webhooks.flush()
    const getFirst = async () => (await get(`/api/codex/runs/${first.id}`)) as { run: RunView }
    expect((await getFirst()).run.status).toBe('closed')
    expect((await act(first.id, 'resume')).status).toBe(409)
  })

  scenario('by a person who resumes it', async (story) => {
    const { agent, github, run, act } = story
    const { pull } = await agent.finishes({ issue: 645 }, (done) => {
      passChecksAndReview(github, done.pull)
      github.closePullRequest(done.pull)
    })
    const { id } = await run(645).ends('closed', 'pull_request_closed')
    expect((await act(id, 'resume')).status).toBe(202)
    await run(645).comesTo('was closed again', ({ status }) => status === 'closed')
    github.reopenPullRequest(pull)
    await run(645).comesTo('was completed', ({ status }) => status === 'completed')
  })
})

scenarioGroup('a workflow that a person stops in Argo', { policy: quick }, (scenario) => {
  for (const [issue, strategy] of [
    [651, 'Terminate'],
    [652, 'Stop'],
  ] as const) {
    scenario(`${strategy}: closes the run, and no attempt follows`, async (story) => {
      await story.agent.finishes({
        issue,
        phase: 'Failed',
        message: `Stopped with strategy '${strategy}'`,
      })
      await story.run(issue).ends('closed', 'stopped_by_person')
      await story.run(issue).settles()
      expect(listTasks(story, issue)).toEqual([])
    })
  }

  scenario('is not what the output of the agent says', async (story) => {
    await story.agent.finishes({
      issue: 653,
      phase: 'Failed',
      message: `Error (exit code 1): Stopped with strategy 'Terminate'`,
    })
    await story.run(653).ends('needs_iteration', 'workflow_failed')
    await eventually('the dispatch', () => listTasks(story, 653).length === 1)
  })
})

for (const [index, reason] of closings.entries()) {
  const issue = 661 + index
  standalone(
    `${reason}: without webhooks GitHub is read before an attempt is started`,
    async (story) => {
      const done = await failInCi(story, issue)
      closes[reason](story, done, issue)
      const closed = await closesRun(story, issue, reason)
      expect(await listDispatches(story, closed)).toMatchObject([{ state: 'replaced' }])
      expect(story.dispatcher.requests()).toBe(0)
    },
    { policy: quick, webhooks: false },
  )
}

standalone(
  'while GitHub cannot be read no attempt is started, and then the one that is wanted',
  async (story) => {
    await failInCi(story, 671)
    story.github.faults.next(/Snapshot|GET/, trouble.status(502), 3)
    const { task } = await eventually('the dispatch', () => listTasks(story, 671)[0])
    expect(task.deliveryId).toMatch(/attempt-2$/)
    const [dispatch] = (await story.run(671).settles())('dispatch')
    expect(dispatch).toMatchObject({ state: 'done' })
    expect(dispatch?.tries).toBeGreaterThan(1)
  },
  { policy: quick, webhooks: false },
)

standalone(
  'an attempt that is not known to be wanted becomes a question to a person in the end',
  async (story) => {
    await failInCi(story, 672)
    story.github.faults.next(/Snapshot|GET/, trouble.status(502), 1_000)
    const run = await story
      .run(672)
      .comesTo('needed a person', ({ status }) => status === 'needs_human')
    expect(run).toMatchObject({ reason: 'dispatch_failed', causeReason: 'ci_failed' })
    expect(run.reasonText).toContain('GitHub')
    expect(story.dispatcher.requests()).toBe(0)
  },
  {
    policy: { ...quick, attempts: { backoff: ['1s'], dispatch_patience: '2s' } },
    webhooks: false,
  },
)

standalone(
  'a person who asks for an attempt after the pull request was closed gets it',
  async (story) => {
    const done = await failInCi(story, 673)
    story.github.closePullRequest(done.pull)
    const { id } = await closesRun(story, 673, 'pull_request_closed')
    expect((await story.act(id, 'rerun')).status).toBe(202)
    const { task } = await eventually('the dispatch', () => listTasks(story, 673)[0])
    expect(task.deliveryId).toMatch(/attempt-3$/)
  },
  { policy: patient },
)
