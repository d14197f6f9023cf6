import type { Pull } from '../world/github/state.ts'
import type { GithubWorld } from '../world/github.ts'
import type { AttemptScript } from './issue-scripts.ts'

export const REPOSITORY = 'acme/widgets'
export const formatBranch = (issue: number): string => `codex/issue-${issue}`
const readIssue = (branch: string): number => Number(/(\d+)$/.exec(branch)?.[1] ?? 0)

interface Deps {
  readonly github: () => GithubWorld
  /** The ordinal and the script of the current attempt of an issue. */
  readonly getAttempt: (issue: number) => number
  readonly getScript: (issue: number) => AttemptScript
  /** Does something after a random time. */
  readonly later: (act: () => void) => void
}

/** CI that checks every head once and ends as the script of the attempt says. */
export function createRandomCi({ github, getAttempt, getScript, later }: Deps) {
  const checked = new Set<string>()
  const pushedAgain = new Set<number>()
  return {
    run({ head: sha, headBranch }: Pull): void {
      if (checked.has(sha)) return
      checked.add(sha)
      const issue = readIssue(headBranch)
      const { ci = 'green', pushesAgain = false } = getScript(issue)
      const checks = github().checks({ repository: REPOSITORY, sha })
      checks.queue('unit')
      later(() => {
        if (ci === 'green') checks.succeed('unit')
        else checks.fail('unit', { log: `FAIL in attempt ${getAttempt(issue)}\n` })
        if (!pushesAgain || pushedAgain.has(issue)) return
        pushedAgain.add(issue)
        const files = { 'src/more.ts': 'export const more = true\n' }
        later(() => github().push(REPOSITORY, headBranch, files))
      })
    },
    rerun(sha: string): void {
      const pull = [...github().state(REPOSITORY).pulls.values()].find(({ head }) => head === sha)
      const { ci } = getScript(readIssue(pull?.headBranch ?? ''))
      const checks = github().checks({ repository: REPOSITORY, sha })
      later(() =>
        ci === 'red' ? checks.fail('unit', { log: 'FAIL again\n' }) : checks.succeed('unit'),
      )
    },
  }
}

/** The Codex reviewer, which reviews every head once, or only when it is asked. */
export function createRandomReviewer({ github, getScript, later }: Omit<Deps, 'getAttempt'>) {
  const reviewed = new Set<string>()
  return {
    review({ head, headBranch, number }: Pull, { isRequested }: { isRequested: boolean }): void {
      const { review = 'clean' } = getScript(readIssue(headBranch))
      if (reviewed.has(head) || (review === 'on request' && !isRequested)) return
      reviewed.add(head)
      const pull = { repository: REPOSITORY, number }
      // Open threads decide as soon as CI has finished, so a push that fixes them resolves them.
      if (review !== 'findings') github().resolveThread(pull, 'all')
      const finding = { path: 'src/widget.ts', line: 1, priority: 'P1', title: 'Too few' } as const
      later(() => github().codexReviews(pull, review === 'findings' ? [finding] : []))
    },
  }
}

/** Whether the script of a pull request's attempt makes it conflict with its base. */
export const hasConflict = (pull: Pull, getScript: Deps['getScript']): boolean =>
  getScript(readIssue(pull.headBranch)).conflict === true
