import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { scenarioGroup, scenario as standalone } from '../harness/story.ts'
import { answerPass } from '../world/model.ts'

const more = { 'src/more.ts': 'export const more = true\n' }

/** Long enough for a busy machine to observe a head before its checks exist. */
const policy = { ci: { wait: '60s', no_checks_grace: '30s' }, review: { wait: '60s' } }

scenarioGroup('a decision is about one commit, the head', { policy }, (scenario) => {
  scenario(
    'a passed check of an older commit does not pass a newer one',
    async ({ agent, github, run }) => {
      const { pull, commit } = await agent.finishes({ issue: 101 })
      github.checks(pull).start('unit')
      await run(101).waitsIn('waiting_for_ci')
      github.push('acme/widgets', 'codex/issue-101', more)
      github.checks({ repository: 'acme/widgets', sha: commit ?? '' }).succeed('unit')
      github.codexReviews(pull, [])
      await run(101).comesTo(
        'saw the new head',
        ({ commitSha }) => commitSha === github.getHead(pull),
      )
      expect((await run(101).waitsIn('waiting_for_ci')).ciStatus).toBe('pending')
      github.checks(pull).succeed('unit')
      expect((await run(101).ends('completed', 'accepted')).commitSha).toBe(github.getHead(pull))
    },
  )

  scenario(
    'a review of an older head does not count for a newer one',
    async ({ agent, github, run }) => {
      const { pull, commit } = await agent.works({ issue: 102 })
      await agent.finishes({ issue: 102, files: more }, () => {
        github.checks(pull).succeed('unit')
        github.codexReviews(pull, [], commit ?? '')
        github.codexSays(
          pull,
          `Codex Review: Didn't find any major issues.\n\n**Reviewed commit:** \`${commit?.slice(0, 10)}\``,
        )
      })
      const { reviewStatus } = await run(102).waitsIn('waiting_for_review')
      expect(reviewStatus).toBe('pending')
      github.codexReviews(pull, [])
      await run(102).ends('completed', 'accepted')
    },
  )

  scenario(
    'a 👍 before the last push does not count for the new head',
    async ({ agent, github, run }) => {
      const { pull } = await agent.works({ issue: 103 })
      github.codexFindsNothing(pull)
      await agent.finishes({ issue: 103, files: more }, () => github.checks(pull).succeed('unit'))
      await run(103).waitsIn('waiting_for_review')
      const seen = await run(103).comesTo(
        'waited for the review',
        ({ status }) => status === 'waiting_for_review',
      )
      expect(seen.reviewStatus).toBe('pending')
      github.codexFindsNothing(pull)
      await run(103).ends('completed', 'accepted')
    },
  )

  scenario('an outdated thread is still open', async ({ agent, github, run, dispatcher }) => {
    const { pull } = await agent.works({ issue: 104 })
    github.codexReviews(pull, [
      { path: 'src/widget.ts', line: 1, priority: 'P1', title: 'Off by one' },
    ])
    const files = { 'src/widget.ts': 'export const retries = 4\n' }
    await agent.finishes({ issue: 104, files }, () => passChecksAndReview(github, pull))
    expect(github.pull(pull).threads).toMatchObject([{ outdated: true }])
    await run(104).ends('needs_iteration', 'review_threads_open')
    const { task } = await eventually('the dispatch', () =>
      dispatcher.started().find(({ task }) => task.issueNumber === 104n),
    )
    expect(task.prompt).toContain('Off by one')
  })

  scenario(
    'a thread is only closed by resolving it, not by a "won’t fix"',
    async ({ agent, github, run }) => {
      const { pull } = await agent.finishes({ issue: 105 }, (done) => {
        github.checks(done.pull).start('unit')
        const [thread] = github.codexReviews(done.pull, [
          { path: 'src/widget.ts', line: 1, title: 'Rename' },
        ])
        if (thread)
          github.reply(done.pull, thread, 'codex-agent', "Won't fix, because the name is public.")
      })
      await run(105).waitsIn('waiting_for_ci')
      github.resolveThread(pull, 'all')
      github.checks(pull).succeed('unit')
      await run(105).ends('completed', 'accepted')
    },
  )

  scenario(
    'threads of other bots and of the author never block',
    async ({ agent, github, run }) => {
      await agent.finishes({ issue: 106 }, ({ pull }) => {
        github.thread(pull, 'coderabbitai[bot]', { path: 'src/widget.ts', line: 1, body: 'Nit.' })
        github.thread(pull, 'codex-agent', {
          path: 'src/widget.ts',
          line: 1,
          body: 'Note to self.',
        })
        passChecksAndReview(github, pull)
      })
      await run(106).ends('completed', 'accepted')
    },
  )

  scenario(
    'a pull request that is opened within the grace period is found',
    async ({ agent, github, run }) => {
      await agent.finishes({ issue: 15, opensPullRequest: false })
      const pull = github.openPullRequest('acme/widgets', { branch: 'codex/issue-15' })
      passChecksAndReview(github, pull)
      await run(15).ends('completed', 'accepted')
    },
  )

  scenario(
    'the service waits until GitHub has computed the mergeability',
    async ({ agent, github, run }) => {
      const { pull } = await agent.finishes({ issue: 107 }, (done) => {
        passChecksAndReview(github, done.pull)
        github.mergeableUnknown(done.pull, 3)
      })
      expect((await run(107).waitsIn('run_complete')).reason).toBeNull()
      github.mergeableUnknown(pull, 0)
      await run(107).ends('completed', 'accepted')
    },
  )
})

standalone(
  'a head that moves during the judgement is judged again, and the old verdict decides nothing',
  async (story) => {
    const { agent, github, run, model } = story
    let answer = (): void => {}
    model.faults.next({ when: 'before', hold: new Promise<void>((resolve) => (answer = resolve)) })
    const { pull, commit } = await agent.finishes({ issue: 111 }, (done) =>
      passChecksAndReview(github, done.pull),
    )
    await run(111).waitsIn('judging')
    await eventually('the question', () => model.requests.length === 1)
    github.push('acme/widgets', 'codex/issue-111', more)
    await run(111).waitsIn('waiting_for_ci')
    model.behaves(answerPass({ confidence: 0.8 }))
    answer()
    await eventually(
      'the verdict is kept',
      async () => (await run(111).detail()).verdicts.length === 1,
    )
    expect((await run(111).now()).status).toBe('waiting_for_ci')
    passChecksAndReview(github, pull)
    const ended = await run(111).ends('completed', 'accepted')
    expect(ended.commitSha).toBe(github.getHead(pull))
    expect(model.requests).toHaveLength(2)
    expect((await run(111).detail()).verdicts.map(({ commitSha }) => commitSha)).toEqual([
      commit,
      github.getHead(pull),
    ])
  },
  { policy },
)

standalone(
  'an old head that GitHub still shows decides nothing',
  async ({ agent, github, run }) => {
    const { pull, commit } = await agent.finishes({ issue: 112 }, (done) =>
      github.checks(done.pull).start('unit'),
    )
    await run(112).waitsIn('waiting_for_ci')
    github.lag(pull)
    const next = github.push('acme/widgets', 'codex/issue-112', more)
    // The checks of the old head pass, and the API still shows it as the head.
    passChecksAndReview(github, pull)
    await github.webhooks.flush()
    await eventually('an observation of the old head', async () =>
      (await run(112).detail()).gates.find(
        ({ name, result }) => name === 'commit' && result === 'wait',
      ),
    )
    github.catchUp(pull)
    await run(112).comesTo('saw the new head', ({ commitSha }) => commitSha === next)
    expect(commit).not.toBe(next)
    passChecksAndReview(github, pull)
    await run(112).ends('completed', 'accepted')
  },
  { policy },
)

standalone(
  'without webhooks, polling finds every change',
  async ({ agent, github, run }) => {
    const { pull } = await agent.finishes({ issue: 113 })
    await run(113).waitsIn('waiting_for_ci')
    github.checks(pull).succeed('unit')
    await run(113).waitsIn('waiting_for_review')
    github.push('acme/widgets', 'codex/issue-113', more)
    await run(113).waitsIn('waiting_for_ci')
    github.checks(pull).succeed('unit')
    await run(113).waitsIn('waiting_for_review')
    github.codexFindsNothing(pull)
    expect((await run(113).ends('completed', 'accepted')).commitSha).toBe(github.getHead(pull))
  },
  {
    webhooks: false,
    policy: { ci: { wait: '20s', no_checks_grace: '15s' }, review: { wait: '20s' } },
  },
)
