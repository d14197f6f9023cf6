/**
 * How a request to Argo can fail.
 *
 * - `away`: down, slow, overloaded, or the token is not accepted; the same request may succeed
 *   later.
 * - `refused`: Argo rejects the workflow, for example because its template does not exist; a person
 *   must act.
 * - `too_large`: more than the cluster stores in one object; the same task will never fit.
 * - `taken`: the name belongs to the workflow of another delivery.
 */
export type ArgoFailureKind = 'away' | 'refused' | 'too_large' | 'taken'

export class ArgoFailure extends Error {
  readonly kind: ArgoFailureKind
  /** The pause that Argo asked for, in seconds; null if it asked for none. */
  readonly retryAfter: number | null
  constructor(
    kind: ArgoFailureKind,
    message: string,
    options: { cause?: unknown; retryAfter?: number | null } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'ArgoFailure'
    this.kind = kind
    this.retryAfter = options.retryAfter ?? null
  }
}
