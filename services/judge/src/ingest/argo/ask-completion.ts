import type { Run, RunClaims } from '../../run/run.ts'
import type { ArgoWorkflow, ArgoWorkflows } from './port.ts'
import { type RecordWorkflowDeps, recordWorkflow } from './record-workflow.ts'

/**
 * Asks Argo whether an announced run has finished. A finished workflow is recorded on the way if
 * `record` is set, so the run continues as if its event had arrived; one of the same name that
 * belongs to another run leaves this one `unknown`. Rejects with `Failure` while Argo is
 * unavailable.
 */
export type AskCompletion = (
  run: Run,
  signal: AbortSignal,
  options: { readonly record: boolean },
) => Promise<'running' | 'finished' | 'unknown'>

export function createAskCompletion(deps: RecordWorkflowDeps): AskCompletion {
  return async (run, signal, { record }) => {
    const workflow = await findNewestWorkflow(deps.argo, run.claims, signal)
    if (workflow === null) return 'unknown'
    if (!workflow.finished) return 'running'
    if (!record) return 'finished'
    const outcome = await recordWorkflow(deps, workflow, signal)
    return outcome.kind === 'recorded' && outcome.runId === run.id ? 'finished' : 'unknown'
  }
}

/** The newest workflow of this name, and of this uid if it is known. */
export async function findNewestWorkflow(
  argo: ArgoWorkflows,
  { workflowName: name, workflowNamespace: namespace, workflowUid: uid }: RunClaims,
  signal: AbortSignal,
): Promise<ArgoWorkflow | null> {
  if (name === null) return null
  const found = (await argo.listByName({ namespace, name }, signal)).filter(
    (one) => uid === null || one.uid === uid,
  )
  return found.toSorted((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0))[0] ?? null
}
