import { expect } from 'vitest'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup } from '../harness/story.ts'

interface Flake {
  readonly name: string
  readonly app: string
  readonly workflow: string | null
  readonly event: string | null
  readonly count: number
  readonly lastSeenAt: string
  readonly commits: readonly string[]
}

const listFlakes = async ({ get }: Story, repository: string): Promise<readonly Flake[]> =>
  ((await get(`/api/codex/flakes?repository=${repository}`)) as { flakes: Flake[] }).flakes

const awaitRerun = ({ github }: Story, of: Parameters<Story['github']['checks']>[0]) =>
  eventually('the re-run', () =>
    github
      .checks(of)
      .all()
      .find(({ status }) => status === 'queued'),
  )

scenarioGroup(
  'a check that fails and then passes on one commit is remembered',
  { policy: { ci: { wait: '30s', no_checks_grace: '8s' }, attempts: { backoff: ['1s'] } } },
  (scenario) => {
    scenario(
      'after our re-run it costs no attempt, and a later prompt says that it is flaky',
      async (story) => {
        const { agent, github, run } = story
        const repository = 'Acme/Flaky'
        for (const issue of [901, 902]) {
          const { pull } = await agent.finishes({ issue, repository }, (done) => {
            github.codexReviews(done.pull, [])
            github.checks(done.pull).succeed('lint')
            github.checks(done.pull).fail('unit')
          })
          await awaitRerun(story, pull)
          github.checks(pull).succeed('unit')
          expect(await run(issue, repository).ends('completed', 'accepted')).toMatchObject({
            attemptsUsed: 1,
          })
        }
        const commits = await Promise.all(
          [902, 901].map(async (issue) => (await run(issue, repository).now()).commitSha),
        )
        expect(await listFlakes(story, 'acme/flaky')).toMatchObject([
          {
            repository,
            name: 'unit',
            app: 'github-actions',
            workflow: 'CI',
            event: 'pull_request',
            count: 2,
            commits,
          },
        ])

        const { pull } = await agent.finishes({ issue: 903, repository }, (done) => {
          github.codexReviews(done.pull, [])
          github.checks(done.pull).fail('unit')
        })
        await awaitRerun(story, pull)
        github.checks(pull).fail('unit')
        const { nextPrompt } = await run(903, repository).ends('needs_iteration', 'ci_failed')
        expect(nextPrompt).toMatch(
          /unit is known to be flaky: .* on 2 commits; this failure counts all the same/,
        )
        expect(await listFlakes(story, repository)).toMatchObject([{ count: 2 }])
      },
    )

    scenario(
      'another person can run it again, and it is remembered once a commit',
      async (story) => {
        const { agent, github, run } = story
        const repository = 'acme/person'
        const { pull } = await agent.finishes({ issue: 911, repository }, (done) => {
          github.codexReviews(done.pull, [])
          github.checks(done.pull).fail('unit')
          github.checks(done.pull).start('slow')
        })
        await run(911, repository).comesTo('saw the failure', async () => {
          const { waitingFor } = await run(911, repository).detail()
          return waitingFor.some(({ because }) => because.includes('unit failed'))
        })
        github.checks(pull).queue('unit')
        github.checks(pull).succeed('unit', 'slow')
        await run(911, repository).ends('completed', 'accepted')
        expect(await listFlakes(story, repository)).toMatchObject([{ name: 'unit', count: 1 }])
        expect(github.log.filter(({ path }) => /person.*rerun-failed-jobs/.test(path))).toEqual([])
      },
    )

    scenario(
      'a pull request that is opened again shows the red run beside the green one',
      async (story) => {
        const { agent, github, run } = story
        const repository = 'acme/reopened'
        await agent.finishes({ issue: 921, repository }, ({ pull }) => {
          github.codexReviews(pull, [])
          github.checks(pull).fail('unit')
          github.checks(pull).again()
          github.checks(pull).succeed('unit')
        })
        await run(921, repository).ends('completed', 'accepted')
        expect(await listFlakes(story, repository)).toMatchObject([{ name: 'unit', count: 1 }])
      },
    )

    scenario('what passes only after another push is no flake', async (story) => {
      const { agent, github, run } = story
      const repository = 'acme/fixed'
      const { pull } = await agent.finishes({ issue: 931, repository }, (done) => {
        github.checks(done.pull).fail('unit')
        github.checks(done.pull).start('slow')
      })
      await run(931, repository).waitsIn('waiting_for_ci')
      github.push(repository, 'codex/issue-931', { 'src/widget.ts': 'export const fixed = 1\n' })
      github.codexReviews(pull, [])
      github.checks(pull).succeed('unit')
      await run(931, repository).ends('completed', 'accepted')
      expect(await listFlakes(story, repository)).toEqual([])
    })
  },
)
