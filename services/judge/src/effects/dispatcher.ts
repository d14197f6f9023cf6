import type { DispatchTask } from '../decide/effect.ts'
import type { Instant } from '../lib/instant.ts'

/** The dispatcher's answer to an accepted task; every part may be missing from it. */
export interface AcceptedTask {
  readonly workflowName: string | null
  readonly namespace: string | null
  readonly submittedAt: string | null
  /** True if the dispatcher had started the same delivery before. */
  readonly duplicate: boolean
}

/**
 * Starts attempts. The same delivery id starts one attempt, however often it is sent. Rejects with
 * `Failure`: `refused` or `forbidden` if the same task would be refused again, otherwise
 * `unavailable` or `unknown`.
 */
export interface Dispatcher {
  submit(
    of: { readonly task: DispatchTask; readonly issuedAt: Instant; readonly now: Instant },
    signal: AbortSignal,
  ): Promise<AcceptedTask>
}
