import type { Failure } from '../lib/failure.ts'
import type { Instant } from '../lib/instant.ts'
import type { AgentUsage, ThreadUsage } from '../run/run.ts'

/** The artifacts of a run that we look for, by their canonical names. */
export const artifactNames = [
  'implementation-changes',
  'implementation-patch',
  'implementation-status',
  'implementation-log',
  'implementation-events',
  'implementation-agent-log',
  'implementation-runtime-log',
  'implementation-resume',
  'implementation-notify',
  'judge-output',
  'main-logs',
] as const
export type ArtifactName = (typeof artifactNames)[number]

/**
 * `missing`: the object does not exist. `empty`: it has no bytes. `unavailable`: the store did not
 * answer. `refused`: it breaks a limit or a rule (a bomb, a path out of the archive, a link, not
 * what it claims to be).
 */
export type ArtifactState = 'found' | 'missing' | 'empty' | 'unavailable' | 'refused'

export interface ArtifactReading {
  readonly name: string
  readonly bucket: string | null
  readonly key: string | null
  readonly state: ArtifactState
  readonly bytes: number | null
  readonly sha256: string | null
  readonly because: string
  /** What failed, if it is `unavailable`. */
  readonly failure?: Failure
}

export interface Manifest {
  readonly repository: string | null
  readonly issueNumber: number | null
  readonly prompt: string | null
  readonly commit: string | null
  readonly sessionId: string | null
  readonly trackedFiles: readonly string[]
  readonly deletedFiles: readonly string[]
}

/** What the events stream of `codex exec --json` reports. */
export interface AgentStream {
  readonly threadId: string | null
  /**
   * How the last turn ended; `cut` when the stream stops inside a turn, `none` when no turn began.
   * `ground`: infrastructure failed, not the agent's work.
   */
  readonly lastTurn:
    | { readonly kind: 'completed' | 'cut' | 'none' }
    | { readonly kind: 'failed'; readonly message: string; readonly ground: boolean }
  readonly lastMessage: string | null
  readonly usage: AgentUsage | null
  /** The same by thread. */
  readonly threads: readonly ThreadUsage[]
  readonly turns: number
  /** How many lines were not JSON objects; they never fail a reading. */
  readonly oddLines: number
  /**
   * How many of them were too long to keep: over 1 MiB. Left out by older releases, which kept
   * lines of up to 8 MiB.
   */
  readonly longLines?: number
  /**
   * In order; null: not all are known, as there were over 500, a line was too long to keep, or an
   * older release read them.
   */
  readonly commands: readonly AgentCommand[] | null
  readonly failedCommands: readonly {
    readonly command: string
    readonly exitCode: number | null
    readonly output: string
  }[]
}

/** A command that an agent ran to its end. */
export interface AgentCommand {
  readonly command: string
  /** Null: the stream does not say. */
  readonly exitCode: number | null
  /** What the end of its output says about the result, where the exit code may hide it. */
  readonly output: 'success' | 'failure' | null
}

/** Everything the store holds about a run, read once and bounded. */
export interface Evidence {
  readonly readings: readonly ArtifactReading[]
  readonly manifest: Manifest | null
  readonly stream: AgentStream | null
  /** The end of each log that was found, at most 12,000 characters each. */
  readonly logs: Readonly<Partial<Record<'log' | 'agent' | 'runtime' | 'main', string>>>
  readonly statusText: string | null
  /** git's own message that a patch did not apply, from the status artifact; null without one. */
  readonly failedApply: string | null
  readonly readAt: Instant
}
