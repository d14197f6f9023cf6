import type { ArtifactRef } from '../run/run.ts'

/**
 * Where artifacts are stored. Opening and listing reject with `Failure`: `unavailable` (no answer),
 * `forbidden`, or `refused` (a bucket or key outside the store); so does a stream that breaks off. A
 * missing object is null.
 */
export interface ArtifactStore {
  /** A stream of the object's bytes that ends when `signal` aborts; null if there is no object. */
  open(
    bucket: string,
    key: string,
    signal: AbortSignal,
  ): Promise<{ readonly bytes: number | null; readonly stream: AsyncIterable<Uint8Array> } | null>
  /** At most `max` keys under a prefix, to find artifacts at their default keys. */
  list(bucket: string, prefix: string, max: number, signal: AbortSignal): Promise<readonly string[]>
  readonly describe: string
}

/**
 * Argo's own record of a workflow, for outputs that the message did not name. Rejects with
 * `Failure`.
 */
export interface WorkflowOutputs {
  /** Artifacts are best first, within one name, too. Null: Argo does not know the workflow. */
  findOutputs(
    of: { readonly namespace: string; readonly name: string; readonly uid: string | null },
    signal: AbortSignal,
  ): Promise<{
    readonly phase: string
    readonly finished: boolean
    readonly artifacts: readonly ArtifactRef[]
  } | null>
}
