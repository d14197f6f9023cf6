import type { ArtifactPlace } from './place.ts'

/** The bytes of an artifact, or null if it does not exist. */
export type OpenedArtifact = {
  readonly bytes: number | null
  readonly stream: AsyncIterable<Uint8Array>
} | null

/**
 * Where artifacts are stored. Opening and listing reject with `Failure`: `unavailable` (no answer),
 * `forbidden`, or `refused` (a bucket or key outside the store); so does a stream that breaks off. A
 * missing object is null.
 */
export interface ArtifactStore {
  /** A stream of the object's bytes that ends when `signal` aborts; null if there is no object. */
  open(bucket: string, key: string, signal: AbortSignal): Promise<OpenedArtifact>
  /** At most `max` keys under a prefix, to find artifacts at their default keys. */
  list(bucket: string, prefix: string, max: number, signal: AbortSignal): Promise<readonly string[]>
  readonly describe: string
}

/** The store and, where Argo is configured, its own downloads. Rejects as the store does. */
export interface ArtifactSource extends Pick<ArtifactStore, 'list'> {
  open(place: ArtifactPlace, signal: AbortSignal): Promise<OpenedArtifact>
}

/** An artifact that Argo names. An object without a bucket is in the default one. */
export interface OutputRef {
  readonly name: string
  readonly place:
    | ArtifactPlace
    | { readonly kind: 'object'; readonly bucket: null; readonly key: string }
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
    readonly artifacts: readonly OutputRef[]
  } | null>
}
