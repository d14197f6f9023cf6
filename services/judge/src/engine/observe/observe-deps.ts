import type { Evidence } from '../../artifacts/evidence.ts'
import type { KnownFlake } from '../../ci/find-flakes.ts'
import type { CompletionState } from '../../decide/facts.ts'
import type { FindAddedSecrets } from '../../diff/added-secret.ts'
import type { Diff } from '../../diff/diff.ts'
import type { GithubReads } from '../../github/port.ts'
import { getErrorMessage, isFailure, type ReadSystem } from '../../lib/failure.ts'
import { type Instant, toInstant } from '../../lib/instant.ts'
import { type Known, known, unreadable } from '../../lib/known.ts'
import type { Mask } from '../../lib/mask.ts'
import type { Trace } from '../../lib/trace.ts'
import type { MergedPolicy } from '../../policy/merge-policy.ts'
import type { Run, RunClaims } from '../../run/run.ts'
import { getCredentialHint } from '../../run/shared-cause.ts'
import type { Waiver } from '../../run/waiver.ts'
import type { TestFinding } from '../../test-changes/finding.ts'
import type { FileTexts } from '../../test-changes/side-text.ts'
import type { FactCache } from './fact-cache.ts'
import type { LoadedRun } from './load-run.ts'

/** The ports through which a reconciliation reads external systems, and their settings. */
export interface ObserveDeps {
  readonly github: GithubReads
  readonly gatherEvidence: (
    of: { claims: RunClaims; now: Instant },
    signal: AbortSignal,
  ) => Promise<Evidence>
  /**
   * Asks what became of the workflow of an announced run, and records its completion if it has
   * finished and `record` is set. Null: Argo is not configured.
   */
  readonly askCompletion:
    | ((
        run: Run,
        signal: AbortSignal,
        options: { readonly record: boolean },
      ) => Promise<'running' | 'finished' | 'unknown'>)
    | null
  /**
   * Asks Argo about a completion that a message has reported, and lets the answer count; `finished`
   * means that the run was changed accordingly. With `mustKnow`, a workflow that Argo does not know
   * is no completion.
   */
  readonly confirmCompletion: (
    run: Run,
    options: { readonly mustKnow: boolean },
    signal: AbortSignal,
  ) => Promise<CompletionState>
  readonly mask: Mask
  readonly findAddedSecrets: FindAddedSecrets
  /** See `findTestChanges` (test-changes/find-test-changes.ts). Rejects only by a fault of ours. */
  readonly findTestChanges: (change: {
    readonly diff: Diff
    readonly files: FileTexts
  }) => Promise<readonly TestFinding[]>
  /** The findings that people have accepted for an issue. */
  readonly listWaivers: (of: {
    readonly repository: string
    readonly issueNumber: number
  }) => Promise<readonly Waiver[]>
  /** The policy of a repository whose default branch holds this policy file (null: none). */
  readonly policyFor: (
    repository: string | null,
    text: string | null,
  ) => Pick<MergedPolicy, 'policy' | 'origins' | 'reading'>
  readonly reviewers: {
    readonly codexReviewers: readonly string[]
    readonly ourLogins: readonly string[]
  }
  /** Why no attempt can be dispatched; null: it can. */
  readonly dispatchOff: string | null
  /** The address of a run's page. */
  readonly getRunUrl: (runId: string) => string
  /** The checks of a repository that are known to fail by chance, the most frequent first. */
  readonly listFlakes: (repository: string) => Promise<readonly KnownFlake[]>
  /** How many runs wait now and share GitHub's request budget. */
  readonly countWaitingRuns: () => number
}

/**
 * Reads parts of external systems without ever rejecting: a part is known, or unreadable since a
 * moment that is carried over from one reconciliation to the next. Patience counts from there.
 */
export interface PartReader {
  read<T>(part: string, how: () => Promise<T>): Promise<Known<T>>
  /** The parts that could not be read, with since when. */
  readonly unreadableSince: ReadonlyMap<string, Instant>
}

/** Each reading is a span of the run's trace, named after the part. */
export function createPartReader(
  before: Readonly<Record<string, number>>,
  now: Instant,
  trace: Trace,
): PartReader {
  const unreadableSince = new Map<string, Instant>()
  return {
    unreadableSince,
    read: async (part, how) => {
      try {
        return known(await trace.span(part, how), now)
      } catch (error) {
        const first = toInstant(before[part] ?? now)
        unreadableSince.set(part, first)
        return toUnreadable(error, first, partSystems[part] ?? 'github')
      }
    },
  }
}

/** The parts that are not read from GitHub. */
const partSystems: Readonly<Record<string, ReadSystem>> = { artifacts: 'artifacts', argo: 'argo' }

/** What is known of a part that could not be read: why, where, and what a person can do about it. */
export function toUnreadable(
  error: unknown,
  since: Instant,
  partSystem: ReadSystem,
): Extract<Known<never>, { kind: 'unreadable' }> {
  const because = getErrorMessage(error)
  if (!isFailure(error)) return unreadable(because, since, { system: partSystem })
  const system = error.system ?? partSystem
  const forbidden = error.kind === 'forbidden'
  const needsHint = forbidden && error.remedy === null
  return unreadable(needsHint ? `${because}; ${getCredentialHint(system)}` : because, since, {
    forbidden,
    system,
    // The other side knows nothing of this request's repository, whatever it knows of others.
    scope: error.kind === 'refused' ? 'repository' : error.scope,
  })
}

/** One observation in progress. `signal` aborts its requests. */
export interface ObserveContext {
  readonly loaded: LoadedRun
  readonly deps: ObserveDeps
  readonly cache: FactCache
  readonly reader: PartReader
  readonly trace: Trace
  readonly signal: AbortSignal
}
