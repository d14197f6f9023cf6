import { expect } from 'vitest'
import { createJobLog, toolOutputs } from '../harness/job-logs.ts'
import { eventually } from '../harness/run-verbs.ts'
import { scenarioGroup } from '../harness/story.ts'

const policy = { ci: { rerun_failed_once: false }, attempts: { backoff: ['1s'] } }
const print = (lines: number, what: string) =>
  Array.from({ length: lines }, (_, index) => `${what} ${index}`)

scenarioGroup(
  'the next prompt shows what failed in a job, not what was printed around it',
  { policy },
  (scenario) => {
    scenario('of a long log it has the first error and the end of its step', async (story) => {
      const { agent, github, run } = story
      const output = toolOutputs.vitest?.output ?? ''
      const log = createJobLog([
        ...print(3_000, 'installing package'),
        ...output.split('\n'),
        ...print(3_000, 'uploading report'),
      ])
      await agent.finishes({ issue: 701 }, ({ pull }) => {
        github.codexReviews(pull, [])
        github.checks(pull).fail('unit', { log })
      })
      const { nextPrompt } = await run(701).ends('needs_iteration', 'ci_failed')
      const prompt = String(nextPrompt)
      expect(prompt).toContain('FAIL  src/retry.test.ts > retries three times')
      expect(prompt).toContain('AssertionError: expected 2 to be 3')
      expect(prompt).toContain('uploading report 2999')
      expect(prompt).toContain('Error: Process completed with exit code 1.')
      expect(prompt).toMatch(/… \d+ lines left out …/)
      expect(prompt).not.toContain('\u001B')
      expect(prompt).not.toMatch(/##\[|2026-11-30T|Cleaning up orphan processes/)
      expect(prompt.length).toBeLessThan(9_000)
    })

    scenario('a secret that colours divide does not reach it', async (story) => {
      const { agent, github, run } = story
      const secret = ['ghp_', 'Zq8Lw2Xv9Rt4Ny7Kc1Bm6Hd3Fs5Gj0Pa2WeT'].join('')
      const coloured = `\u001B[1m${secret.slice(0, 12)}\u001B[0m${secret.slice(12)}`
      const log = createJobLog(`error: the token ${coloured} was refused`)
      await agent.finishes({ issue: 702, repository: 'acme/coloured' }, ({ pull }) => {
        github.codexReviews(pull, [])
        github.checks(pull).fail('unit', { log })
      })
      const { id, nextPrompt } = await run(702, 'acme/coloured').ends(
        'needs_iteration',
        'ci_failed',
      )
      expect(String(nextPrompt)).toMatch(/error: the token \[masked: [\w-]+\] was refused/)
      expect(JSON.stringify(await story.get(`/api/codex/runs/${id}`))).not.toContain(
        secret.slice(12),
      )
    })

    scenario('the same failure twice is no progress, and another failure is', async (story) => {
      const { agent, github, run, dispatcher } = story
      const repository = 'acme/repeating'
      const fail = async (attempt: number, message: string) => {
        const at = `2026-11-30T1${attempt}:00:00.000Z`
        const task = await eventually('the task', () => {
          const tasks = dispatcher.log.filter((sent) => sent.task.issueNumber === 703n)
          return attempt === 1 ? {} : tasks[attempt - 2]
        })
        const files = { 'src/widget.ts': `export const attempts = ${attempt}\n` }
        await agent.finishes({ issue: 703, repository, files, ...task }, ({ pull }) => {
          github.codexReviews(pull, [])
          const output = `FAIL src/a.test.ts > adds ${attempt}s\nTypeError: ${message}`
          github.checks(pull).fail('unit', { log: createJobLog(output, { at }) })
        })
        return run(703, repository).attempt(attempt)
      }
      await fail(1, 'x is not a function')
      await run(703, repository).ends('needs_iteration', 'ci_failed')
      await fail(2, 'expected 2 to be 3')
      await run(703, repository).ends('needs_iteration', 'ci_failed')
      await fail(3, 'expected 1 to be 3')
      expect(await run(703, repository).ends('needs_human', 'no_progress')).toMatchObject({
        causeReason: 'ci_failed',
        reasonText: expect.stringContaining('the same failure'),
      })
    })
  },
)
