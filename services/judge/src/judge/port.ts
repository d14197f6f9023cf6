import type { Instant, Millis } from '../lib/instant.ts'
import type { Usage } from './cost.ts'
import type { AnswerReading } from './read-answer.ts'

export interface Question {
  readonly system: string
  readonly user: string
  readonly timeout: Millis
  readonly maxOutputTokens: number
  /** For a `Retry-After` that is a date. */
  readonly now: Instant
  readonly signal: AbortSignal
}

/**
 * What came back. An answer off the schema is a reply too: it was paid for, and its fault is worth
 * telling the model.
 */
export interface Reply {
  /** What the model wrote, as it wrote it. */
  readonly text: string
  readonly read: AnswerReading
  /** Null where the model did not say what it used. */
  readonly usage: Usage | null
  readonly tookMs: Millis
}

/**
 * One model. Asks once, never repeats by itself. Rejects with `Failure` only: `unavailable` (it
 * said it cannot, or could not be reached: nothing was spent), `unknown` (time ran out or the line
 * broke after asking: it may have been paid for), `forbidden` (our key), `refused` (the request as
 * such, which will be refused again).
 */
export interface Model {
  ask(question: Question): Promise<Reply>
}
