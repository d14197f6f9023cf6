import type { Kysely } from 'kysely'
import { readRun } from '../../adapters/postgres/rows.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Work } from '../../decide/find-withdrawal.ts'
import { followBase, isUnexplainedBase } from '../../decide/follow-base.ts'
import type { GithubReads } from '../../github/port.ts'
import type { PullRequest, RepositoryContext, Snapshot } from '../../github/snapshot.ts'
import type { Run } from '../../run/run.ts'
import type { ObserveDeps } from './observe-deps.ts'

/** A run whose repository and issue are known, and the base that its pull request must target. */
interface WorkQuery {
  readonly run: Run
  readonly repository: string
  readonly issueNumber: number
  readonly base: string | null
}

/**
 * Reads the pull request of a run with everything about its head, or only the repository if there
 * is none, at the cost of one point in the usual case. A pull request is searched for only if none
 * is known, or if the known one is no longer open or targets another base.
 */
export async function readPullRequest(
  github: GithubReads,
  { run, repository, issueNumber, base }: WorkQuery,
  signal: AbortSignal,
): Promise<Snapshot | RepositoryContext> {
  const { branch, reportedPrNumber, startedAt, finishedAt } = run.claims
  const about = { repository, issueNumber, branch }
  const readSnapshot = (number: number) => github.readSnapshot({ ...about, number }, signal)
  const known = run.prNumber === null ? null : await readSnapshot(run.prNumber)
  const open = known?.pullRequest.state === 'open' ? known : null
  if (open !== null && (base === null || open.pullRequest.baseBranch === base)) return open
  const number = await github.findPullRequest(
    {
      repository,
      branch,
      base,
      prNumber: reportedPrNumber,
      // The completion may have arrived long after the workflow finished.
      startedAt: startedAt ?? finishedAt ?? run.createdAt,
    },
    signal,
  )
  if (number === null) return open ?? github.readRepositoryContext(about, signal)
  return number === known?.pullRequest.number ? known : readSnapshot(number)
}

/** The base that the pull request of a run must target, as far as the run itself is known. */
export const findWantedBase = (
  { claims }: Run,
  { policyFor }: Pick<ObserveDeps, 'policyFor'>,
): string | null => {
  const base = policyFor(claims.repository, null).policy.diff.base ?? claims.base
  return toBranchName(base)
}

export const toBranchName = (ref: string | null): string | null =>
  ref?.replace(/^refs\/heads\//, '') ?? null

/**
 * The base of a run with this pull request; see `followBase`. A server that does not tell who moved
 * a pull request is asked whether the run's base is gone and was merged into the present one.
 */
export async function readBase(
  github: GithubReads,
  of: {
    readonly repository: string
    readonly base: string | null
    readonly pullRequest: PullRequest
  },
  signal: AbortSignal,
): Promise<string | null> {
  const { repository, base, pullRequest } = of
  if (base === null || pullRequest.baseBranch === base) return base
  if (!isUnexplainedBase(base, pullRequest)) return followBase(base, pullRequest)
  const target = await github.findMergedInto({ repository, branch: base }, signal)
  return target === pullRequest.baseBranch ? target : base
}

/**
 * Reads what the next attempt of a run would go on with. Rejects with `Failure` if GitHub cannot be
 * read: then it is not known whether anybody still wants the attempt.
 */
export function createReadWork(
  db: Kysely<DB>,
  deps: Pick<ObserveDeps, 'github' | 'policyFor'>,
): (runId: string, signal: AbortSignal) => Promise<Work> {
  return async (runId, signal) => {
    const row = await db
      .selectFrom('runs')
      .selectAll()
      .where('id', '=', runId)
      .executeTakeFirstOrThrow()
    const run = readRun(row)
    const { repository, issueNumber } = run.claims
    if (repository === null || issueNumber === null)
      return { pullRequest: null, issue: null, base: null }
    const base = findWantedBase(run, deps)
    const seen = await readPullRequest(deps.github, { run, repository, issueNumber, base }, signal)
    if (!('pullRequest' in seen))
      return { pullRequest: null, issue: seen.issue, base: run.claims.base }
    const { pullRequest, context } = seen
    const of = { repository, base: toBranchName(run.claims.base), pullRequest }
    return { pullRequest, issue: context.issue, base: await readBase(deps.github, of, signal) }
  }
}
