/**
 * How asking Argo can end badly.
 *
 * - `away`: down, slow, overloaded, or our token is not taken; the same request may succeed later.
 * - `refused`: Argo does not want this workflow (no such template, for one); a person must look.
 * - `too_large`: more than the cluster stores in one object; the same task will never fit.
 * - `taken`: the name belongs to another delivery's workflow.
 */
export type ArgoFailureKind = 'away' | 'refused' | 'too_large' | 'taken'

export class ArgoFailure extends Error {
  readonly kind: ArgoFailureKind
  /** What Argo asked us to wait, in seconds, where it did. */
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
