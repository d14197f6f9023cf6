import type { CheckRun, Repository } from '../../test/world/github/state.ts'
import type { GithubWorld } from '../../test/world/github.ts'
import type { Narrator } from './narrator.ts'
import type { Schedule } from './schedule.ts'

/** How long a check runs here. */
const checkTakes = 900

interface Deps {
  readonly github: () => GithubWorld
  readonly narrator: Narrator
  readonly schedule: Schedule
  /** The issue that a branch was made for, for the story. */
  readonly issueOf: (branch: string) => number
}

/**
 * CI of the simulated outside: the checks `lint` and `unit` of every commit that is to be tested.
 */
export function createCi({ github, narrator, schedule, issueOf }: Deps) {
  const left = new Map<string, ('success' | 'failure')[]>()
  const asked: number[] = []

  const run = (of: { repository: string; branch: string; sha: string }): void => {
    const checks = github().checks({ repository: of.repository, sha: of.sha })
    checks.start('unit')
    schedule.later(checkTakes, () => {
      const issue = issueOf(of.branch)
      const conclusion = left.get(of.sha)?.shift() ?? 'success'
      if (conclusion === 'success') checks.succeed('unit')
      else checks.fail('unit', { log: flakyLog, summary: 'connect ECONNRESET 127.0.0.1:9000' })
      narrator.tell(
        'ci',
        issue,
        conclusion === 'success' ? 'unit is green' : 'unit fails: connect ECONNRESET',
      )
    })
  }

  return {
    /** Tests a commit; `unit` ends as the list says, one entry for each time it runs. */
    tests(of: {
      repository: string
      branch: string
      sha: string
      unit: readonly ('success' | 'failure')[]
    }): void {
      left.set(of.sha, [...of.unit])
      github().checks({ repository: of.repository, sha: of.sha }).succeed('lint')
      run(of)
    },
    /** Somebody asked GitHub to run failed checks once more. */
    rerun(repository: Repository, runs: readonly CheckRun[]): void {
      for (const sha of new Set(runs.map((one) => one.sha))) {
        const branch = [...repository.branches].find(([, head]) => head === sha)?.[0] ?? ''
        asked.push(issueOf(branch))
        narrator.tell(
          'github',
          issueOf(branch),
          'is asked by the service to run the failed check once more',
        )
        schedule.later(200, () => run({ repository: repository.fullName, branch, sha }))
      }
    },
    /** How many times that was asked for an issue. */
    reruns: (issue: number): number => asked.filter((one) => one === issue).length,
  }
}

const flakyLog = `✓ the first attempt succeeds
✗ the store is busy once
  Error: connect ECONNRESET 127.0.0.1:9000
    at TCP.onStreamRead (node:internal/stream_base_commons:216:20)
1 failed, 2 passed
`
