import type { ArtifactReading, Evidence } from '../../artifacts/evidence.ts'
import { findStaleSince } from '../../decide/head-view.ts'
import type { Change } from '../../gates/gate.ts'
import type { RepositoryContext, Snapshot } from '../../github/snapshot.ts'
import { Failure } from '../../lib/failure.ts'
import { getKnownValue, type Known, known, notYet } from '../../lib/known.ts'
import { maskStrings } from '../../lib/mask.ts'
import type { Policy, PolicyOrigins, RepositoryPolicyReading } from '../../policy/policy.ts'
import { getSystemName } from '../../run/shared-cause.ts'
import { maskReading } from './mask-reading.ts'
import type { ObserveContext } from './observe-deps.ts'
import { readRelation } from './read-commit.ts'
import { findWantedBase, readBase, readPullRequest, toBranchName } from './read-work.ts'

/** Reads the artifacts, once: later reconciliations use the evidence that the first one stored. */
export async function readEvidence({
  loaded,
  deps,
  reader,
  signal,
}: ObserveContext): Promise<Known<Evidence>> {
  if (loaded.evidence !== null) return known(loaded.evidence, loaded.now)
  return reader.read('artifacts', async () => {
    const evidence = await deps.gatherEvidence(
      { claims: loaded.run.claims, now: loaded.now },
      signal,
    )
    // A store that is unavailable for one artifact says nothing about it: that is not "missing".
    const unavailable = evidence.readings.filter(({ state }) => state === 'unavailable')
    // Refused credentials are the better explanation: they will not work by themselves.
    const worst = unavailable.find(({ failure }) => failure?.kind === 'forbidden') ?? unavailable[0]
    if (worst) throw toEvidenceFailure(worst)
    return maskStrings(evidence, deps.mask)
  })
}

function toEvidenceFailure({ because, failure }: ArtifactReading): Failure {
  const kind = failure?.kind === 'forbidden' ? 'forbidden' : 'unavailable'
  const system = failure?.system ?? 'artifacts'
  const problem = kind === 'forbidden' ? 'refuses our credentials' : 'is unavailable'
  return new Failure(kind, `${getSystemName(system)} ${problem}: ${because}`, {
    system,
    remedy: failure?.remedy ?? null,
  })
}

/**
 * The policy for this run: the service's, merged with the repository's own at its default branch.
 */
export function readPolicy(
  { loaded, deps }: ObserveContext,
  repositoryContext: Known<RepositoryContext>,
): { policy: Policy; origins: PolicyOrigins; reading: Known<RepositoryPolicyReading> } {
  const { repository } = loaded.run.claims
  const { policy, origins, reading } = deps.policyFor(
    repository,
    getKnownValue(repositoryContext)?.policyText ?? null,
  )
  return {
    policy,
    origins,
    reading: repositoryContext.kind === 'known' ? known(reading, loaded.now) : repositoryContext,
  }
}

/**
 * What GitHub knows of a run: its pull request ("not yet" if there is none), and the repository.
 */
export interface GithubReading {
  readonly found: Known<Snapshot>
  readonly repositoryContext: Known<RepositoryContext>
}

/** Reads what GitHub knows of a run; see `readPullRequest`. */
export async function readGithub(
  { loaded, deps, reader, signal }: ObserveContext,
  issue: { readonly repository: string; readonly issueNumber: number },
): Promise<GithubReading> {
  const { run, now } = loaded
  const base = findWantedBase(run, deps)
  const read = await reader.read('github', async () =>
    maskReading(await readPullRequest(deps.github, { ...issue, run, base }, signal), deps.mask),
  )
  if (read.kind !== 'known') return { found: read, repositoryContext: read }
  const seen = read.value
  if ('pullRequest' in seen)
    return { found: known(seen, now), repositoryContext: known(seen.context, now) }
  return {
    found: notYet('there is no pull request of the branch', now),
    repositoryContext: known(seen, now),
  }
}

/** The change under judgement, and how the commit that the run reported relates to it. */
export async function readChange(
  { loaded, deps, reader, cache, signal }: ObserveContext,
  input: {
    found: Known<Snapshot>
    repositoryContext: Known<RepositoryContext>
    evidence: Known<Evidence>
    policy: Policy
  },
): Promise<Known<Change>> {
  const { run, now, heads } = loaded
  const { found, repositoryContext } = input
  const repository = run.claims.repository ?? ''
  if (found.kind === 'unreadable') return found
  if (found.kind === 'not_yet') {
    if (repositoryContext.kind !== 'known') return repositoryContext
    const { base } = run.claims
    return reader.read('github', async (): Promise<Change> => {
      // Only a run that may have changed nothing needs its base: its files are then the proof.
      const mayBeEmpty = input.policy.diff.allow_empty && base !== null
      const other = mayBeEmpty
        ? await deps.github.readRepositoryContext(
            { repository, issueNumber: null, branch: base },
            signal,
          )
        : null
      return {
        kind: 'none',
        branchHead: repositoryContext.value.branchHead,
        baseHead: other?.branchHead ?? null,
        since: now,
      }
    })
  }
  const { pullRequest } = found.value
  const { head } = pullRequest
  const reported =
    run.claims.reportedCommit ?? getKnownValue(input.evidence)?.manifest?.commit ?? null
  return reader.read(
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
                { github: deps.github, cache, repository, commit: reported, head },
                signal,
              ),
            },
      staleSince:
        head === null
          ? null
          : findStaleSince(head, heads, getKnownValue(repositoryContext)?.branchHead ?? null),
    }),
  )
}

/**
 * The run's base, which follows its pull request where GitHub moved that; see `readBase`. While it
 * is not known who moved it, neither is the change.
 */
export async function readOwnBase(
  { loaded, deps, reader, signal }: ObserveContext,
  change: Known<Change>,
): Promise<{ readonly change: Known<Change>; readonly base: string | null }> {
  const { base, repository } = loaded.run.claims
  const pull = getKnownValue(change)
  if (pull?.kind !== 'pull_request' || repository === null) return { change, base }
  const { pullRequest } = pull
  const read = await reader.read('github', () =>
    readBase(deps.github, { repository, base: toBranchName(base), pullRequest }, signal),
  )
  if (read.kind !== 'known') return { change: read, base }
  return { change, base: read.value === toBranchName(base) ? base : read.value }
}
