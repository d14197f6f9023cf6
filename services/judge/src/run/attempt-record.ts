import type { Reason } from './reasons.ts'

/**
 * What a later attempt must know of one that was decided on: by what its change and its failure are
 * recognised, and what it had satisfied. It is small, because every later attempt loads it.
 */
export interface AttemptRecord {
  /** What really failed, or `accepted`; the run's own reason changes when a newer run replaces it. */
  readonly reason: Reason
  /** The head of the base branch that the change was compared with. */
  readonly base: string | null
  /** The digests of the changed lines alone, and of the files before the change. */
  readonly contentDigest: string | null
  readonly originDigest: string | null
  readonly satisfied: {
    readonly requirements: readonly SatisfiedRequirement[]
    readonly threads: readonly SatisfiedThread[]
    readonly checks: readonly SatisfiedCheck[]
  }
}

export interface SatisfiedRequirement {
  /** As in the issue, from 1. */
  readonly number: number
  readonly text: string
  /** The lines that the judge cited for it, at least one. */
  readonly citations: readonly {
    readonly path: string
    readonly line: number
    readonly quote: string
    /** True if the change itself added the line. */
    readonly added: boolean
  }[]
}

export interface SatisfiedThread {
  readonly id: string
  readonly place: string
}

export interface SatisfiedCheck {
  readonly app: string
  readonly workflow: string | null
  readonly name: string
}
