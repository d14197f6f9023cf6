import type { CiOutcome } from '../../ci/ci-outcome.ts'
import type { FailureIdentity } from '../../ci/commit-checks.ts'
import type { BaseComparison } from '../../ci/compare-with-base.ts'
import type { CheckName, KnownFlake } from '../../ci/find-flakes.ts'
import type { Facts } from '../../decide/facts.ts'
import { evaluateCi, evaluateReview } from '../../decide/head-view.ts'
import type { Diff } from '../../diff/diff.ts'
import type { Snapshot } from '../../github/snapshot.ts'
import { selectContextPaths } from '../../judge/context/select-context-paths.ts'
import { createRelevance } from '../../judge/relevance.ts'
import { getKnownValue, type Known, known, mapKnown, notYet } from '../../lib/known.ts'
import type { Policy } from '../../policy/policy.ts'
import type { Readings } from '../../receipt/decision-record.ts'
import { isOpen } from '../../run/lifecycle.ts'
import type { CommitSha } from '../../run/run.ts'
import type { ObserveContext } from './observe-deps.ts'
import { compareWithBase } from './read-base.ts'
import { readChangedLines } from './read-commit.ts'
import { readFlakes } from './read-flakes.ts'
import { isFinalFailure, readCheckLogs } from './read-logs.ts'
import { observeTestChanges } from './read-test-changes.ts'
import { readSharedFailures } from './shared-failures.ts'

interface HeadInput {
  readonly repository: string
  readonly snapshot: Snapshot | null
  readonly change: Facts['change']
  readonly policy: Policy
}

type HeadFacts = Pick<
  Facts,
  'ci' | 'review' | 'diff' | 'addedSecrets' | 'testChanges' | 'checkLogs' | 'base' | 'knownFlakes'
> & {
  readonly head: CommitSha | null
  /** The checks that failed by chance on the head. */
  readonly flakes: readonly CheckName[]
  /** What the outcomes of CI and review were computed from; null: there is no head. */
  readonly read: Readings['head']
}

/**
 * Observes the commit under judgement: the head of the pull request. Without one, all its facts are
 * unknown for the same reason.
 */
export async function observeHead(
  context: ObserveContext,
  { repository, snapshot, change, policy }: HeadInput,
): Promise<HeadFacts> {
  const { loaded, deps, reader, cache, signal } = context
  const { run, now, heads, effects } = loaded
  const pull = getKnownValue(change)
  const head = pull?.kind === 'pull_request' && pull.staleSince === null ? pull.head : null
  const toMissing = (because: string) => (change.kind === 'known' ? notYet(because, now) : change)
  if (snapshot === null || head === null)
    return {
      head,
      ci: toMissing('there is no head commit'),
      review: toMissing('there is no head commit'),
      diff: toMissing('there is no pull request'),
      addedSecrets: toMissing('there is no pull request'),
      testChanges: toMissing('there is no pull request'),
      base: toMissing('there is no head commit'),
      checkLogs: new Map(),
      knownFlakes: [],
      flakes: [],
      read: null,
    }
  const sharedBefore = readSharedFailures(cache, head)
  // A run that is open although its failures were the base's was opened again after a repair.
  const repaired = isOpen(run.status) ? sharedBefore : []
  const view = { run, snapshot, head, heads, effects, now, policy, repaired }
  const ci = evaluateCi(view)
  const { baseSha: base } = snapshot.pullRequest
  const readDeps = { github: deps.github, mask: deps.mask, cache, repository, policy }
  const { findAddedSecrets } = deps
  const lines = await reader.read('diff', () =>
    readChangedLines({ ...readDeps, base, head, findAddedSecrets }, signal),
  )
  const diff = mapKnown(lines, (read) => read.diff)
  return {
    head,
    ci: known(ci, now),
    review: known(evaluateReview(view, deps.reviewers), now),
    diff,
    addedSecrets: mapKnown(lines, (read) => read.addedSecrets),
    testChanges:
      diff.kind === 'known'
        ? await observeTestChanges(context, {
            ...{ ...readDeps, diff: diff.value, head },
            alsoNeeded: listContextPaths(diff.value, policy),
          })
        : diff,
    flakes: readFlakes(cache, { head, checks: snapshot.checks }),
    read: { snapshot, heads, repaired },
    ...(await readFailure(context, { ...readDeps, ci, snapshot, sharedBefore })),
  }
}

/** The files that a model will be shown around the change, if one is asked; see `readCodeContext`. */
const listContextPaths = (diff: Diff, { judge }: Policy): readonly string[] =>
  judge.models.length === 0
    ? []
    : selectContextPaths(diff, createRelevance([])).paths.map(({ path }) => path)

interface FailureInput {
  readonly repository: string
  readonly snapshot: Snapshot
  readonly policy: Policy
  readonly ci: CiOutcome
  readonly sharedBefore: readonly FailureIdentity[]
}

/**
 * What explains a failure of CI: the logs of its checks, whether the base fails in the same way, and
 * which checks are known to fail by chance. Nothing of it is read before CI has finally failed.
 */
async function readFailure(
  { loaded, deps, reader, cache, trace, signal }: ObserveContext,
  { ci, snapshot, ...input }: FailureInput,
): Promise<{
  readonly checkLogs: Facts['checkLogs']
  readonly base: Known<BaseComparison>
  readonly knownFlakes: readonly KnownFlake[]
}> {
  const { repository, policy } = input
  const of = { github: deps.github, mask: deps.mask, cache, ...input }
  const { effects, now } = loaded
  const checkLogs = await trace.span('logs', () => readCheckLogs({ ...of, ci, effects }, signal))
  if (!isFinalFailure(ci, { effects, policy }))
    return { checkLogs, base: notYet('CI has not failed', now), knownFlakes: [] }
  const { pullRequest } = snapshot
  return {
    checkLogs,
    base: await reader.read('base', () => compareWithBase({ ...of, ci, pullRequest }, signal)),
    knownFlakes: await deps.listFlakes(repository),
  }
}
