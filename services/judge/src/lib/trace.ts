import type { Instant } from './instant.ts'

/*
 * What whoever works says of the work while it is done, so that somebody can see afterwards what it
 * was and where the time went. The trace of a run is found by the run's id, so nothing has to be
 * carried along with messages, rows and jobs. And what a piece of work is a part of is known by
 * where it was called from, not by an argument: the code in between need not know that anybody
 * looks.
 */

/**
 * Ids, closed words and numbers: never a body, a credential, or a text that came from outside. What
 * is null is left out.
 */
export type About = Readonly<Record<string, string | number | boolean | null>>

/** A message that was taken in, as far as it concerns those who look. */
export interface Heard {
  /** Whose trace it belongs to; null: it is about no single run, and has a trace of its own. */
  readonly runId: string | null
  /** The `traceparent` it came with, as it came; null: none. */
  readonly traceparent: string | null
  readonly about: About
  /** Why nobody could read it, in a closed word; null: it was read. */
  readonly fault: string | null
}

/** Nothing here throws of itself, waits for anybody, or changes what the work gives or throws. */
export interface Trace {
  /** Does the work as a part of the run's own trace. What it throws marks that part as failed. */
  ofRun<T>(runId: string, name: string, work: () => Promise<T>): Promise<T>
  /**
   * Does the work as a part of what is being done here; where that is in no trace, neither is this.
   */
  part<T>(name: string, work: () => Promise<T>): Promise<T>
  /** Says something of what is being done here. */
  tell(about: About): void
  /** Says that what is being done here has failed, though nothing is thrown. */
  failed(error: unknown): void
  /**
   * The run itself, from when it was first heard of until now: what its trace hangs on. To be told
   * once for each run.
   */
  ended(runId: string, began: Instant, about: About): void
  /** Does the work, and remembers that what is heard in it begins to arrive now. */
  arriving<T>(work: () => T): T
  /**
   * Does the work that takes messages in; `found` says what they were. They count from when they
   * began to arrive.
   */
  heard<T>(work: () => Promise<T>, found: (taken: T) => readonly Heard[]): Promise<T>
}

/** Nobody looks: the work is done, and that is all. */
export const untraced: Trace = {
  ofRun: (_runId, _name, work) => work(),
  part: (_name, work) => work(),
  tell: () => {},
  failed: () => {},
  ended: () => {},
  arriving: (work) => work(),
  heard: (work) => work(),
}
