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
  /** What the next attempt was to do. An older release recorded none. */
  readonly instructions: readonly GivenInstruction[]
  /** What was tried, in one line; null: an older release recorded nothing. */
  readonly summary: AttemptSummary | null
}

/** One thing that a prompt asks for. */
export interface GivenInstruction {
  /**
   * The same in every attempt: a gate, or what its evidence is about, such as
   * `check:github-actions/unit`, `thread:<id>`, `requirement:2`, `finding:<id>`.
   */
  readonly id: string
  /** The gate that refuses; `judge` for what the model found. */
  readonly gate: string
  readonly text: string
  /** How much is wrong: error lines, comments of the reviewer, findings. More of it is worse. */
  readonly amount: number
}

/** What became of an instruction in the attempt that was given it. */
export interface Uptake {
  readonly id: string
  readonly gate: string
  readonly text: string
  /** Null: the attempt ended before this was known. */
  readonly result: 'obeyed' | 'ignored' | 'worse' | null
  readonly because: string
  readonly evidence: readonly {
    readonly text: string
    readonly url: string | null
    readonly path: string | null
    readonly line: number | null
  }[]
}

export interface AttemptSummary {
  readonly because: string
  /** The first paths of the change, and how many files it has; null: the change was not read. */
  readonly files: { readonly paths: readonly string[]; readonly count: number } | null
  /** How many of the instructions it was given it obeyed, and how many there were. */
  readonly obeyed: number
  readonly given: number
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
