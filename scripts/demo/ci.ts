import type { CheckRun, Repository } from '../../test/world/github/state.ts'
import type { GithubWorld } from '../../test/world/github.ts'
import type { Narrator } from './narrator.ts'
import type { Schedule } from './schedule.ts'

/** How long a check runs. */
const CHECK_MS = 900

interface CiDeps {
  readonly github: () => GithubWorld
  readonly narrator: Narrator
  readonly schedule: Schedule
  /** The issue that a branch belongs to. */
  readonly findIssue: (branch: string) => number
}

interface TestedCommit {
  readonly repository: string
  readonly branch: string
  readonly sha: string
}

/** Simulates CI, with the checks `lint` and `unit` for every commit. */
export function createCi({ github, narrator, schedule, findIssue }: CiDeps) {
  const conclusions = new Map<string, ('success' | 'failure')[]>()
  const rerunIssues: number[] = []

  const run = ({ repository, branch, sha }: TestedCommit): void => {
    const checks = github().checks({ repository, sha })
    checks.start('unit')
    schedule.later(CHECK_MS, () => {
      const passes = (conclusions.get(sha)?.shift() ?? 'success') === 'success'
      if (passes) checks.succeed('unit')
      else checks.fail('unit', { log: FLAKY_LOG, summary: 'connect ECONNRESET 127.0.0.1:9000' })
      const what = passes ? 'unit passes' : 'unit fails: connect ECONNRESET'
      narrator.tell('ci', findIssue(branch), what)
    })
  }

  return {
    /** Tests a commit. `unit` has one entry for each time that the check runs. */
    startChecks(commit: TestedCommit, unit: readonly ('success' | 'failure')[]): void {
      const { repository, sha } = commit
      conclusions.set(sha, [...unit])
      github().checks({ repository, sha }).succeed('lint')
      run(commit)
    },
    /** Runs failed checks again, as the service has requested from GitHub. */
    rerun(repository: Repository, runs: readonly CheckRun[]): void {
      for (const sha of new Set(runs.map((one) => one.sha))) {
        const branch = [...repository.branches].find(([, head]) => head === sha)?.[0] ?? ''
        const issue = findIssue(branch)
        rerunIssues.push(issue)
        narrator.tell('github', issue, 're-runs the failed check, as the service has requested')
        schedule.later(200, () => run({ repository: repository.fullName, branch, sha }))
      }
    },
    /** How many re-runs were requested for an issue. */
    countReruns: (issue: number): number => rerunIssues.filter((one) => one === issue).length,
  }
}

const FLAKY_LOG = `✓ the first attempt succeeds
✗ the store is busy once
  Error: connect ECONNRESET 127.0.0.1:9000
    at TCP.onStreamRead (node:internal/stream_base_commons:216:20)
1 failed, 2 passed
`
