import type { CiOutcome } from '../../ci/ci-outcome.ts'
import type { FailureIdentity } from '../../ci/commit-checks.ts'
import {
  type BaseCommit,
  type BaseComparison,
  type BaseRun,
  findBaseRun,
  hasFailed,
  isSameFailure,
  isSameResult,
  type SharedFailure,
  toBaseCommit,
} from '../../ci/compare-with-base.ts'
import type { Check, PullRequest } from '../../github/snapshot.ts'
import type { Policy } from '../../policy/policy.ts'
import type { CommitSha } from '../../run/run.ts'
import type { CommitReadDeps } from './read-commit.ts'
import { hasLog, readLog } from './read-logs.ts'

type FinalFailure = Extract<CiOutcome, { kind: 'failure' }>

interface ComparisonInput extends CommitReadDeps {
  readonly ci: FinalFailure
  readonly pullRequest: Pick<PullRequest, 'baseBranch' | 'baseSha'>
  readonly policy: Policy
  /** The failures that the base shared when the run was paused for them. */
  readonly sharedBefore: readonly FailureIdentity[]
}

/** The most checks whose logs are compared. If all these agree, the others are taken to. */
const MAX_COMPARED = 10

/**
 * Compares the failed checks of the head with those of the base: of its head and, where that has no
 * result, of the commit from which the branch was created. Rejects if GitHub does not answer now,
 * because what is not known excuses no one and blames no one.
 */
export async function compareWithBase(
  input: ComparisonInput,
  signal: AbortSignal,
): Promise<BaseComparison> {
  const { ci, pullRequest, sharedBefore } = input
  const failed = ci.failed.filter(hasFailed)
  const { pairs, isGreen } =
    failed.length === 0 ? { pairs: [], isGreen: false } : await findPairs(input, failed, signal)
  const compared = pairs.slice(0, MAX_COMPARED)
  const isShared = await Promise.all(compared.map((pair) => isSamePair(input, pair, signal)))
  const shared = compared.filter((_, index) => isShared[index])
  const rest = shared.length === compared.length ? pairs.slice(MAX_COMPARED) : []
  const all = [...shared, ...rest].map(toSharedFailure)
  const wasShared = (check: Check): boolean => sharedBefore.some((one) => isSameResult(one, check))
  return {
    commit: ci.commit,
    branch: pullRequest.baseBranch,
    shared: all,
    isGreen,
    repaired: ci.failed
      .filter((check) => wasShared(check) && !all.some((one) => isSameResult(one, check)))
      .map(({ label }) => label),
  }
}

interface Pair {
  readonly check: Check
  readonly run: BaseRun
}

const toSharedFailure = ({ check, run }: Pair): SharedFailure => ({
  label: check.label,
  app: check.app,
  name: check.name,
  id: check.id,
  completedAt: check.completedAt,
  base: { commit: run.commit, url: run.check.url },
})

/** The failed checks whose newest finished run on the base failed, too. */
async function findPairs(
  input: ComparisonInput,
  failed: readonly Check[],
  signal: AbortSignal,
): Promise<{ readonly pairs: readonly Pair[]; readonly isGreen: boolean }> {
  const { github, repository, pullRequest, ci, policy } = input
  const read = async (at: { branch: string } | { commit: CommitSha }) => {
    const found = await github.readCommitChecks({ repository, at }, signal)
    return (
      found &&
      toBaseCommit(found, {
        policy: policy.ci,
        ourContext: policy.status.context,
        setsCheckRun: policy.status.check_run,
      })
    )
  }
  const findRuns = (commit: BaseCommit | null) =>
    failed.map((check) => commit && findBaseRun(check, commit))
  const tip = await read({ branch: pullRequest.baseBranch })
  const atTip = findRuns(tip)
  const base = tip?.commit ?? pullRequest.baseSha
  const fork = atTip.includes(null)
    ? await github.readMergeBase({ repository, base, head: ci.commit }, signal)
    : null
  const atFork = fork === null || fork === tip?.commit ? [] : findRuns(await read({ commit: fork }))
  const pairs = failed.flatMap((check, index) => {
    const run = atTip[index] ?? atFork[index] ?? null
    return run !== null && hasFailed(run.check) ? [{ check, run }] : []
  })
  return { pairs, isGreen: tip?.isGreen ?? false }
}

async function isSamePair(
  input: ComparisonInput,
  { check, run }: Pair,
  signal: AbortSignal,
): Promise<boolean> {
  if (!hasLog(check) || !hasLog(run.check)) return true
  const [head, base] = await Promise.all([
    readLog({ ...input, commit: input.ci.commit }, check, signal),
    readLog({ ...input, commit: run.commit }, run.check, signal),
  ])
  return isSameFailure(head, base)
}
