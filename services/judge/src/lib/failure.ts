import type { Millis } from './instant.ts'

/**
 * How a call to an external system can fail: the only kind of error that leaves an adapter, so no
 * caller sees an HTTP status.
 *
 * - `unavailable`: slow, down, rate-limited or an unusable answer; a later try may succeed.
 * - `forbidden`: our credentials or permissions do not allow it; a person must act.
 * - `refused`: the other side understood and declined; it will decline the same request again.
 * - `unknown`: the request may have been carried out, but no answer came; check before repeating.
 */
export type FailureKind = 'unavailable' | 'forbidden' | 'refused' | 'unknown'

/**
 * How much of the external system fails: all of it, or only what belongs to the owner or to the
 * repository of the request.
 */
export type FailureScope = 'system' | 'owner' | 'repository'

export class Failure extends Error {
  readonly kind: FailureKind
  /** How long the other side asked us to wait, in milliseconds, or null. */
  readonly retryAfter: Millis | null
  readonly scope: FailureScope
  constructor(
    kind: FailureKind,
    message: string,
    options: { cause?: unknown; retryAfter?: Millis | null; scope?: FailureScope } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'Failure'
    this.kind = kind
    this.retryAfter = options.retryAfter ?? null
    this.scope = options.scope ?? 'system'
  }
}

export const isFailure = (error: unknown): error is Failure => error instanceof Failure
export const getErrorMessage = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
