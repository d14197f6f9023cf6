import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup } from '../harness/story.ts'
import { answerFail, answerInTurn, answerPass } from '../world/model.ts'

const policy = {
  ci: { rerun_failed_once: false },
  attempts: { max: 9, backoff: ['1s'], infrastructure_max: 3 },
}

const waitForDispatch = ({ dispatcher }: Story, issue: number, nth: number) =>
  eventually(
    `dispatch ${nth} of #${issue}`,
    () =>
      dispatcher.started().filter(({ task }) => task.issueNumber === BigInt(issue))[nth - 1]?.task,
  )
const changeTo = (text: string) => ({ 'src/widget.ts': `export const retries = '${text}'\n` })
const list = (uptake: unknown) =>
  Object.fromEntries(
    (uptake as { id: string; result: string | null }[]).map(({ id, result }) => [
      id.replace(/^(thread|missing):.*/, '$1'),
      result,
    ]),
  )
const section = (prompt: string, heading: string): string =>
  prompt.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? ''

scenarioGroup(
  'what became of each instruction is known after the next attempt',
  { policy, judges: { 521: answerInTurn(answerFail(['a test']), answerPass()) } },
  (scenario) => {
    scenario('in the API and in the prompt after', async (story) => {
      const { agent, github, run } = story
      const first = await agent.finishes({ issue: 521, files: changeTo('a') }, ({ pull }) => {
        github.checks(pull).fail('unit')
        github.checks(pull).fail('lint')
        github.codexReviews(pull, [{ path: 'src/widget.ts', line: 1, title: 'Not a number' }])
      })
      const refused = await run(521).ends('needs_iteration', 'ci_failed')
      expect(refused.uptake).toEqual([])

      // The second attempt repairs one of the two checks, and settles no thread.
      await agent.finishes(
        { issue: 521, files: changeTo('b'), task: await waitForDispatch(story, 521, 1) },
        ({ pull }) => {
          github.checks(pull).succeed('unit')
          github.checks(pull).fail('lint')
        },
      )
      await run(521).attempt(2)
      const second = await run(521).ends('needs_iteration', 'ci_failed')
      expect(list(second.uptake)).toEqual({
        'check:github-actions/unit': 'obeyed',
        'check:github-actions/lint': 'ignored',
        thread: 'ignored',
      })
      expect(second.uptake).toContainEqual({
        id: 'check:github-actions/unit',
        gate: 'ci',
        text: 'make the check "unit" pass',
        result: 'obeyed',
        because: 'the check passed',
        evidence: [
          { text: 'unit: success', url: expect.stringContaining('http'), path: null, line: null },
        ],
      })
      const { prompt } = await waitForDispatch(story, 521, 2)
      const uptake = section(prompt, 'What attempt 2 did with its instructions')
      expect(uptake).toContain('Of 3 instructions: 2 ignored, 1 obeyed.')
      expect(uptake).toContain('- **ignored** (ci: `make the check "lint" pass`)')
      expect(section(prompt, 'What was tried before')).toMatch(
        /- Attempt 1 \(`ci_failed`, commit `[0-9a-f]{7}`\): .* It changed `src\/widget.ts`\./,
      )
      expect(section(prompt, 'Keep what is done')).toContain('`unit`')

      // The third one settles everything but what the judge wants, which was not asked before.
      await agent.finishes(
        { issue: 521, files: changeTo('c'), task: await waitForDispatch(story, 521, 2) },
        ({ pull }) => {
          github.resolveThread(first.pull, 'all')
          passChecksAndReview(github, pull)
          github.checks(pull).succeed('lint')
        },
      )
      await run(521).attempt(3)
      const third = await run(521).ends('needs_iteration', 'judge_rejected')
      expect(list(third.uptake)).toEqual({
        'check:github-actions/lint': 'obeyed',
        thread: 'obeyed',
      })

      await agent.finishes(
        { issue: 521, files: changeTo('d'), task: await waitForDispatch(story, 521, 3) },
        ({ pull }) => {
          passChecksAndReview(github, pull)
          github.checks(pull).succeed('lint')
        },
      )
      await run(521).attempt(4)
      const accepted = await run(521).ends('completed', 'accepted')
      expect(new Set(Object.values(list(accepted.uptake)))).toEqual(new Set(['obeyed']))
      expect(Object.keys(list(accepted.uptake))).toContain('missing')
    })
  },
)

scenarioGroup(
  'a person who writes the prompt',
  { policy: { ...policy, attempts: { ...policy.attempts, backoff: ['1h'] } } },
  (scenario) => {
    scenario('gives the attempt none of our instructions', async (story) => {
      const { agent, github, run, act } = story
      await agent.finishes({ issue: 522, files: changeTo('a') }, ({ pull }) => {
        github.checks(pull).fail('unit')
        github.codexReviews(pull, [])
      })
      const first = await run(522).ends('needs_iteration', 'ci_failed')
      await act(first.id, 'rerun', { prompt: 'Use a queue instead.' })
      const task = await waitForDispatch(story, 522, 1)
      await agent.finishes({ issue: 522, files: changeTo('b'), task }, ({ pull }) =>
        passChecksAndReview(github, pull),
      )
      await run(522).attempt(2)
      expect(await run(522).ends('completed', 'accepted')).toMatchObject({ uptake: [] })
    })
  },
)
