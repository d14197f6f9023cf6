import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup } from '../harness/story.ts'
import {
  answerCutOff,
  answerFail,
  answerInTurn,
  answerOffSchema,
  answerPass,
  answerProse,
  answerRefusal,
  answerTwice,
  type Behaviour,
  inventEvidence,
} from '../world/model.ts'
import { answerJson } from '../world/serve.ts'

const listRequests = ({ model }: Story, issue: number) =>
  model.requests.filter(({ system, user }) =>
    (system + user).includes(`for issue #${issue}, against`),
  )

const answerUnmet = answerPass({ met: false })

scenarioGroup(
  'an invalid answer of the model is never a verdict',
  {
    judges: {
      131: answerInTurn(answerProse, answerOffSchema),
      132: answerInTurn(inventEvidence, answerUnmet),
      133: answerInTurn(answerCutOff, answerRefusal),
      134: answerInTurn(
        answerTwice('"decision":"fail"'),
        answerTwice(String.raw`"decisi\u006fn":"fail"`),
      ),
      135: answerTwice('"confidence":0.1'),
    },
  },
  (scenario) => {
    const invalid = [
      { issue: 131, what: 'prose or an answer off the schema' },
      { issue: 132, what: 'a pass with invented evidence or an unmet requirement' },
      { issue: 133, what: 'a truncated answer or a refusal' },
      { issue: 134, what: 'an answer that decides twice' },
    ] as const
    for (const { issue, what } of invalid) {
      scenario(`after ${what} the model is asked again with the fault`, async (story) => {
        await story.agent.finishes({ issue }, ({ pull }) => passChecksAndReview(story.github, pull))
        await story.run(issue).ends('completed', 'accepted')
        const asked = listRequests(story, issue)
        expect(asked).toHaveLength(3)
        expect(new Set(asked.map(({ user }) => user)).size).toBeGreaterThan(1)
      })
    }

    scenario('a model that says everything twice gives no usable answer', async (story) => {
      await story.agent.finishes({ issue: 135 }, ({ pull }) =>
        passChecksAndReview(story.github, pull),
      )
      const ended = await story.run(135).ends('needs_human', 'judge_unavailable')
      expect(ended.reasonText).toContain('the key "confidence" twice')
      expect(listRequests(story, 135)).toHaveLength(3)
    })

    scenario('the model is not asked while a gate refuses', async (story) => {
      await story.agent.finishes({ issue: 136 }, ({ pull }) => {
        story.github.codexReviews(pull, [{ path: 'src/widget.ts', line: 1, title: 'Not yet' }])
        story.github.checks(pull).succeed('unit')
      })
      await story.run(136).ends('needs_iteration', 'review_threads_open')
      expect(listRequests(story, 136)).toEqual([])
    })

    scenario(
      'the request has a strict schema and the name of the model at its provider',
      async (story) => {
        await story.agent.finishes({ issue: 137 }, ({ pull }) =>
          passChecksAndReview(story.github, pull),
        )
        await story.run(137).ends('completed', 'accepted')
        const [asked] = listRequests(story, 137)
        expect(asked?.model).toBe('gpt-5.2')
        const format = asked?.responseFormat as
          | {
              json_schema?: { strict: boolean; schema: { properties: object } }
            }
          | undefined
        expect(format?.json_schema?.strict).toBe(true)
        expect(Object.keys(format?.json_schema?.schema.properties ?? {})).toEqual([
          'requirements_coverage',
          'missing_items',
          'suggested_fixes',
          'injection_attempts',
          'next_prompt',
          'prompt_tuning_suggestions',
          'system_improvement_suggestions',
          'scores',
          'decision',
          'confidence',
        ])
        const { run } = await story.run(137).detail()
        expect(run).toMatchObject({ confidence: 0.9, costUsd: 0.25 })
        // The run and its verdict both name the version of the prompt.
        expect(run.promptVersion).toMatch(/^2-[0-9a-f]{8}$/)
      },
    )

    scenario('no prompt, message or API answer contains a secret', async (story) => {
      const token = `ghp_${'aB3dE6gH9jK2mN5pQ8rS'}${'tU1vW4xY7zA0bC3d'}`
      const { agent, github, run, post, get, discord } = story
      await agent.finishes(
        {
          issue: 138,
          prompt: `Use ${token} to push.`,
          body: `Do it with ${token}.`,
          files: { 'src/widget.ts': `export const retries = 3 // ${token}\n` },
          output: {
            log: `pushing with ${token}\n`,
            agentLog: `token ${token}\n`,
            lastMessage: `I used ${token}`,
          },
        },
        ({ pull }) => passChecksAndReview(github, pull),
      )
      const { id } = await run(138).comesTo(
        'ended',
        ({ status }) => status === 'completed' || status === 'needs_human',
      )
      await run(138).settles()
      await post(`/api/codex/runs/${id}/actions/override`, {
        outcome: 'needs_human',
        reason: `leaks ${token}`,
      })
      await run(138).settles()
      const seen = [
        ...listRequests(story, 138).map(({ user, system }) => user + system),
        ...discord.messages.map(({ content }) => content),
        JSON.stringify(await get(`/api/codex/runs/${id}`)),
        JSON.stringify(await get('/api/codex/escalations')),
        JSON.stringify(
          await get('/api/memories?namespace=codex:acme/widgets:138&query=token&limit=50'),
        ),
        JSON.stringify(github.state('acme/widgets').statuses),
      ]
      expect(seen.filter((text) => text.includes(token))).toEqual([])
    })
  },
)

const models = { judge: { models: ['openai/first', 'openai/second', 'openai/third'] } }
const answerByModel =
  (answers: Readonly<Record<string, Behaviour>>): Behaviour =>
  (asked, prompt) =>
    (answers[asked.model] ?? answerPass())(asked, prompt)

scenarioGroup(
  'several models',
  {
    policy: models,
    judges: {
      141: answerByModel({
        first: answerPass({ confidence: 0.4 }),
        second: answerPass({ confidence: 0.9 }),
      }),
      142: answerByModel({
        first: answerPass({ confidence: 0.4 }),
        second: answerFail(['a'], { confidence: 0.9 }),
        third: answerFail(['b'], { confidence: 0.8 }),
      }),
      143: answerByModel({
        first: answerPass({ confidence: 0.4 }),
        second: answerPass({ confidence: 0.5 }),
        third: answerPass({ confidence: 0.55 }),
      }),
    },
  },
  (scenario) => {
    scenario('if the first is unsure, only the second is asked', async (story) => {
      await story.agent.finishes({ issue: 141 }, ({ pull }) =>
        passChecksAndReview(story.github, pull),
      )
      await story.run(141).ends('completed', 'accepted')
      expect(listRequests(story, 141).map(({ model }) => model)).toEqual(['first', 'second'])
    })
    scenario('if two disagree, a third is asked and the majority rejects', async (story) => {
      await story.agent.finishes({ issue: 142 }, ({ pull }) =>
        passChecksAndReview(story.github, pull),
      )
      await story.run(142).ends('needs_iteration', 'judge_rejected')
      expect(listRequests(story, 142).map(({ model }) => model)).toEqual([
        'first',
        'second',
        'third',
      ])
    })
    scenario('if all are unsure, the reason is low confidence', async (story) => {
      await story.agent.finishes({ issue: 143 }, ({ pull }) =>
        passChecksAndReview(story.github, pull),
      )
      await story.run(143).ends('needs_human', 'low_confidence')
    })
  },
)

scenarioGroup(
  'two models',
  {
    policy: {
      judge: { models: ['openai/first', 'openai/second'] },
      budget: { run_usd: 0.5, unknown_call_usd: 0.25 },
    },
    judges: {
      144: answerByModel({
        first: answerPass({ confidence: 0.4 }),
        second: answerFail(['a'], { confidence: 0.9 }),
      }),
      145: answerProse,
    },
  },
  (scenario) => {
    scenario('that disagree are a split for a person', async (story) => {
      await story.agent.finishes({ issue: 144 }, ({ pull }) =>
        passChecksAndReview(story.github, pull),
      )
      await story.run(144).ends('needs_human', 'judge_split')
    })
    scenario('are not asked beyond the budget', async (story) => {
      await story.agent.finishes({ issue: 145 }, ({ pull }) =>
        passChecksAndReview(story.github, pull),
      )
      await story.run(145).ends('needs_human', 'budget_exhausted')
      expect(listRequests(story, 145)).toHaveLength(2)
    })
  },
)

scenarioGroup(
  'a model that is unavailable',
  { policy: { judge: { patience: '3s', timeout: '2s' } } },
  (scenario) => {
    scenario(
      'delays the run, and past its patience sends it to a person without using an attempt',
      async (story) => {
        const { agent, github, run, model } = story
        model.faults.next(
          {
            when: 'before',
            answer: answerJson(429, { error: { message: 'slow down' } }, { 'retry-after': '1' }),
          },
          { when: 'before', answer: answerJson(503, { error: { message: 'overloaded' } }) },
        )
        await agent.finishes({ issue: 146 }, ({ pull }) => passChecksAndReview(github, pull))
        await run(146).ends('completed', 'accepted')

        model.faults.next(
          ...Array.from({ length: 60 }, () => ({
            when: 'before' as const,
            answer: answerJson(500, { error: {} }),
          })),
        )
        await agent.finishes({ issue: 147 }, ({ pull }) => passChecksAndReview(github, pull))
        expect(await run(147).ends('needs_human', 'judge_unavailable')).toMatchObject({
          attemptsUsed: 0,
          decision: 'needs_human',
        })
        await eventually(
          'the question',
          async () => (await run(147).settles())('discord').length === 1,
        )
      },
    )
  },
)

scenarioGroup(
  'the requirements are fixed for an attempt',
  { judges: { 151: answerInTurn(answerFail(['retry twice'])) } },
  (scenario) => {
    scenario(
      "an edit of the issue counts from the next attempt on, unless it is the author's own",
      async (story) => {
        const { agent, github, run, dispatcher } = story
        const issue = { repository: 'acme/widgets', number: 151 }
        const body = (item: string) => `Now.\n\n## Acceptance criteria\n\n- ${item}\n`
        const { pull } = await agent.finishes(
          { issue: 151, body: body('three attempts are made') },
          (done) => {
            github.codexReviews(done.pull, [])
          },
        )
        await run(151).waitsIn('waiting_for_ci')
        github.editIssue(issue, { body: body('four attempts are made') }, 'maintainer')
        github.checks(pull).succeed('unit')
        await run(151).ends('needs_iteration', 'judge_rejected')
        expect(listRequests(story, 151)[0]?.user).toContain('1. three attempts are made')

        const { task } = await eventually('the dispatch', () => dispatcher.started()[0])
        await agent.finishes(
          { issue: 151, files: { 'src/widget.ts': 'export const retries = 4\n' }, task },
          (done) => {
            github.codexReviews(done.pull, [])
          },
        )
        await run(151).attempt(2)
        await run(151).waitsIn('waiting_for_ci')
        github.editIssue(issue, { body: body('nothing is done') }, 'codex-agent')
        github.checks(pull).succeed('unit')
        await run(151).ends('completed', 'accepted')
        expect(listRequests(story, 151)[1]?.user).toContain('1. four attempts are made')
      },
    )
  },
)

scenarioGroup(
  'an answer that was paid for',
  {
    policy: {
      judge: { models: ['openai/first', 'openai/second'] },
      budget: { run_usd: 0.25, unknown_call_usd: 0.25 },
    },
    judges: {
      161: answerByModel({
        first: answerPass({
          confidence: 0.4,
          prompt_tuning_suggestions: ['Name the file.'],
          system_improvement_suggestions: ['Make the tests faster.'],
        }),
        second: answerPass({ confidence: 0.5 }),
      }),
    },
  },
  (scenario) => {
    scenario(
      'is not paid for again when the run goes on, but a person can have all models asked again',
      async (story) => {
        const { agent, github, run, act } = story
        await agent.finishes({ issue: 161 }, ({ pull }) => passChecksAndReview(github, pull))
        const { id } = await run(161).ends('needs_human', 'budget_exhausted')
        const listModels = () => listRequests(story, 161).map(({ model }) => model)
        expect(listModels()).toEqual(['first'])

        await story.stopService()
        await story.startService({ judge: { models: ['openai/first', 'openai/second'] } })
        expect((await act(id, 'resume')).status).toBe(202)
        await run(161).ends('needs_human', 'low_confidence')
        expect(listModels()).toEqual(['first', 'second'])
        const { verdicts, run: judged } = await run(161).detail()
        expect(judged.costUsd).toBe(0.5)
        const reused = verdicts.find(({ reusedFrom }) => reusedFrom !== null)
        expect(reused).toMatchObject({
          model: 'openai/first',
          costUsd: 0,
          confidence: 0.4,
          promptTuningSuggestions: ['Name the file.'],
          systemImprovementSuggestions: ['Make the tests faster.'],
        })
        expect(verdicts.map(({ id: of }) => of)).toContain(reused?.reusedFrom)

        expect((await act(id, 'rejudge')).status).toBe(202)
        await eventually('all models are asked again', () => listModels().length === 4)
        await run(161).ends('needs_human', 'low_confidence')
        expect(listModels()).toEqual(['first', 'second', 'first', 'second'])
      },
    )
  },
)
