import type { PullRequest } from '../github/snapshot.ts'

/**
 * The base that a pull request of a run must target. When the branch that a stacked pull request
 * builds on was merged and deleted, GitHub moves it to the base of that one: then that is the
 * run's. What a person or an agent has moved stays where the run wants it.
 */
export function followBase(
  base: string,
  { baseChanges }: Pick<PullRequest, 'baseChanges'>,
): string {
  return (baseChanges ?? []).reduce(
    (at, { from, to, byGithub }) => (byGithub && from === at ? to : at),
    base,
  )
}

/** Whether it is not known how a pull request came to a base that the run did not want. */
export const isUnexplainedBase = (
  base: string,
  { baseBranch, baseChanges }: Pick<PullRequest, 'baseBranch' | 'baseChanges'>,
): boolean => baseBranch !== base && !(baseChanges ?? []).some(({ from }) => from === base)
