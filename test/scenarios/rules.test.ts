import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { scenarioGroup, scenario as standalone } from '../harness/story.ts'
import { answerPass } from '../world/model.ts'
import { channels } from '../world/world.ts'

standalone(
  'in mode observe the service decides and has no effect on other systems, where a pattern says so',
  async (story) => {
    const { agent, github, run, dispatcher, discord, model } = story
    const { pull } = await agent.finishes({ issue: 241 }, (done) =>
      passChecksAndReview(github, done.pull),
    )
    await agent.finishes({ issue: 242 }, (done) => {
      github.codexReviews(done.pull, [])
      github.checks(done.pull).fail('unit')
    })
    await agent.finishes({ issue: 243 }, (done) => github.conflict(done.pull))
    await run(241).ends('completed', 'accepted')
    await run(242).ends('needs_iteration', 'ci_failed')
    await run(243).ends('needs_human', 'merge_conflict')
    for (const issue of [241, 242, 243]) {
      const effects = await run(issue).settles()
      for (const kind of [
        'discord',
        'status',
        'dispatch',
        'rerunChecks',
        'requestReview',
        'comment',
      ])
        expect(effects(kind).filter(({ state }) => state !== 'skipped')).toEqual([])
    }
    expect(model.requests).toHaveLength(1)
    expect([dispatcher.requests(), discord.requests.length]).toEqual([0, 0])
    expect(github.state('acme/widgets').statuses).toEqual([])
    expect(github.log.filter(({ api, method }) => api === 'rest' && method !== 'GET')).toEqual([])
    expect(github.checks(pull).all()).toHaveLength(1)

    const work = { issue: 244, repository: 'acme/live' }
    await agent.finishes(work, (done) => passChecksAndReview(github, done.pull))
    await run(244, 'acme/live').ends('completed', 'accepted')
    const [message] = await eventually('the message about the repository that acts', () =>
      discord.in(channels.success).length > 0 ? discord.in(channels.success) : null,
    )
    expect(message?.content).toContain('acme/live#244')
  },
  { policy: { mode: { default: 'act', 'acme/*': 'observe', 'acme/live': 'act' } } },
)

scenarioGroup(
  "a repository's own policy",
  {
    policy: { ci: { rerun_failed_once: false }, attempts: { max: 2 }, locked: ['review.required'] },
  },
  (scenario) => {
    scenario(
      'is read from the default branch, and what it may not set is ignored and noted',
      async ({ agent, github, run }) => {
        const repository = 'acme/own'
        github.repository(repository, {
          'src/widget.ts': 'export {}\n',
          '.codex-judge.yml':
            'ci: { ignore: ["flaky-*"] }\nreview: { required: false }\nattempts: { max: 9 }\nbudget: { run_usd: 1000 }\n',
        })
        await agent.finishes({ issue: 251, repository }, ({ pull }) => {
          github.checks(pull).succeed('unit')
          github.checks(pull).fail('flaky-e2e')
        })
        await run(251, repository).waitsIn('waiting_for_review')
        const { gates, facts } = await run(251, repository).detail()
        expect(gates.find(({ name }) => name === 'ci')).toMatchObject({ result: 'pass' })
        const noted = JSON.stringify(facts.filter(({ kind }) => kind === 'repository_policy'))
        for (const key of ['review.required', 'attempts.max', 'budget'])
          expect(noted).toContain(key)
      },
    )

    scenario('is not read from the pull request', async ({ agent, github, run }) => {
      await agent.finishes(
        { issue: 252, files: { '.codex-judge.yml': 'ci: { ignore: ["*"] }\n', 'src/x.ts': 'x\n' } },
        ({ pull }) => {
          github.codexReviews(pull, [])
          github.checks(pull).fail('unit')
        },
      )
      await run(252).ends('needs_iteration', 'out_of_scope')
      expect((await run(252).detail()).gates.find(({ name }) => name === 'ci')).toMatchObject({
        result: 'refuse',
      })
    })

    scenario(
      'may allow a run without a change, if files of the base are the evidence',
      async ({ agent, github, run, model }) => {
        const repository = 'acme/idle'
        github.repository(repository, {
          'src/widget.ts': 'export const widget = 1\n',
          '.codex-judge.yml': 'diff: { allow_empty: true }\n',
        })
        const evidence = [{ path: 'src/widget.ts', line: 1, quote: 'export const widget = 1' }]
        model.behaves((asked, prompt) => {
          const requirements_coverage = prompt.requirements.map(({ number }) => ({
            requirement: `${number}.`,
            evidence,
            met: true,
          }))
          return (
            asked.user.includes(repository) ? answerPass({ requirements_coverage }) : answerPass()
          )(asked, prompt)
        })
        await agent.finishes({ issue: 253, repository, files: null }, () => undefined)
        await run(253, repository).ends('completed', 'accepted_without_change')
      },
    )
  },
)

standalone(
  'without a model the gates decide alone',
  async ({ agent, github, run, model }) => {
    await agent.finishes({ issue: 261 }, ({ pull }) => passChecksAndReview(github, pull))
    expect(await run(261).ends('completed', 'accepted')).toMatchObject({ confidence: null })
    expect(model.requests).toEqual([])
  },
  { policy: { judge: { models: [] } } },
)

standalone(
  'a review is requested once for each head, if none has started',
  async ({ agent, github, run }) => {
    const { pull } = await agent.finishes({ issue: 262 }, (done) =>
      github.checks(done.pull).succeed('unit'),
    )
    const listRequests = () =>
      github.pull(pull).comments.filter(({ body }) => body.includes('@codex review'))
    await eventually('the request', () => listRequests().length === 1)
    github.push('acme/widgets', 'codex/issue-262', { 'src/more.ts': 'more\n' })
    github.checks(pull).succeed('unit')
    await eventually('the request for the new head', () => listRequests().length === 2)
    github.codexReviews(pull, [])
    await run(262).ends('completed', 'accepted')
    expect(listRequests()).toHaveLength(2)
  },
  { policy: { review: { wait: '30s', request_after: '1s' } } },
)

standalone(
  'an effect without its system is skipped with the reason, and the run is still decided',
  async ({ agent, github, run, get }) => {
    await agent.finishes({ issue: 263 }, ({ pull }) => {
      github.codexReviews(pull, [])
      github.checks(pull).fail('unit')
    })
    await run(263).ends('needs_human', 'dispatch_failed')
    const effects = await run(263).settles()
    expect(effects('dispatch')).toMatchObject([
      { state: 'skipped', because: expect.stringContaining('DISPATCHER_URL') },
    ])
    expect(JSON.stringify(await get('/readyz'))).toContain('DISCORD_BOT_TOKEN')
  },
  {
    env: { DISPATCHER_URL: '', DISPATCHER_TOKEN: '', DISCORD_BOT_TOKEN: '' },
    policy: { ci: { rerun_failed_once: false } },
  },
)
