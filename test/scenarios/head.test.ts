import { expect } from 'vitest'
import { makeGreen } from '../harness/green.ts'
import { eventually } from '../harness/run-verbs.ts'
import { scenario as alone, chapter } from '../harness/story.ts'
import { passes } from '../world/model.ts'

const more = { 'src/more.ts': 'export const more = true\n' }

/** Long enough for a head without checks to be seen as such, whatever the machine is busy with. */
const policy = { ci: { wait: '60s', no_checks_grace: '30s' }, review: { wait: '60s' } }

chapter('a decision is about one commit, the head', { policy }, (scenario) => {
  scenario(
    'a green check on an older commit does not pass a newer one',
    async ({ agent, github, run }) => {
      const { pull, commit } = await agent.finishes({ issue: 101 })
      github.checks(pull).start('unit')
      await run(101).waitsIn('waiting_for_ci')
      github.push('acme/widgets', 'codex/issue-101', more)
      github.checks({ repository: 'acme/widgets', sha: commit ?? '' }).succeed('unit')
      github.codexReviews(pull, [])
      await run(101).comesTo(
        'see the new head',
        ({ commitSha }) => commitSha === github.headOf(pull),
      )
      expect((await run(101).waitsIn('waiting_for_ci')).ciStatus).toBe('pending')
      github.checks(pull).succeed('unit')
      expect((await run(101).ends('completed', 'accepted')).commitSha).toBe(github.headOf(pull))
    },
  )

  scenario(
    'a review of an older head says nothing about this one',
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
    'a 👍 given before the last push is about the commit before it',
    async ({ agent, github, run }) => {
      const { pull } = await agent.works({ issue: 103 })
      github.codexFindsNothing(pull)
      await agent.finishes({ issue: 103, files: more }, () => github.checks(pull).succeed('unit'))
      await run(103).waitsIn('waiting_for_review')
      const look = await run(103).comesTo(
        'have looked again',
        ({ status }) => status === 'waiting_for_review',
      )
      expect(look.reviewStatus).toBe('pending')
      github.codexFindsNothing(pull)
      await run(103).ends('completed', 'accepted')
    },
  )

  scenario(
    'an outdated thread is not a resolved one',
    async ({ agent, github, run, dispatcher }) => {
      const { pull } = await agent.works({ issue: 104 })
      github.codexReviews(pull, [
        { path: 'src/widget.ts', line: 1, priority: 'P1', title: 'Off by one' },
      ])
      await agent.finishes({ issue: 104, files: more }, () => makeGreen(github, pull))
      await run(104).ends('needs_iteration', 'review_threads_open')
      const { task } = await eventually('the dispatch', () =>
        dispatcher.started().find(({ task }) => task.issueNumber === 104n),
      )
      expect(task.prompt).toContain('Off by one')
    },
  )

  scenario(
    '"won’t fix" does not resolve a thread; resolving does',
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
        makeGreen(github, pull)
      })
      await run(106).ends('completed', 'accepted')
    },
  )

  scenario(
    'a pull request that appears within the grace is found, without a webhook naming the run',
    async ({ agent, github, run }) => {
      await agent.finishes({ issue: 15, opensPullRequest: false })
      const pull = github.openPullRequest('acme/widgets', { branch: 'codex/issue-15' })
      makeGreen(github, pull)
      await run(15).ends('completed', 'accepted')
    },
  )

  scenario(
    'GitHub may compute mergeability as long as it likes',
    async ({ agent, github, run }) => {
      const { pull } = await agent.finishes({ issue: 107 }, (done) => {
        makeGreen(github, done.pull)
        github.mergeableUnknown(done.pull, 3)
      })
      expect((await run(107).waitsIn('run_complete')).reason).toBeNull()
      github.mergeableUnknown(pull, 0)
      await run(107).ends('completed', 'accepted')
    },
  )
})

alone(
  'a head that moves while the model thinks is judged anew, and the old verdict is only kept',
  async (story) => {
    const { agent, github, run, model } = story
    let answer = (): void => {}
    model.faults.next({ when: 'before', hold: new Promise<void>((resolve) => (answer = resolve)) })
    const { pull, commit } = await agent.finishes({ issue: 111 }, (done) =>
      makeGreen(github, done.pull),
    )
    await run(111).waitsIn('judging')
    await eventually('the question', () => model.requests.length === 1)
    github.push('acme/widgets', 'codex/issue-111', more)
    await run(111).waitsIn('waiting_for_ci')
    model.behaves(passes({ confidence: 0.8 }))
    answer()
    await eventually(
      'the verdict is kept',
      async () => (await run(111).detail()).verdicts.length === 1,
    )
    expect((await run(111).now()).status).toBe('waiting_for_ci')
    makeGreen(github, pull)
    const ended = await run(111).ends('completed', 'accepted')
    expect(ended.commitSha).toBe(github.headOf(pull))
    expect(model.requests).toHaveLength(2)
    expect((await run(111).detail()).verdicts.map(({ commitSha }) => commitSha)).toEqual([
      commit,
      github.headOf(pull),
    ])
  },
  { policy },
)

alone(
  'heads only move forward: a reading of one that was seen replaced decides nothing',
  async ({ agent, github, run }) => {
    const { pull, commit } = await agent.finishes({ issue: 112 }, (done) =>
      github.checks(done.pull).start('unit'),
    )
    await run(112).waitsIn('waiting_for_ci')
    github.lag(pull)
    const next = github.push('acme/widgets', 'codex/issue-112', more)
    // The old head is green now, and the API still shows it as the head.
    makeGreen(github, pull)
    await github.webhooks.delivered()
    await eventually('a look at the old head', async () =>
      (await run(112).detail()).gates.find(
        ({ name, result }) => name === 'commit' && result === 'wait',
      ),
    )
    github.catchUp(pull)
    await run(112).comesTo('see the new head', ({ commitSha }) => commitSha === next)
    expect(commit).not.toBe(next)
    makeGreen(github, pull)
    await run(112).ends('completed', 'accepted')
  },
  { policy },
)

alone(
  'without any webhook, looking finds everything',
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
    expect((await run(113).ends('completed', 'accepted')).commitSha).toBe(github.headOf(pull))
  },
  {
    webhooks: false,
    policy: { ci: { wait: '20s', no_checks_grace: '15s' }, review: { wait: '20s' } },
  },
)
