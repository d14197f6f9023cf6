import type { Evidence } from '../../artifacts/evidence.ts'
import type { Change, RepositoryPolicyReading } from '../../gates/gate.ts'
import type { Snapshot, Surroundings } from '../../github/snapshot.ts'
import { Failure } from '../../lib/failure.ts'
import { type Known, known, knownValue, notYet } from '../../lib/known.ts'
import { maskStrings } from '../../lib/mask.ts'
import type { Policy } from '../../policy/policy.ts'
import { staleSince } from './head-view.ts'
import type { Looking } from './observe-deps.ts'
import { readRelation } from './read-commit.ts'

/** What the artifacts say, read once: a later look uses what the first one kept. */
export async function readEvidence({
  loaded,
  outside,
  reads,
  signal,
}: Looking): Promise<Known<Evidence>> {
  if (loaded.evidence !== null) return known(loaded.evidence, loaded.now)
  return reads.read('artifacts', async () => {
    const evidence = await outside.gather({ claims: loaded.run.claims, now: loaded.now }, signal)
    const away = evidence.readings.filter(({ state }) => state === 'unavailable')
    // A store that is away for one artifact has told nothing about it: "unavailable" is not
    // "missing".
    if (away[0]) throw new Failure('unavailable', `the artifact store is away: ${away[0].because}`)
    return maskStrings(evidence, outside.mask)
  })
}

/** The rules for this run: the service's, with what the repository's default branch says of it. */
export function readPolicy(
  { loaded, outside }: Looking,
  surroundings: Known<Surroundings>,
): { policy: Policy; reading: Known<RepositoryPolicyReading> } {
  const { repository } = loaded.run.claims
  const { policy, reading } = outside.policyFor(
    repository,
    knownValue(surroundings)?.policyText ?? null,
  )
  return {
    policy,
    reading: surroundings.kind === 'known' ? known(reading, loaded.now) : surroundings,
  }
}

/**
 * What GitHub has of a run: its pull request, "not yet" where there is none, and what stands around
 * it.
 */
export interface SeenOnGithub {
  readonly found: Known<Snapshot>
  readonly surroundings: Known<Surroundings>
}

/**
 * One look at GitHub, one point: a pull request that was found stays the run's, and brings its
 * surroundings along. Only where none is known (or it is no longer open) is one looked for, and
 * only where there is none are the surroundings read by themselves.
 */
export async function readGithub(
  { loaded, outside, reads, signal }: Looking,
  { repository, issueNumber }: { readonly repository: string; readonly issueNumber: number },
): Promise<SeenOnGithub> {
  const { run, now } = loaded
  const { branch, reportedPrNumber, startedAt } = run.claims
  const around = { repository, issueNumber, branch }
  const snapshot = (number: number) => outside.github.snapshot({ ...around, number }, signal)
  const find = () =>
    outside.github.findPullRequest(
      { repository, branch, prNumber: reportedPrNumber, startedAt: startedAt ?? run.createdAt },
      signal,
    )
  const read = await reads.read('github', async () => {
    const known = run.prNumber === null ? null : await snapshot(run.prNumber)
    if (known?.pullRequest.state === 'open') return known
    const number = await find()
    if (number === null) return outside.github.surroundings(around, signal)
    return number === known?.pullRequest.number ? known : snapshot(number)
  })
  if (read.kind !== 'known') return { found: read, surroundings: read }
  const seen = read.value
  if ('pullRequest' in seen)
    return { found: known(seen, now), surroundings: known(seen.around, now) }
  return {
    found: notYet('there is no pull request of the branch', now),
    surroundings: known(seen, now),
  }
}

/** The change under judgement, and how what the run reported stands to it. */
export async function readChange(
  { loaded, outside, reads, kept, signal }: Looking,
  seen: {
    found: Known<Snapshot>
    surroundings: Known<Surroundings>
    evidence: Known<Evidence>
    policy: Policy
  },
): Promise<Known<Change>> {
  const { run, now, heads } = loaded
  const { found, surroundings } = seen
  const repository = run.claims.repository ?? ''
  if (found.kind === 'unreadable') return found
  if (found.kind === 'not_yet') {
    if (surroundings.kind !== 'known') return surroundings
    const { base } = run.claims
    return reads.read('github', async (): Promise<Change> => {
      // Only a run that may have changed nothing asks where its base stands: the proof is then in
      // its files.
      const mayBeEmpty = seen.policy.diff.allow_empty && base !== null
      const other = mayBeEmpty
        ? await outside.github.surroundings({ repository, issueNumber: null, branch: base }, signal)
        : null
      return {
        kind: 'none',
        branchHead: surroundings.value.branchHead,
        baseHead: other?.branchHead ?? null,
        since: now,
      }
    })
  }
  const { pullRequest } = found.value
  const { head } = pullRequest
  const reported = run.claims.reportedCommit ?? knownValue(seen.evidence)?.manifest?.commit ?? null
  return reads.read(
    'github',
    async (): Promise<Change> => ({
      kind: 'pull_request',
      pullRequest,
      head,
      reported:
        reported === null || head === null
          ? null
          : {
              commit: reported,
              relation: await readRelation(
                { github: outside.github, kept, repository, commit: reported, head },
                signal,
              ),
            },
      staleSince:
        head === null
          ? null
          : staleSince(head, heads, knownValue(surroundings)?.branchHead ?? null),
    }),
  )
}
