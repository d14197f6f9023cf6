import { expect } from 'vitest'
import { makeGreen } from '../harness/green.ts'
import { eventually } from '../harness/run-verbs.ts'
import { chapter, type Story } from '../harness/story.ts'
import {
  answersOffSchema,
  answersProse,
  type Behaviour,
  fails,
  invents,
  isCutOff,
  passes,
  refuses,
} from '../world/model.ts'
import { json } from '../world/serve.ts'

const askedAbout = ({ model }: Story, issue: number) =>
  model.requests.filter(({ system, user }) =>
    (system + user).includes(`for issue #${issue}, against`),
  )

/** The first answers as given, then a pass. */
function inTurn(...behaviours: readonly Behaviour[]): Behaviour {
  const left = [...behaviours]
  return (asked, prompt) => (left.shift() ?? passes())(asked, prompt)
}

const unmet = passes({ met: false })

chapter(
  'a failure to answer is never a verdict',
  {
    judges: {
      131: inTurn(answersProse, answersOffSchema),
      132: inTurn(invents, unmet),
      133: inTurn(isCutOff, refuses),
    },
  },
  (scenario) => {
    const invalid = [
      { issue: 131, what: 'prose, or an answer off the schema' },
      { issue: 132, what: 'a pass by a line that is nowhere, or with an unmet requirement' },
      { issue: 133, what: 'an answer that is cut off, or refused' },
    ] as const
    for (const { issue, what } of invalid) {
      scenario(`${what}, is asked again with its fault named`, async (story) => {
        await story.agent.finishes({ issue }, ({ pull }) => makeGreen(story.github, pull))
        await story.run(issue).ends('completed', 'accepted')
        const asked = askedAbout(story, issue)
        expect(asked).toHaveLength(3)
        expect(new Set(asked.map(({ user }) => user)).size).toBeGreaterThan(1)
      })
    }

    scenario('red gates are not put before the judge, whatever it would say', async (story) => {
      await story.agent.finishes({ issue: 136 }, ({ pull }) => {
        story.github.codexReviews(pull, [{ path: 'src/widget.ts', line: 1, title: 'Not yet' }])
        story.github.checks(pull).succeed('unit')
      })
      await story.run(136).ends('needs_iteration', 'review_threads_open')
      expect(askedAbout(story, 136)).toEqual([])
    })

    scenario(
      'the request is what the API takes: strict schema, the wire name of the model',
      async (story) => {
        await story.agent.finishes({ issue: 137 }, ({ pull }) => makeGreen(story.github, pull))
        await story.run(137).ends('completed', 'accepted')
        const [asked] = askedAbout(story, 137)
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
        // Which prompt was asked stands on the run, as on its verdict.
        expect(run.promptVersion).toMatch(/^1-[0-9a-f]{8}$/)
      },
    )

    scenario('secrets leave in nothing: prompt, message, API', async (story) => {
      const token = `ghp_${'aB3dE6gH9jK2mN5pQ8rS'}${'tU1vW4xY7zA0bC3d'}`
      const { agent, github, run, post, get, discord } = story
      await agent.finishes(
        {
          issue: 138,
          prompt: `Use ${token} to push.`,
          body: `Do it with ${token}.`,
          files: { 'src/widget.ts': `export const retries = 3 // ${token}\n` },
          leftovers: {
            log: `pushing with ${token}\n`,
            agentLog: `token ${token}\n`,
            lastMessage: `I used ${token}`,
          },
        },
        ({ pull }) => makeGreen(github, pull),
      )
      const { id } = await run(138).comesTo(
        'end',
        ({ status }) => status === 'completed' || status === 'needs_human',
      )
      await run(138).settles()
      await post(`/api/codex/runs/${id}/actions/override`, {
        outcome: 'needs_human',
        reason: `leaks ${token}`,
      })
      await run(138).settles()
      const seen = [
        ...askedAbout(story, 138).map(({ user, system }) => user + system),
        ...discord.messages.map(({ content }) => content),
        JSON.stringify(await get(`/api/codex/runs/${id}`)),
        JSON.stringify(await get('/api/codex/escalations')),
        JSON.stringify(
          await get('/api/memories?namespace=codex:acme/widgets:138&query=token&limit=50'),
        ),
        JSON.stringify(github.see('acme/widgets').statuses),
      ]
      expect(seen.filter((text) => text.includes(token))).toEqual([])
    })
  },
)

const models = { judge: { models: ['openai/first', 'openai/second', 'openai/third'] } }
const by =
  (answers: Readonly<Record<string, Behaviour>>): Behaviour =>
  (asked, prompt) =>
    (answers[asked.model] ?? passes())(asked, prompt)

chapter(
  'several judges',
  {
    policy: models,
    judges: {
      141: by({ first: passes({ confidence: 0.4 }), second: passes({ confidence: 0.9 }) }),
      142: by({
        first: passes({ confidence: 0.4 }),
        second: fails(['a'], { confidence: 0.9 }),
        third: fails(['b'], { confidence: 0.8 }),
      }),
      143: by({
        first: passes({ confidence: 0.4 }),
        second: passes({ confidence: 0.5 }),
        third: passes({ confidence: 0.55 }),
      }),
    },
  },
  (scenario) => {
    scenario('an unsure first asks the second, and no more', async (story) => {
      await story.agent.finishes({ issue: 141 }, ({ pull }) => makeGreen(story.github, pull))
      await story.run(141).ends('completed', 'accepted')
      expect(askedAbout(story, 141).map(({ model }) => model)).toEqual(['first', 'second'])
    })
    scenario('two that disagree ask a third, and the majority rejects', async (story) => {
      await story.agent.finishes({ issue: 142 }, ({ pull }) => makeGreen(story.github, pull))
      await story.run(142).ends('needs_iteration', 'judge_rejected')
      expect(askedAbout(story, 142).map(({ model }) => model)).toEqual(['first', 'second', 'third'])
    })
    scenario('nobody sure and none left is low confidence', async (story) => {
      await story.agent.finishes({ issue: 143 }, ({ pull }) => makeGreen(story.github, pull))
      await story.run(143).ends('needs_human', 'low_confidence')
    })
  },
)

chapter(
  'two judges who disagree, and none left',
  {
    policy: {
      judge: { models: ['openai/first', 'openai/second'] },
      budget: { run_usd: 0.5, unknown_call_usd: 0.25 },
    },
    judges: {
      144: by({ first: passes({ confidence: 0.4 }), second: fails(['a'], { confidence: 0.9 }) }),
      145: answersProse,
    },
  },
  (scenario) => {
    scenario('are a split for a person', async (story) => {
      await story.agent.finishes({ issue: 144 }, ({ pull }) => makeGreen(story.github, pull))
      await story.run(144).ends('needs_human', 'judge_split')
    })
    scenario('and what does not fit the budget is not asked', async (story) => {
      await story.agent.finishes({ issue: 145 }, ({ pull }) => makeGreen(story.github, pull))
      await story.run(145).ends('needs_human', 'budget_exhausted')
      expect(askedAbout(story, 145)).toHaveLength(2)
    })
  },
)

chapter(
  'a model that is away',
  { policy: { judge: { patience: '3s', timeout: '2s' } } },
  (scenario) => {
    scenario(
      'for a moment only delays; past its patience it is unavailable, and the attempt is not used',
      async (story) => {
        const { agent, github, run, model } = story
        model.faults.next(
          {
            when: 'before',
            answer: json(429, { error: { message: 'slow down' } }, { 'retry-after': '1' }),
          },
          { when: 'before', answer: json(503, { error: { message: 'overloaded' } }) },
        )
        await agent.finishes({ issue: 146 }, ({ pull }) => makeGreen(github, pull))
        await run(146).ends('completed', 'accepted')

        model.faults.next(
          ...Array.from({ length: 60 }, () => ({
            when: 'before' as const,
            answer: json(500, { error: {} }),
          })),
        )
        await agent.finishes({ issue: 147 }, ({ pull }) => makeGreen(github, pull))
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

chapter(
  'the goal does not move',
  { judges: { 151: inTurn(fails(['retry twice'])) } },
  (scenario) => {
    scenario(
      'an edit of the issue counts from the next attempt on, unless the author of the pull request made it',
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
        expect(askedAbout(story, 151)[0]?.user).toContain('1. three attempts are made')

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
        expect(askedAbout(story, 151)[1]?.user).toContain('1. four attempts are made')
      },
    )
  },
)
