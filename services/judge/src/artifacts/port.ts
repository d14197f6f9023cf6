import type { ArtifactRef } from '../run/run.ts'

/**
 * Where artifacts are kept. Rejects with `Failure`: `unavailable` (the store is away), `forbidden`,
 * or `refused` (a bucket or key that leads out of it); a missing object is null. So does reading a
 * stream that breaks off.
 */
export interface ArtifactStore {
  /**
   * A stream of the object's bytes, or null where there is no such object. Ends when `signal`
   * aborts.
   */
  open(
    bucket: string,
    key: string,
    signal: AbortSignal,
  ): Promise<{ readonly bytes: number | null; readonly stream: AsyncIterable<Uint8Array> } | null>
  /** Keys under a prefix, at most `max`, for finding artifacts by convention. */
  list(bucket: string, prefix: string, max: number, signal: AbortSignal): Promise<readonly string[]>
  readonly describe: string
}

/**
 * Argo's own record of a workflow: where its outputs are, when the message did not say. Rejects
 * with `Failure`.
 */
export interface WorkflowOutputs {
  /**
   * The artifacts come best first, also those of one name. Null: Argo does not know this workflow
   * (any more).
   */
  outputs(
    of: { readonly namespace: string; readonly name: string; readonly uid: string | null },
    signal: AbortSignal,
  ): Promise<{
    readonly phase: string
    readonly finished: boolean
    readonly artifacts: readonly ArtifactRef[]
  } | null>
}
