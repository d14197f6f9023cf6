import { expect } from 'vitest'
import { makeGreen } from '../harness/green.ts'
import { eventually } from '../harness/run-verbs.ts'
import { chapter, type Story } from '../harness/story.ts'

const rerunsOf = ({ github }: Story, path: RegExp) =>
  github.log.filter((request) => request.method === 'POST' && path.test(request.path))

chapter(
  'what failed is run once more before an attempt is spent',
  { policy: { ci: { wait: '20s', no_checks_grace: '8s' } } },
  (scenario) => {
    scenario('a flake passes the second time, and uses no attempt', async (story) => {
      const { agent, github, run } = story
      const { pull } = await agent.finishes({ issue: 121 }, (done) => {
        github.codexReviews(done.pull, [])
        github.checks(done.pull).fail('unit')
      })
      await eventually('the re-run', () =>
        github
          .checks(pull)
          .all()
          .find(({ status }) => status === 'queued'),
      )
      await run(121).comesTo('wait for the re-run', ({ ciStatus }) => ciStatus === 'pending')
      github.checks(pull).succeed('unit')
      expect(await run(121).ends('completed', 'accepted')).toMatchObject({ attemptsUsed: 1 })
      const effects = await run(121).settles()
      expect(effects('rerunChecks')).toMatchObject([{ state: 'done', tries: 1 }])
      expect(effects('dispatch')).toEqual([])
    })

    scenario('what fails again has failed, and is not run a third time', async (story) => {
      const { agent, github, run } = story
      const repository = 'acme/twice'
      const { pull } = await agent.finishes({ issue: 122, repository }, (done) => {
        github.codexReviews(done.pull, [])
        github.checks(done.pull).fail('unit')
      })
      await eventually('the re-run', () =>
        github
          .checks(pull)
          .all()
          .find(({ status }) => status === 'queued'),
      )
      github.checks(pull).fail('unit')
      await run(122, repository).ends('needs_iteration', 'ci_failed')
      expect(rerunsOf(story, /acme\/twice\/actions\/runs\/\d+\/rerun-failed-jobs$/)).toHaveLength(1)
    })

    scenario('where GitHub refuses, the failure counts', async (story) => {
      const { agent, github, run } = story
      github.faults.next(/POST .*acme\/refusing\/.*rerun-failed-jobs/, {
        kind: 'answer',
        answer: {
          status: 403,
          headers: { 'content-type': 'application/json' },
          body: '{"message":"Must have admin rights"}',
        },
      })
      const repository = 'acme/refusing'
      await agent.finishes({ issue: 123, repository }, ({ pull }) => {
        github.codexReviews(pull, [])
        github.checks(pull).fail('unit')
      })
      await run(123, repository).ends('needs_iteration', 'ci_failed')
    })

    scenario("other apps' suites are requested again", async (story) => {
      const { agent, github, run } = story
      const { pull } = await agent.finishes({ issue: 124 }, (done) => {
        github.codexReviews(done.pull, [])
        github.checks(done.pull).by('circleci').fail('build')
      })
      await eventually('the re-run', () =>
        github
          .checks(pull)
          .all()
          .find(({ status }) => status === 'queued'),
      )
      github.checks(pull).by('circleci').succeed('build')
      await run(124).ends('completed', 'accepted')
    })

    scenario('a failed commit status cannot be run again, so it counts', async (story) => {
      const { agent, github, run } = story
      await agent.finishes({ issue: 125 }, ({ pull }) => {
        makeGreen(github, pull)
        github.checks(pull).status('ci/legacy', 'failure', 'broken')
      })
      await run(125).ends('needs_iteration', 'ci_failed')
    })

    scenario('our own status is never waited for, and does not count', async (story) => {
      const { agent, github, run } = story
      await agent.finishes({ issue: 126 }, ({ pull }) => {
        makeGreen(github, pull)
        github.checks(pull).status('codex-judge', 'pending', 'of an earlier day')
      })
      await run(126).ends('completed', 'accepted')
    })

    scenario(
      'a required check of which nothing exists is waited for to the end, then missing',
      async (story) => {
        const { agent, github, run } = story
        const repository = 'acme/required'
        await agent.finishes({ issue: 127, repository }, ({ pull }) => {
          github.requires(repository, ['unit', 'security'])
          makeGreen(github, pull)
          github.push(repository, 'main', { '.codex-judge.yml': 'ci: { wait: 3s }\n' })
        })
        await run(127, repository).ends('needs_human', 'ci_missing')
      },
    )

    scenario('a lost answer to the re-run asks no second time', async (story) => {
      const { agent, github, run } = story
      const repository = 'acme/lost'
      github.faults.next(/POST .*acme\/lost\/.*rerun-failed-jobs/, {
        kind: 'hang_up',
        when: 'after',
      })
      const { pull } = await agent.finishes({ issue: 128, repository }, (done) => {
        github.codexReviews(done.pull, [])
        github.checks(done.pull).fail('unit')
      })
      await eventually('the re-run', () =>
        github
          .checks(pull)
          .all()
          .find(({ status }) => status === 'queued'),
      )
      await run(128, repository).settles()
      github.checks(pull).succeed('unit')
      await run(128, repository).ends('completed', 'accepted')
      expect(rerunsOf(story, /acme\/lost\/actions\/runs\/\d+\/rerun-failed-jobs$/)).toHaveLength(1)
    })
  },
)
