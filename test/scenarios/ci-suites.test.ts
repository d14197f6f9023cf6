import { expect } from 'vitest'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup } from '../harness/story.ts'
import type { PullRef } from '../world/github/state.ts'

/** The review is clean, and the licence bot's status is green: all but CI itself. */
function passAllButCi({ github }: Story, pull: PullRef): void {
  github.codexReviews(pull, [])
  github.checks(pull).status('license/cla', 'success', 'signed', 'cla-bot[bot]')
}

const findRun = (workflow: string, { github }: Story, pull: PullRef) =>
  github
    .state(pull.repository)
    .suites.findLast(
      (suite) => suite.sha === github.getHead(pull) && suite.workflow?.name === workflow,
    )?.run

scenarioGroup(
  'jobs of one name are different checks',
  { policy: { ci: { wait: '20s', no_checks_grace: '8s', rerun_failed_once: false } } },
  (scenario) => {
    scenario('a green job does not hide the red one in another workflow', async (story) => {
      const { agent, github, run } = story
      await agent.finishes({ issue: 131 }, ({ pull }) => {
        passAllButCi(story, pull)
        github.checks(pull).in({ workflow: 'Unit tests' }).fail('test')
        github.checks(pull).in({ workflow: 'Docs' }).succeed('test')
      })
      const ended = await run(131).ends('needs_iteration', 'ci_failed')
      expect(ended.reasonText).toContain('test (Unit tests, pull_request) failed')
      expect(ended.nextPrompt).toContain('test (Unit tests, pull_request)')
    })

    scenario('a green job for push does not hide the red one for pull_request', async (story) => {
      const { agent, github, run } = story
      await agent.finishes({ issue: 132 }, ({ pull }) => {
        passAllButCi(story, pull)
        github.checks(pull).in({ event: 'pull_request' }).fail('test')
        github.checks(pull).in({ event: 'push' }).succeed('test')
      })
      await run(132).ends('needs_iteration', 'ci_failed')
    })

    scenario('two workflow files of one name are two workflows', async (story) => {
      const { agent, github, run } = story
      await agent.finishes({ issue: 133 }, ({ pull }) => {
        passAllButCi(story, pull)
        github.checks(pull).in({ workflow: 'Tests', file: 'a.yml' }).fail('test')
        github.checks(pull).in({ workflow: 'Tests', file: 'b.yml' }).succeed('test')
      })
      await run(133).ends('needs_iteration', 'ci_failed')
    })

    scenario('a pull request that is opened again replaces its first results', async (story) => {
      const { agent, github, run } = story
      await agent.finishes({ issue: 134 }, ({ pull }) => {
        passAllButCi(story, pull)
        github.checks(pull).fail('test')
        github.checks(pull).again()
        github.checks(pull).succeed('test')
      })
      await run(134).ends('completed', 'accepted')
    })
  },
)

scenarioGroup(
  'a workflow without jobs counts',
  { policy: { ci: { wait: '20s', no_checks_grace: '8s' } } },
  (scenario) => {
    scenario('a workflow that could not start fails CI', async (story) => {
      const { agent, github, run } = story
      const { pull } = await agent.finishes({ issue: 141 }, (done) => {
        passAllButCi(story, done.pull)
        github.checks(done.pull).in({ workflow: 'Release' }).suite('completed', 'startup_failure')
      })
      const ended = await run(141).ends('needs_iteration', 'ci_failed')
      expect(ended.reasonText).toContain('workflow Release failed')
      expect(ended.nextPrompt).toContain('workflow Release')
      expect(ended.ciUrl).toContain(`/actions/runs/${findRun('Release', story, pull)?.id}`)
    })

    scenario('a workflow that was cancelled before its first job is run again', async (story) => {
      const { agent, github, run } = story
      const { pull } = await agent.finishes({ issue: 142 }, (done) => {
        passAllButCi(story, done.pull)
        github.checks(done.pull).suite('completed', 'cancelled')
      })
      await eventually('the re-run', () => findRun('CI', story, pull)?.attempt === 2)
      github.checks(pull).succeed('unit')
      expect(await run(142).ends('completed', 'accepted')).toMatchObject({ attemptsUsed: 1 })
    })

    scenario(
      'workflows that are held for approval ask a person, with their links',
      async (story) => {
        const { agent, github, run, act } = story
        const { pull } = await agent.finishes({ issue: 143 }, (done) => {
          passAllButCi(story, done.pull)
          github.checks(done.pull).in({ workflow: 'CI' }).suite('completed', 'action_required')
          github.checks(done.pull).in({ workflow: 'Lint' }).suite('completed', 'action_required')
        })
        const ended = await run(143).ends('needs_human', 'ci_action_required')
        const detail = await run(143).detail()
        const evidence = detail.gates.find(({ name }) => name === 'ci')?.evidence
        for (const workflow of ['CI', 'Lint']) {
          const id = findRun(workflow, story, pull)?.id
          const url = `https://github.com/acme/widgets/actions/runs/${id}`
          expect(ended.reasonText).toContain(`workflow ${workflow} (${url})`)
          expect(evidence).toContainEqual(
            expect.objectContaining({ text: `workflow ${workflow}: action_required`, url }),
          )
        }

        github.checks(pull).in({ workflow: 'CI' }).succeed('unit')
        github.checks(pull).in({ workflow: 'Lint' }).succeed('lint')
        await act(ended.id, 'resume')
        await run(143).ends('completed', 'accepted')
      },
    )

    scenario('a workflow behind a concurrency group is waited for by its name', async (story) => {
      const { agent, github, get, run } = story
      const { pull } = await agent.finishes({ issue: 144 }, (done) => {
        passAllButCi(story, done.pull)
        github.checks(done.pull).in({ workflow: 'Deploy' }).suite('pending')
      })
      const { id } = await run(144).waitsIn('waiting_for_ci')
      const url = `https://github.com/acme/widgets/actions/runs/${findRun('Deploy', story, pull)?.id}`
      expect(await get(`/api/codex/runs/${id}/waiting`)).toMatchObject({
        waitingFor: [
          {
            what: 'ci',
            because: expect.stringContaining('workflow Deploy'),
            items: [{ text: 'workflow Deploy: pending', url }],
          },
        ],
      })
      github.checks(pull).in({ workflow: 'Deploy' }).succeed('deploy')
      await run(144).ends('completed', 'accepted')
    })

    scenario('a workflow whose next job is still to come is waited for', async (story) => {
      const { agent, github, run } = story
      const { pull } = await agent.finishes({ issue: 145 }, (done) => {
        passAllButCi(story, done.pull)
        github.checks(done.pull).succeed('build')
        github.checks(done.pull).suite('in_progress')
      })
      await run(145).waitsIn('waiting_for_ci')
      github.checks(pull).succeed('unit')
      await run(145).ends('completed', 'accepted')
    })

    scenario('a workflow that was cancelled between two jobs fails CI', async (story) => {
      const { agent, github, run } = story
      const repository = 'acme/between'
      github.repository(repository)
      github.push(repository, 'main', { '.codex-judge.yml': 'ci: { rerun_failed_once: false }\n' })
      await agent.finishes({ issue: 146, repository }, ({ pull }) => {
        passAllButCi(story, pull)
        github.checks(pull).succeed('build')
        github.checks(pull).suite('completed', 'cancelled')
      })
      await run(146, repository).ends('needs_iteration', 'ci_failed')
    })

    scenario('the queued suite of an app that never runs blocks nothing', async (story) => {
      const { agent, github, run } = story
      await agent.finishes({ issue: 147 }, ({ pull }) => {
        passAllButCi(story, pull)
        github.checks(pull).by('never-runs').suite('queued')
      })
      await run(147).ends('completed', 'accepted')
    })

    scenario('a failed run does not count once a newer one has passed', async (story) => {
      const { agent, github, run } = story
      await agent.finishes({ issue: 148 }, ({ pull }) => {
        passAllButCi(story, pull)
        github.checks(pull).suite('completed', 'startup_failure')
        github.checks(pull).again()
        github.checks(pull).succeed('unit')
      })
      await run(148).ends('completed', 'accepted')
    })

    scenario('a workflow that never starts a job is a timeout', async (story) => {
      const { agent, github, run } = story
      const repository = 'acme/never-starts'
      github.repository(repository)
      github.push(repository, 'main', { '.codex-judge.yml': 'ci: { wait: 3s }\n' })
      await agent.finishes({ issue: 149, repository }, ({ pull }) => {
        passAllButCi(story, pull)
        github.checks(pull).suite('queued')
      })
      const ended = await run(149, repository).ends('needs_iteration', 'ci_timeout')
      expect(ended.reasonText).toContain('workflow CI')
    })
  },
)
