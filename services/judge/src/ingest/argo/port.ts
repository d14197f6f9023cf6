import type { Instant } from '../../lib/instant.ts'

/** The part of a workflow that tells whether its completion must be recorded. */
export interface ArgoWorkflow {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  /** True once the workflow has ended, whether it succeeded or not. */
  readonly finished: boolean
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
}

/** Argo's workflows, for completions whose event never arrived. Rejects with `Failure`. */
export interface ArgoWorkflows {
  /**
   * Every workflow that finished since then, page by page, from the cluster and from the archive; a
   * workflow may come twice.
   */
  listFinished(
    of: { readonly since: Instant },
    signal: AbortSignal,
  ): AsyncIterable<readonly ArgoWorkflow[]>
  /**
   * The whole object as JSON, with its nodes, or null: it no longer exists, or not under this name.
   * Without name or namespace only the archive is asked.
   */
  fetchWorkflow(
    of: Pick<ArgoWorkflow, 'uid'> & {
      readonly name: string | null
      readonly namespace: string | null
    },
    signal: AbortSignal,
  ): Promise<Uint8Array | null>
  /**
   * The workflow of this uid in the cluster, or in one namespace, whatever its name; it costs a list
   * of all.
   */
  findByUid(
    of: { readonly uid: string; readonly namespace: string | null },
    signal: AbortSignal,
  ): Promise<ArgoWorkflow | null>
  /** Every workflow of this name: a name is used again once its workflow is deleted. */
  listByName(
    of: { readonly namespace: string | null; readonly name: string },
    signal: AbortSignal,
  ): Promise<readonly ArgoWorkflow[]>
}
