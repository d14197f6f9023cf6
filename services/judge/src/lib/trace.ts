import type { Instant } from './instant.ts'

/*
 * The port through which the service describes its work while it does it, so that an operator can
 * see afterwards what happened and where the time went. A run's id identifies its trace, so no
 * trace context travels with messages, rows or jobs; a span's parent follows from where it was
 * opened, so the code in between takes no argument for it.
 */

/**
 * Ids, closed words and numbers: never a body, a credential or a text from an external system.
 * A null is left out.
 */
export type TraceAttributes = Readonly<Record<string, string | number | boolean | null>>

/** A received message, as a trace shows it. */
export interface ReceivedMessage {
  /** The run whose trace the message joins; null if it concerns no single run and gets its own. */
  readonly runId: string | null
  /** The sender's `traceparent` header as it came, or null. */
  readonly traceparent: string | null
  readonly attributes: TraceAttributes
  /** A closed word for why the message could not be parsed, or null. */
  readonly fault: string | null
}

/** No method throws by itself, delays the work, or changes what the work returns or throws. */
export interface Trace {
  /** Runs the work in a span of the run's trace. An error it throws marks the span as failed. */
  runSpan<T>(runId: string, name: string, work: () => Promise<T>): Promise<T>
  /** Runs the work in a child of the current span; without a current span it opens none. */
  span<T>(name: string, work: () => Promise<T>): Promise<T>
  /** Adds attributes to the current span. */
  setAttributes(attributes: TraceAttributes): void
  /** Marks the current span as failed although nothing is thrown. */
  recordError(error: unknown): void
  /** Records the root span of a run's trace, from `startedAt` until now. Call it once a run. */
  endRootSpan(runId: string, startedAt: Instant, attributes: TraceAttributes): void
  /** Runs the work and takes now as the arrival of the messages that are received in it. */
  markArrival<T>(work: () => T): T
  /**
   * Runs the work that receives messages, then records a span for each message that `describe`
   * returns, from its arrival until now.
   */
  receiveSpan<T>(
    work: () => Promise<T>,
    describe: (result: T) => readonly ReceivedMessage[],
  ): Promise<T>
}

/** Runs the work and records nothing. */
export const noopTrace: Trace = {
  runSpan: (_runId, _name, work) => work(),
  span: (_name, work) => work(),
  setAttributes: () => {},
  recordError: () => {},
  endRootSpan: () => {},
  markArrival: (work) => work(),
  receiveSpan: (work) => work(),
}
