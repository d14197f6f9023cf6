import type { Millis } from './instant.ts'
import { sanitizeText } from './text.ts'

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

/**
 * What was refused: the credentials, so that nothing works with them, or their permission to do
 * what the request asked for.
 */
export type RefusedThing = 'credentials' | 'permission'

/** The external systems that facts are read from. */
export type ReadSystem = 'github' | 'argo' | 'artifacts'

export interface FailureOptions {
  readonly cause?: unknown
  readonly retryAfter?: Millis | null
  readonly scope?: FailureScope
  /** The system that failed, where the caller could not tell; null: it can. */
  readonly system?: ReadSystem | null
  /** True if every request would be `refused`, whatever it asks for; default: only this one. */
  readonly refusesAll?: boolean
  /** Of a `forbidden` failure; default: the permission. */
  readonly refused?: RefusedThing
  /** What the other side answered, without the request; default: the message. */
  readonly answer?: string
  /** What a person must do about it, if that is known. */
  readonly remedy?: string | null
}

export class Failure extends Error {
  readonly kind: FailureKind
  /** How long the other side asked us to wait, in milliseconds, or null. */
  readonly retryAfter: Millis | null
  readonly scope: FailureScope
  readonly system: ReadSystem | null
  readonly refusesAll: boolean
  readonly refused: RefusedThing
  readonly answer: string
  readonly remedy: string | null
  constructor(kind: FailureKind, message: string, options: FailureOptions = {}) {
    // It often quotes what the other side sent, and it is stored.
    super(sanitizeText(message), { cause: options.cause })
    this.name = 'Failure'
    this.kind = kind
    this.retryAfter = options.retryAfter ?? null
    this.scope = options.scope ?? 'system'
    this.system = options.system ?? null
    this.refusesAll = options.refusesAll ?? false
    this.refused = options.refused ?? 'permission'
    this.answer = sanitizeText(options.answer ?? message)
    this.remedy = options.remedy ?? null
  }
}

export const isFailure = (error: unknown): error is Failure => error instanceof Failure
export const getErrorMessage = (error: unknown): string =>
  sanitizeText(error instanceof Error ? error.message : String(error))
