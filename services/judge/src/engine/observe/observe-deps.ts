import type { Evidence } from '../../artifacts/evidence.ts'
import type { RepositoryPolicyReading } from '../../gates/gate.ts'
import type { GithubReads } from '../../github/port.ts'
import { isFailure, messageOf } from '../../lib/failure.ts'
import { type Instant, instant } from '../../lib/instant.ts'
import { type Known, known, unreadable } from '../../lib/known.ts'
import type { Mask } from '../../lib/mask.ts'
import type { Trace } from '../../lib/trace.ts'
import type { Policy } from '../../policy/policy.ts'
import type { Run, RunClaims } from '../../run/run.ts'
import type { Kept } from './fact-cache.ts'
import type { Loaded } from './load.ts'

/** Everything a look reads that is not ours, behind ports, and the settings that say how. */
export interface Outside {
  readonly github: GithubReads
  readonly gather: (
    of: { claims: RunClaims; now: Instant },
    signal: AbortSignal,
  ) => Promise<Evidence>
  /**
   * What became of the workflow of an announced run, recorded on the way if it has finished; null:
   * nobody can be asked.
   */
  readonly askCompletion:
    | ((run: Run, signal: AbortSignal) => Promise<'running' | 'finished' | 'unknown'>)
    | null
  readonly mask: Mask
  /** The rules for a repository whose default branch holds this policy file (null: none). */
  readonly policyFor: (
    repository: string | null,
    text: string | null,
  ) => { readonly policy: Policy; readonly reading: RepositoryPolicyReading }
  readonly reviewers: {
    readonly codexReviewers: readonly string[]
    readonly ourLogins: readonly string[]
  }
  /** Where a run is shown. */
  readonly runUrl: (runId: string) => string
  /** Other runs that wait now, for sharing GitHub's budget. */
  readonly waiting: () => number
}

/**
 * What a part of the world said, or since when it cannot be read: its patience is counted from
 * there, over all looks.
 */
export interface Reader {
  read<T>(part: string, how: () => Promise<T>): Promise<Known<T>>
  readonly since: ReadonlyMap<string, Instant>
}

/** Each reading is a part of the look's trace, named as the part of the world that is read. */
export function reader(
  before: Readonly<Record<string, number>>,
  now: Instant,
  trace: Trace,
): Reader {
  const since = new Map<string, Instant>()
  return {
    since,
    read: async (part, how) => {
      try {
        return known(await trace.part(part, how), now)
      } catch (error) {
        const first = instant(before[part] ?? now)
        since.set(part, first)
        const forbidden = isFailure(error) && error.kind === 'forbidden'
        return unreadable(messageOf(error), first, forbidden)
      }
    },
  }
}

/** One look in progress: what it looks at, through what, and until when. */
export interface Looking {
  readonly loaded: Loaded
  readonly outside: Outside
  readonly kept: Kept
  readonly reads: Reader
  readonly trace: Trace
  readonly signal: AbortSignal
}
