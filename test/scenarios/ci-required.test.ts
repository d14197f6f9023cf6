import { expect } from 'vitest'
import { type Story, scenarioGroup } from '../harness/story.ts'
import type { PullRef } from '../world/github/state.ts'

/** A repository whose CI waits for three seconds only, or for longer. */
function createRepository({ github }: Story, name: string, wait = '3s'): string {
  github.repository(name, {
    'README.md': '# impatient\n',
    '.codex-judge.yml': `ci: { wait: ${wait} }\n`,
  })
  return name
}

/** Everything is green, and the agent itself posts the status that the branch requires. */
function passWithStatus({ github }: Story, pull: PullRef, by: string): void {
  github.codexReviews(pull, [])
  github.checks(pull).succeed('lint')
  github.checks(pull).status('build', 'success', 'done', by)
}

scenarioGroup(
  'a required check that is pinned to an app is met by that app only',
  { policy: { ci: { wait: '20s', no_checks_grace: '8s' } } },
  (scenario) => {
    for (const [issue, by] of [
      [151, 'protection'],
      [152, 'ruleset'],
    ] as const)
      scenario(`a status of its name by another author does not meet a ${by}`, async (story) => {
        const { agent, github, run } = story
        const repository = createRepository(story, `acme/pinned-${by}`)
        await agent.finishes({ issue, repository }, ({ pull }) => {
          github.requires(repository, ['build'], { by, app: 'github-actions' })
          passWithStatus(story, pull, 'codex-agent')
        })
        const ended = await run(issue, repository).ends('needs_human', 'ci_missing')
        expect(ended.reasonText).toContain(
          'build by the app github-actions, which the commit status of codex-agent cannot replace',
        )
      })

    scenario('a pin is known although the protection may not be read', async (story) => {
      const { agent, github, run } = story
      const repository = createRepository(story, 'acme/pin-hidden')
      github.hideProtection(repository)
      await agent.finishes({ issue: 153, repository }, ({ pull }) => {
        github.requires(repository, ['build'], { app: 'github-actions' })
        passWithStatus(story, pull, 'codex-agent')
      })
      await run(153, repository).ends('needs_human', 'ci_missing')
    })

    scenario('a check run of the app meets it, beside a status of its name', async (story) => {
      const { agent, github, run } = story
      const repository = createRepository(story, 'acme/pin-met')
      await agent.finishes({ issue: 154, repository }, ({ pull }) => {
        github.requires(repository, ['build'], { by: 'ruleset', app: 'github-actions' })
        passWithStatus(story, pull, 'codex-agent')
        github.checks(pull).succeed('build')
      })
      await run(154, repository).ends('completed', 'accepted')
    })

    scenario('a status of an app that posts nothing else meets its pin', async (story) => {
      const { agent, github, run } = story
      const repository = createRepository(story, 'acme/pin-status')
      await agent.finishes({ issue: 155, repository }, ({ pull }) => {
        github.requires(repository, ['build'], { by: 'ruleset', app: 'buildkite' })
        passWithStatus(story, pull, 'buildkite[bot]')
      })
      await run(155, repository).ends('completed', 'accepted')
    })

    scenario('a check run of another app does not meet it', async (story) => {
      const { agent, github, run } = story
      const repository = createRepository(story, 'acme/pin-rival')
      await agent.finishes({ issue: 156, repository }, ({ pull }) => {
        github.requires(repository, ['build'], { by: 'ruleset', app: 'circleci' })
        github.codexReviews(pull, [])
        github.checks(pull).succeed('build')
      })
      await run(156, repository).ends('needs_human', 'ci_missing')
    })

    scenario('protection and rulesets both require checks', async (story) => {
      const { agent, github, get, run } = story
      const finish = (repository: string) =>
        agent.finishes({ issue: 157, repository }, ({ pull }) => {
          github.requires(repository, ['e2e'])
          github.requires(repository, ['scan'], { by: 'ruleset' })
          github.codexReviews(pull, [])
          github.checks(pull).succeed('lint')
        })
      const patient = createRepository(story, 'acme/two-patient-sources', '1h')
      const { run: recorded } = await finish(patient)
      await run(157, patient).waitsIn('waiting_for_ci')
      expect(await get(`/api/codex/runs/${recorded.id}/waiting`)).toMatchObject({
        waitingFor: [
          {
            items: ['e2e', 'scan'].map((name) => ({ text: `${name}: not created yet`, url: null })),
          },
        ],
      })
      const repository = createRepository(story, 'acme/two-sources')
      await finish(repository)
      const ended = await run(157, repository).ends('needs_human', 'ci_missing')
      expect(ended.reasonText).toContain('e2e and scan')
    })
  },
)
