import type { Run, RunClaims } from '../../run/run.ts'
import type { ArgoWorkflow, ArgoWorkflows } from './port.ts'
import { hear } from './sweep-argo.ts'

type HearDeps = Parameters<typeof hear>[0]

/**
 * What Argo knows of the end of a run that was only announced. A workflow that has finished is
 * recorded on the way, so that the run goes on as if its event had come; one of the same name that
 * turns out to be another run's says nothing about this one. Rejects with `Failure` where Argo
 * cannot be asked.
 */
export type AskCompletion = (
  run: Run,
  signal: AbortSignal,
) => Promise<'running' | 'finished' | 'unknown'>

export function createAskCompletion(deps: HearDeps): AskCompletion {
  return async (run, signal) => {
    const workflow = await newest(deps.argo, run.claims, signal)
    if (workflow === null) return 'unknown'
    if (!workflow.finished) return 'running'
    const heard = await hear(deps, workflow, signal)
    return heard.kind === 'taken' && heard.runId === run.id ? 'finished' : 'unknown'
  }
}

async function newest(
  argo: ArgoWorkflows,
  { workflowName: name, workflowNamespace: namespace, workflowUid: uid }: RunClaims,
  signal: AbortSignal,
): Promise<ArgoWorkflow | null> {
  if (name === null) return null
  const found = (await argo.named({ namespace, name }, signal)).filter(
    (one) => uid === null || one.uid === uid,
  )
  return found.toSorted((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0))[0] ?? null
}
