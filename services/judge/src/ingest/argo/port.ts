import type { Instant } from '../../lib/instant.ts'

/** As much of a workflow as it takes to know whether it has to be heard of. */
export interface ArgoWorkflow {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  /** Whether it is over, well or not. */
  readonly finished: boolean
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
}

/**
 * What Argo itself knows of workflows, for those whose event never came. Rejects with `Failure`.
 */
export interface ArgoWorkflows {
  /**
   * Every workflow that finished since, page by page; in the cluster and in the archive, some of
   * them twice.
   */
  finished(
    of: { readonly since: Instant },
    signal: AbortSignal,
  ): AsyncIterable<readonly ArgoWorkflow[]>
  /** The whole object as JSON, with its nodes; null where it is gone meanwhile. */
  whole(
    of: Pick<ArgoWorkflow, 'name' | 'namespace' | 'uid'>,
    signal: AbortSignal,
  ): Promise<Uint8Array | null>
  /** Those that bear this name: a name is used again after its workflow was deleted. */
  named(
    of: { readonly namespace: string | null; readonly name: string },
    signal: AbortSignal,
  ): Promise<readonly ArgoWorkflow[]>
}
