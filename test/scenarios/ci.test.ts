import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup } from '../harness/story.ts'

const listReruns = ({ github }: Story, path: RegExp) =>
  github.log.filter((request) => request.method === 'POST' && path.test(request.path))

scenarioGroup(
  'failed checks are run again once before an attempt is used',
  { policy: { ci: { wait: '20s', no_checks_grace: '8s' } } },
  (scenario) => {
    scenario('a flaky check passes the second time, and uses no attempt', async (story) => {
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
      await run(121).comesTo('waited for the re-run', ({ ciStatus }) => ciStatus === 'pending')
      github.checks(pull).succeed('unit')
      expect(await run(121).ends('completed', 'accepted')).toMatchObject({ attemptsUsed: 1 })
      const effects = await run(121).settles()
      expect(effects('rerunChecks')).toMatchObject([{ state: 'done', tries: 1 }])
      expect(effects('dispatch')).toEqual([])
    })

    scenario('a check that fails again counts as failed, and is not run again', async (story) => {
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
      expect(listReruns(story, /acme\/twice\/actions\/runs\/\d+\/rerun-failed-jobs$/)).toHaveLength(
        1,
      )
    })

    scenario('if GitHub refuses the re-run, the failure counts', async (story) => {
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

    scenario('a suite of another app is re-requested', async (story) => {
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

    scenario(
      'a failed commit status counts at once, because it cannot be run again',
      async (story) => {
        const { agent, github, run } = story
        await agent.finishes({ issue: 125 }, ({ pull }) => {
          passChecksAndReview(github, pull)
          github.checks(pull).status('ci/legacy', 'failure', 'broken')
        })
        await run(125).ends('needs_iteration', 'ci_failed')
      },
    )

    scenario("the service's own commit status is ignored", async (story) => {
      const { agent, github, run } = story
      await agent.finishes({ issue: 126 }, ({ pull }) => {
        passChecksAndReview(github, pull)
        github.checks(pull).status('codex-judge', 'pending', 'from an earlier day')
      })
      await run(126).ends('completed', 'accepted')
    })

    scenario(
      'a required check that does not exist is missing at the end of its wait',
      async (story) => {
        const { agent, github, run } = story
        const repository = 'acme/required'
        await agent.finishes({ issue: 127, repository }, ({ pull }) => {
          github.requires(repository, ['unit', 'security'])
          passChecksAndReview(github, pull)
          github.push(repository, 'main', { '.codex-judge.yml': 'ci: { wait: 3s }\n' })
        })
        await run(127, repository).ends('needs_human', 'ci_missing')
      },
    )

    scenario('a re-run whose answer is lost is not requested again', async (story) => {
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
      expect(listReruns(story, /acme\/lost\/actions\/runs\/\d+\/rerun-failed-jobs$/)).toHaveLength(
        1,
      )
    })
  },
)
