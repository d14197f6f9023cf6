import type { Recorder } from '../../correlate/messages.ts'
import { isMalformed, type ParseContext, parseMessage } from '../parse/parse-message.ts'
import { storeParsed } from '../store-parsed.ts'
import type { ArgoWorkflow, ArgoWorkflows } from './port.ts'

export interface RecordWorkflowDeps {
  readonly argo: ArgoWorkflows
  readonly recorder: Recorder
  readonly context: ParseContext
}

/** What became of a workflow; a recorded one belongs to this run. */
export type WorkflowOutcome =
  | { readonly kind: 'recorded'; readonly runId: string | null }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'gone' }

/**
 * Records a workflow from Argo's current state, like a message. A foreign workflow is not even
 * stored: Argo has it, and every sweep would find it.
 */
export async function recordWorkflow(
  { argo, recorder, context }: RecordWorkflowDeps,
  workflow: ArgoWorkflow,
  signal: AbortSignal,
): Promise<WorkflowOutcome> {
  const body = await argo.fetchWorkflow(workflow, signal)
  if (body === null) return { kind: 'gone' }
  const raw = { source: 'sweep', transport: 'internal', headers: {}, body } as const
  const parsed = parseMessage(raw, context)
  const isOurs =
    parsed.kind === 'one' && !isMalformed(parsed.message) && parsed.message.event !== null
  if (!isOurs) return { kind: 'foreign' }
  const [stored] = await storeParsed(recorder, parsed)
  return { kind: 'recorded', runId: stored?.kind === 'recorded' ? stored.result.runId : null }
}
