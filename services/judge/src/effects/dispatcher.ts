import type { Task } from '../decide/effect.ts'
import type { Instant } from '../lib/instant.ts'

/** What the dispatcher says of a task it has accepted; every part may be left out of its answer. */
export interface Accepted {
  readonly workflowName: string | null
  readonly namespace: string | null
  readonly submittedAt: string | null
  /** True where it had started the same delivery before. */
  readonly duplicate: boolean
}

/**
 * Starts attempts. The delivery id makes repeating safe: the same one starts once, however often it
 * is sent. Rejects with `Failure`: `refused` or `forbidden` where the same task will be refused
 * again, `unavailable` or `unknown` else.
 */
export interface Dispatcher {
  submit(
    of: { readonly task: Task; readonly issuedAt: Instant; readonly now: Instant },
    signal: AbortSignal,
  ): Promise<Accepted>
}
