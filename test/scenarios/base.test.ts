import { expect } from 'vitest'
import { createJobLog } from '../harness/job-logs.ts'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenario, scenarioGroup } from '../harness/story.ts'
import { trouble } from '../world/github/faults.ts'
import { channels } from '../world/world.ts'

interface Escalation {
  readonly id: string
  readonly reason: string
  readonly groupKey: string | null
  readonly state: string
  readonly question: string
  readonly runs: readonly { readonly issueNumber: number }[]
  readonly answer: { readonly because?: string } | null
}

const policy = {
  ci: { rerun_failed_once: false, no_checks_grace: '2s' },
  attempts: { backoff: ['1s'] },
  patience: { github: '2s' },
  escalation: { retry: '1s' },
}

const listEscalations = async (
  { get }: Story,
  repository: string,
): Promise<readonly Escalation[]> => {
  const { escalations } = (await get('/api/codex/escalations')) as { escalations: Escalation[] }
  return escalations.filter(({ groupKey }) => groupKey?.includes(repository))
}

const boom = 'FAIL src/shelf.test.ts > holds widgets\nTypeError: shelf is not a function'
const other = 'FAIL src/retry.test.ts > retries\nTypeError: retry is not a function'
/** The same output as another run of the job prints it: at another time, in another folder. */
const printed = (output: string, day: string) => ({
  log: createJobLog(output, {
    at: `2026-11-${day}T10:00:00.000Z`,
    workspace: `/home/runner/_work/${day}/widgets`,
  }),
})
const onHead = (output: string) => printed(output, '30')
const onBase = (output: string) => printed(output, '29')

/** CI of the base branch, which runs after each push. */
const checkBase = ({ github }: Story, repository: string, branch = 'main') => {
  const sha = github.state(repository).branches.get(branch)
  if (sha === undefined) throw new Error(`there is no ${repository}@${branch}`)
  return github.checks({ repository, sha }).in({ event: 'push' })
}

/** A finished run of an issue whose check `unit` failed; `before` runs before it is reported. */
const fail = (
  story: Story,
  [issue, repository]: readonly [number, string],
  output = boom,
  before: (checks: ReturnType<Story['github']['checks']>) => void = () => undefined,
) =>
  story.agent.finishes({ issue, repository }, ({ pull }) => {
    story.github.codexReviews(pull, [])
    const checks = story.github.checks(pull)
    checks.fail('unit', onHead(output))
    before(checks)
  })

const goOn = (story: Story, [issue, repository]: readonly [number, string], status: string) =>
  story.run(issue, repository).comesTo(`went on to ${status}`, (run) => run.status === status)
const prepare = (story: Story, repository: string) =>
  story.github.repository(repository, { 'src/widget.ts': 'export const retries = 0\n' })

scenario(
  'a failure that the base has, too, uses no attempt, and all its runs go on once it is repaired',
  async (story) => {
    const repository = 'acme/widgets'
    prepare(story, repository)
    checkBase(story, repository).fail('unit', onBase(boom))
    const { pull } = await fail(story, [801, repository])
    await fail(story, [802, repository])
    await fail(story, [803, repository])
    for (const issue of [801, 802, 803])
      expect(await story.run(issue).ends('needs_human', 'base_broken')).toMatchObject({
        attemptsUsed: 0,
        reasonText: expect.stringMatching(
          /^unit failed on [0-9a-f]{7}, and in the same way on main/,
        ),
      })
    const asked = await eventually('one escalation', async () =>
      (await listEscalations(story, repository)).find(({ runs }) => runs.length === 3),
    )
    expect(asked).toMatchObject({
      groupKey: 'base_broken:acme/widgets:main',
      reason: 'base_broken',
    })
    await eventually('the message', () =>
      story.discord
        .in(channels.escalation)
        .find(({ content }) => content.startsWith('⚠️ Codex needs human help for 3 issues.')),
    )
    expect(story.discord.in(channels.escalation)).toHaveLength(1)
    expect(story.dispatcher.started()).toEqual([])

    checkBase(story, repository).succeed('unit')
    story.github.checks(pull).succeed('unit')
    await goOn(story, [801, repository], 'completed')
    const closed = await eventually('its end', async () =>
      (await listEscalations(story, repository)).find(({ state }) => state !== 'open'),
    )
    expect(closed.answer?.because).toBe('The checks of main in acme/widgets pass again.')
    // The others wait for a new result for a while, and then are asked to update their branch.
    for (const issue of [802, 803]) {
      const { nextPrompt } = await goOn(story, [issue, repository], 'needs_iteration')
      expect(nextPrompt).toContain('unit failed in the same way on main until it was repaired')
    }
    const { transitions } = await story.run(802).detail()
    expect(transitions.map(({ because }) => because).join()).toContain('waiting for a new result')
  },
  { policy },
)

scenarioGroup('whose failure it is when CI is red', { policy }, (scenario) => {
  scenario('one failure more than the base has is of the change', async (story) => {
    const [issue, repository] = [811, 'acme/one-more'] as const
    prepare(story, repository)
    checkBase(story, repository).fail('unit', onBase(boom))
    await fail(story, [issue, repository], `${boom}\n${other}`)
    await story.run(issue, repository).ends('needs_iteration', 'ci_failed')
  })

  scenario('another failure of the same check is of the change', async (story) => {
    const [issue, repository] = [812, 'acme/another'] as const
    prepare(story, repository)
    checkBase(story, repository).fail('unit', onBase(boom))
    await fail(story, [issue, repository], other)
    await story.run(issue, repository).ends('needs_iteration', 'ci_failed')
  })

  scenario(
    'a check that is red on the head alone is of the change, and the prompt says which',
    async (story) => {
      const [issue, repository] = [813, 'acme/partly'] as const
      prepare(story, repository)
      checkBase(story, repository).fail('unit', onBase(boom))
      checkBase(story, repository).succeed('lint')
      await fail(story, [issue, repository], boom, (checks) =>
        checks.fail('lint', onHead('error: unused variable')),
      )
      const { nextPrompt } = await story.run(issue, repository).ends('needs_iteration', 'ci_failed')
      expect(nextPrompt).toMatch(/unit fails in the same way on main at [0-9a-f]{7}/)
      expect(nextPrompt).not.toContain('lint fails in the same way')
    },
  )

  scenario('a base that is green now has no part in it', async (story) => {
    const [issue, repository] = [814, 'acme/green'] as const
    prepare(story, repository)
    checkBase(story, repository).fail('unit', onBase(boom))
    checkBase(story, repository).again()
    checkBase(story, repository).succeed('unit')
    await fail(story, [issue, repository])
    await story.run(issue, repository).ends('needs_iteration', 'ci_failed')
  })

  scenario('another workflow with a job of the name has no part in it', async (story) => {
    const [issue, repository] = [815, 'acme/workflows'] as const
    prepare(story, repository)
    checkBase(story, repository)
      .in({ workflow: 'Release', event: 'push' })
      .fail('unit', onBase(boom))
    await fail(story, [issue, repository])
    await story.run(issue, repository).ends('needs_iteration', 'ci_failed')
  })

  scenario(
    'while the head of the base is being checked, the commit counts from which the branch was created',
    async (story) => {
      const [issue, repository] = [816, 'acme/fork'] as const
      prepare(story, repository)
      checkBase(story, repository).fail('unit', onBase(boom))
      const { workflow, pull } = await story.agent.works({ issue, repository })
      story.github.push(repository, 'main', { 'README.md': 'more\n' })
      checkBase(story, repository).start('unit')
      story.github.codexReviews(pull, [])
      story.github.checks(pull).fail('unit', onHead(boom))
      await story.post('/api/codex/run-complete', workflow)
      await story.run(issue, repository).ends('needs_human', 'base_broken')
    },
  )

  scenario('a status and a job without a log are compared by their names', async (story) => {
    const [issue, repository] = [817, 'acme/unlogged'] as const
    prepare(story, repository)
    checkBase(story, repository).fail('unit')
    checkBase(story, repository).status('ci/legacy', 'failure', 'broken since noon')
    await fail(story, [issue, repository], boom, (checks) =>
      checks.status('ci/legacy', 'error', 'broken'),
    )
    await story.run(issue, repository).ends('needs_human', 'base_broken')
  })

  scenario('a base that cannot be read blames no one, and is waited for', async (story) => {
    const [issue, repository] = [818, 'acme/unread'] as const
    prepare(story, repository)
    checkBase(story, repository).fail('unit', onBase(boom))
    story.github.faults.next(/\/acme\/unread\/actions\/jobs\//, trouble.status(502), 1e6)
    await fail(story, [issue, repository])
    expect(await story.run(issue, repository).ends('needs_human', 'outage')).toMatchObject({
      attemptsUsed: 0,
    })
    story.github.faults.clear()
    await story
      .run(issue, repository)
      .comesTo('was judged by its base', ({ reason }) => reason === 'base_broken')
  })

  scenario('a base that is repaired in part frees the runs that it concerns', async (story) => {
    const repository = 'acme/two-failures'
    prepare(story, repository)
    const base = checkBase(story, repository)
    base.fail('unit', onBase(boom))
    base.fail('lint', onBase(other))
    await fail(story, [823, repository])
    const { pull } = await story.agent.finishes({ issue: 824, repository }, (done) => {
      story.github.codexReviews(done.pull, [])
      story.github.checks(done.pull).fail('lint', onHead(other))
    })
    await story.run(823, repository).ends('needs_human', 'base_broken')
    await story.run(824, repository).ends('needs_human', 'base_broken')
    base.succeed('unit')
    await goOn(story, [823, repository], 'needs_iteration')
    expect(await story.run(824, repository).now()).toMatchObject({ reason: 'base_broken' })
    expect(await listEscalations(story, repository)).toMatchObject([
      { state: 'open', runs: [{ issueNumber: 824 }] },
    ])
    base.succeed('lint')
    story.github.checks(pull).succeed('lint')
    await goOn(story, [824, repository], 'completed')
  })

  scenario('a run whose own checks pass meanwhile goes on alone', async (story) => {
    const repository = 'acme/alone'
    prepare(story, repository)
    checkBase(story, repository).fail('unit', onBase(boom))
    const { pull } = await fail(story, [821, repository])
    await fail(story, [822, repository])
    await story.run(821, repository).ends('needs_human', 'base_broken')
    await story.run(822, repository).ends('needs_human', 'base_broken')
    story.github.checks(pull).succeed('unit')
    await goOn(story, [821, repository], 'completed')
    const left = await eventually('the other run alone', async () =>
      (await listEscalations(story, repository)).find(({ runs }) => runs.length === 1),
    )
    expect(left).toMatchObject({ state: 'open', runs: [{ issueNumber: 822 }] })
    expect(await story.run(822, repository).now()).toMatchObject({ reason: 'base_broken' })
  })
})

scenario(
  'a green run costs no reading of its base',
  async (story) => {
    const repository = 'acme/widgets'
    prepare(story, repository)
    checkBase(story, repository).fail('unit', onBase(boom))
    await story.agent.finishes({ issue: 841 }, ({ pull }) =>
      passChecksAndReview(story.github, pull),
    )
    await story.run(841).ends('completed', 'accepted')
    const operations = () => story.github.log.map(({ operation }) => operation)
    expect(operations()).not.toContain('BaseChecks')
    await fail(story, [842, repository])
    await story.run(842).ends('needs_human', 'base_broken')
    expect(operations()).toContain('BaseChecks')
  },
  { policy: { ...policy, escalation: { retry: '1h' } } },
)

scenario(
  'a webhook about the base lets a run look at once whether it is repaired',
  async (story) => {
    const repository = 'acme/widgets'
    prepare(story, repository)
    checkBase(story, repository).fail('unit', onBase(boom))
    const { pull } = await fail(story, [831, repository])
    await story.run(831).ends('needs_human', 'base_broken')
    story.github.webhooks.sendTo(null)
    story.github.checks(pull).succeed('unit')
    story.sendWebhooksTo(story.serviceUrl())
    checkBase(story, repository).succeed('unit')
    await goOn(story, [831, repository], 'completed')
  },
  { policy: { ...policy, escalation: { retry: '1h' } } },
)
