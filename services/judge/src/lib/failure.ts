import type { Millis } from './instant.ts'

/**
 * How a call to the outside can fail, as the only thing that leaves an adapter. Nothing downstream
 * sees an HTTP status.
 *
 * - `unavailable`: slow, down, rate-limited or answering nonsense; trying later may help.
 * - `forbidden`: our credentials or permissions do not allow it; a person must act.
 * - `refused`: the other side understood and said no; the same request will be refused again.
 * - `unknown`: the request may have been carried out, but no answer came; look before repeating.
 */
export type FailureKind = 'unavailable' | 'forbidden' | 'refused' | 'unknown'

export class Failure extends Error {
  readonly kind: FailureKind
  /** What the other side asked us to wait, in milliseconds, where it said so. */
  readonly retryAfter: Millis | null
  constructor(
    kind: FailureKind,
    message: string,
    options: { cause?: unknown; retryAfter?: Millis | null } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'Failure'
    this.kind = kind
    this.retryAfter = options.retryAfter ?? null
  }
}

export const isFailure = (error: unknown): error is Failure => error instanceof Failure
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
