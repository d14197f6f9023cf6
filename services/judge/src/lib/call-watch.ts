import type { FailureScope } from './failure.ts'

/** A call to an external system, as it is watched. */
export interface WatchedCall {
  /** What is done: the method of the port. */
  readonly operation: string
  /** Whether it changes something there; default: false. */
  readonly writes?: boolean
  /** The part of the system with access rules of its own; default: the system is one. */
  readonly scope?: string | null
  /** What is accessed within the scope; default: all of it. */
  readonly object?: string | null
  /** Whose credentials it uses, for a system that has several. */
  readonly account?: string
  /** The part that a failure is about; default: the scope of the call. */
  readonly findFailedScope?: (scope: FailureScope) => string | null
}

/** Watches the calls to one external system, so that its state is known without a request. */
export interface CallWatch {
  /**
   * Does the work and notes how it ended. It changes neither the result nor the error. A call that
   * `signal` stopped says nothing of the system.
   */
  track<T>(call: WatchedCall, signal: AbortSignal, work: () => Promise<T>): Promise<T>
  /** Notes a call that succeeded, for what is not one promise. */
  noteAnswer(call: WatchedCall): void
  /** Notes a call that failed. Resolves when that is visible; never rejects. */
  noteFailure(call: WatchedCall, error: unknown): Promise<void>
}

/** For commands, which report each failure themselves. */
export const noCallWatch: CallWatch = {
  track: (_call, _signal, work) => work(),
  noteAnswer: () => {},
  noteFailure: async () => {},
}
