import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually, type RunView } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup } from '../harness/story.ts'
import { answerFail, answerInTurn, answerPass } from '../world/model.ts'
import { channels } from '../world/world.ts'

/** A turn of the thread that ends with this total, as `codex exec --json` reports it. */
const formatEvents = (thread: string, total: { input: number; cached: number; output: number }) =>
  [
    { type: 'thread.started', thread_id: thread },
    { type: 'turn.started' },
    { type: 'item.completed', item: { id: 'item_0', type: 'agent_message', text: 'Done.' } },
    {
      type: 'turn.completed',
      usage: {
        input_tokens: total.input,
        cached_input_tokens: total.cached,
        output_tokens: total.output,
        reasoning_output_tokens: 0,
      },
    },
  ]
    .map((event) => JSON.stringify(event))
    .join('\n')

const waitForDispatch = ({ dispatcher }: Story, issue: number, nth: number) =>
  eventually(
    `dispatch ${nth} of #${issue}`,
    () =>
      dispatcher.started().filter(({ task }) => task.issueNumber === BigInt(issue))[nth - 1]?.task,
  )
const countDispatches = ({ dispatcher }: Story, issue: number) =>
  dispatcher.started().filter(({ task }) => task.issueNumber === BigInt(issue)).length
const changeTo = (text: string) => ({ 'src/widget.ts': `export const retries = '${text}'\n` })

const prices = { codex: { input: 10, cached_input: 1, output: 100 } }
const quickPolicy = {
  attempts: { max: 5, backoff: ['1s'], infrastructure_max: 3 },
  judge: { prices },
}
const question = 0.25

scenarioGroup(
  'the tokens of the agent are money',
  {
    policy: { ...quickPolicy, budget: { count_agent: true } },
    judges: {
      501: answerInTurn(answerFail(['a']), answerPass()),
      502: answerPass(),
      503: answerPass(),
    },
  },
  (scenario) => {
    scenario(
      'counted once a run, and after a resume only what the run added to its thread',
      async (story) => {
        const { agent, github, run, post, get } = story
        const first = await agent.finishes(
          {
            issue: 501,
            files: changeTo('a'),
            output: {
              events: formatEvents('t-501', { input: 30_000, cached: 20_000, output: 500 }),
            },
          },
          ({ pull }) => passChecksAndReview(github, pull),
        )
        const rejected = await run(501).ends('needs_iteration', 'judge_rejected')
        // 10,000 new and 20,000 cached tokens, and 500 of output.
        const firstCost = 0.1 + 0.02 + 0.05
        expect(rejected.costUsd).toBeCloseTo(question + firstCost, 6)
        expect(rejected.agentUsage).toMatchObject({ inputTokens: 30_000, outputTokens: 500 })
        await post('/api/codex/run-complete', first.workflow)

        const task = await waitForDispatch(story, 501, 1)
        await agent.finishes(
          {
            issue: 501,
            files: changeTo('b'),
            task,
            output: {
              events: formatEvents('t-501', { input: 50_000, cached: 30_000, output: 700 }),
            },
          },
          ({ pull }) => passChecksAndReview(github, pull),
        )
        await run(501).attempt(2)
        const accepted = await run(501).ends('completed', 'accepted')
        const secondCost = 0.1 + 0.01 + 0.02
        expect(accepted.costUsd).toBeCloseTo(question + secondCost, 6)
        expect(accepted.agentUsage).toMatchObject({
          inputTokens: 20_000,
          cachedInputTokens: 10_000,
          outputTokens: 200,
        })
        const { text } = await get('/metrics')
        expect(text).toContain('codex_judge_cost_usd_total{model="codex"}')
      },
    )

    scenario(
      'so an agent that spent the budget of its run leaves none to judge it, until a person adds some',
      async (story) => {
        const { agent, github, run, act } = story
        await agent.finishes(
          {
            issue: 502,
            output: { events: formatEvents('t-502', { input: 200_000, cached: 0, output: 0 }) },
          },
          ({ pull }) => passChecksAndReview(github, pull),
        )
        const ended = await run(502).ends('needs_human', 'budget_exhausted')
        expect(ended).toMatchObject({ causeReason: null, costUsd: 2 })
        expect(ended.reasonText).toContain('the run has spent $2.00 of $2.00')
        expect((await act(ended.id, 'grant', { attempts: 1, usd: 1 })).status).toBe(202)
        // The stream is read again, and its tokens are not counted again.
        expect(await run(502).ends('completed', 'accepted')).toMatchObject({
          id: ended.id,
          costUsd: 2 + question,
        })
      },
    )

    scenario('a notify tells the tokens where no stream was stored', async (story) => {
      const { agent, github, run, post } = story
      const { workflow } = await agent.works({
        issue: 503,
        output: { omit: ['implementation-events'] },
      })
      const pull = { repository: 'acme/widgets', number: findPull(story) }
      passChecksAndReview(github, pull)
      await post('/api/codex/notify', {
        type: 'agent-turn-complete',
        repository: 'acme/widgets',
        issue_number: '503',
        workflow_name: workflow.metadata.name,
        workflow_namespace: workflow.metadata.namespace,
        thread_id: 't-503',
        log_excerpt: {
          events: `t":"cut"}\n${formatEvents('t-503', { input: 1_000, cached: 0, output: 10 })}`,
        },
        issued_at: new Date().toISOString(),
      })
      await post('/api/codex/run-complete', workflow)
      const ended = await run(503).ends('completed', 'accepted')
      expect(ended.costUsd).toBeCloseTo(question + 0.011, 6)
    })
  },
)

const findPull = ({ github }: Story): number =>
  Math.max(...github.state('acme/widgets').pulls.keys())

scenarioGroup(
  'the budget of an issue',
  {
    policy: { ...quickPolicy, budget: { issue_usd: 0.5, run_usd: 0.25, labels: { large: 5 } } },
    judges: {
      511: answerInTurn(answerFail(['a']), answerFail(['b']), answerPass()),
      512: answerInTurn(answerFail(['a']), answerFail(['b']), answerPass()),
      513: answerInTurn(answerFail(['a']), answerFail(['b']), answerPass()),
      514: answerInTurn(answerFail(['a']), answerFail(['b']), answerPass()),
    },
  },
  (scenario) => {
    const attempt = async (story: Story, issue: number, nth: number) => {
      const task = nth === 1 ? undefined : await waitForDispatch(story, issue, nth - 1)
      await story.agent.finishes(
        { issue, files: changeTo(`attempt ${nth}`), ...(task ? { task } : {}) },
        ({ pull }) => passChecksAndReview(story.github, pull),
      )
      await story.run(issue).attempt(nth)
    }
    const rejectTwice = async (story: Story, issue: number): Promise<RunView> => {
      await attempt(story, issue, 1)
      await story.run(issue).ends('needs_iteration', 'judge_rejected')
      await attempt(story, issue, 2)
      return story.run(issue).comesTo('was decided', ({ status }) => /^needs_/.test(status))
    }

    scenario(
      'once spent, starts nothing until a person grants more, which pays for the next attempt',
      async (story) => {
        const { run, act, discord } = story
        const ended = await rejectTwice(story, 511)
        expect(ended).toMatchObject({
          status: 'needs_human',
          reason: 'budget_exhausted',
          causeReason: 'judge_rejected',
          attemptsUsed: 2,
        })
        expect(ended.reasonText).toContain('The issue has spent $0.50 of $0.50')
        expect(ended.nextPrompt).toContain('What attempt 2 left open')
        const asked = await eventually('the question about #511', () =>
          discord.in(channels.escalation).find(({ content }) => content.includes('widgets#511')),
        )
        expect(asked.content).toContain('it gets no further attempt')
        await run(511).settles()
        expect(countDispatches(story, 511)).toBe(1)

        expect((await act(ended.id, 'grant', { attempts: 1 })).status).toBe(202)
        await attempt(story, 511, 3)
        await run(511).ends('completed', 'accepted')
      },
    )

    scenario('is raised by a label that someone with triage rights set', async (story) => {
      const { github, run } = story
      const repository = 'acme/widgets'
      github.issue(repository, { number: 512, title: 'Large', author: 'maintainer' })
      github.label({ repository, number: 512 }, 'large')
      expect(await rejectTwice(story, 512)).toMatchObject({
        status: 'needs_iteration',
        reason: 'judge_rejected',
      })
      await attempt(story, 512, 3)
      await run(512).ends('completed', 'accepted')
      const { facts } = await run(512).detail()
      expect(facts).toContainEqual(
        expect.objectContaining({
          kind: 'budget_labels',
          value: expect.objectContaining({
            setBy: [{ label: 'large', by: 'maintainer', mayTriage: true }],
          }),
        }),
      )
    })

    scenario('is what it was once the label is removed', async (story) => {
      const { github, run } = story
      const issue = { repository: 'acme/widgets', number: 514 }
      github.issue(issue.repository, { number: issue.number, title: 'Large' })
      github.label(issue, 'large')
      await rejectTwice(story, 514)
      github.unlabel(issue, 'large')
      await attempt(story, 514, 3)
      const ended = await run(514).ends('needs_human', 'budget_exhausted')
      expect(ended.reasonText).toContain('the issue has spent $0.50 of $0.50')
    })

    scenario('is not raised by a label that came with a stranger’s issue form', async (story) => {
      const { github } = story
      github.associate('stranger', 'NONE')
      github.issue('acme/widgets', {
        number: 513,
        title: 'Large',
        author: 'stranger',
        labels: ['large'],
      })
      expect(await rejectTwice(story, 513)).toMatchObject({
        status: 'needs_human',
        reason: 'budget_exhausted',
      })
    })
  },
)
