import type { Instant, Millis } from '../lib/instant.ts'
import type { Usage } from './cost.ts'
import type { AnswerReading } from './read-answer.ts'

export interface ModelRequest {
  readonly system: string
  readonly user: string
  /** Whether it asks about edits of tests, so that the schema of the answer has `test_edits`. */
  readonly asksTestEdits: boolean
  readonly timeout: Millis
  readonly maxOutputTokens: number
  /** For a `Retry-After` that is a date. */
  readonly now: Instant
  readonly signal: AbortSignal
}

/** The model's reply. One that does not match the schema counts, too: it was paid for. */
export interface ModelReply {
  /** The text of the reply, unchanged. */
  readonly text: string
  readonly read: AnswerReading
  /** Null if the model did not report its usage. */
  readonly usage: Usage | null
  readonly tookMs: Millis
}

/**
 * One model. Sends a request once and never retries. Rejects with `Failure` only: `unavailable`
 * (not reached, or it declined for now: nothing was spent), `unknown` (a time-out or a lost
 * connection after sending: it may have been paid for), `forbidden` (our key), or `refused` (the
 * request itself: a retry would fail, too).
 */
export interface Model {
  ask(request: ModelRequest): Promise<ModelReply>
}
