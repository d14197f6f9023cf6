import type { Evidence } from '../../artifacts/evidence.ts'
import type { GithubReads } from '../../github/port.ts'
import { getErrorMessage, isFailure } from '../../lib/failure.ts'
import { type Instant, toInstant } from '../../lib/instant.ts'
import { type Known, known, unreadable } from '../../lib/known.ts'
import type { Mask } from '../../lib/mask.ts'
import type { Trace } from '../../lib/trace.ts'
import type { Policy, RepositoryPolicyReading } from '../../policy/policy.ts'
import type { Run, RunClaims } from '../../run/run.ts'
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
   * finished. Null: Argo is not configured.
   */
  readonly askCompletion:
    | ((run: Run, signal: AbortSignal) => Promise<'running' | 'finished' | 'unknown'>)
    | null
  readonly mask: Mask
  /** The policy of a repository whose default branch holds this policy file (null: none). */
  readonly policyFor: (
    repository: string | null,
    text: string | null,
  ) => { readonly policy: Policy; readonly reading: RepositoryPolicyReading }
  readonly reviewers: {
    readonly codexReviewers: readonly string[]
    readonly ourLogins: readonly string[]
  }
  /** The address of a run's page. */
  readonly getRunUrl: (runId: string) => string
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
        const forbidden = isFailure(error) && error.kind === 'forbidden'
        return unreadable(getErrorMessage(error), first, forbidden)
      }
    },
  }
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
