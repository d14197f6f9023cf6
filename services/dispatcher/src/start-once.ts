import type { ArgoClient } from './argo-client.ts'
import { ArgoFailure } from './argo-failure.ts'
import type { KnownWorkflow } from './parse-workflow.ts'
import { marks, type Submission } from './submission.ts'

export interface StartedWorkflow {
  readonly workflowName: string
  /** ISO 8601; null if Argo did not report it. */
  readonly submittedAt: string | null
  /** True if another request, earlier or concurrent, started it. */
  readonly duplicate: boolean
}

/**
 * Starts the workflow of a delivery, once. Kubernetes refuses a second object of the same name,
 * which covers races and every crash between submitting and answering. The lookup before it, in the
 * archive too, covers workflows that have finished and were deleted. Live workflows are read before
 * the archive: a workflow is archived before it is deleted, so none is missed in between.
 *
 * Rejects with `ArgoFailure`. If Argo's answer was lost and no workflow exists, the same request is
 * safe to repeat.
 */
export async function startOnce(
  argo: ArgoClient,
  submission: Submission,
  signal: AbortSignal,
): Promise<StartedWorkflow> {
  const known = await argo.find(submission, signal)
  if (known !== null) return toStartedWorkflow(known, submission)
  const result = await argo.submit(submission, signal)
  if (result.kind === 'created')
    return { ...toStartedWorkflow(result.workflow, submission), duplicate: false }
  // After a conflict or a lost answer, only a lookup tells whether the workflow exists. A conflict
  // can also be about something else, such as a quota that changed at the same moment.
  const existing = await argo.find(submission, signal)
  if (existing !== null) return toStartedWorkflow(existing, submission)
  throw new ArgoFailure('away', result.because)
}

function toStartedWorkflow(workflow: KnownWorkflow, submission: Submission): StartedWorkflow {
  const ours = submission.annotations[marks.deliveryId]
  const theirs = workflow.annotations[marks.deliveryId] ?? ours
  if (theirs !== ours) {
    throw new ArgoFailure(
      'taken',
      `the workflow ${workflow.name} exists and belongs to another delivery`,
    )
  }
  return {
    workflowName: workflow.name,
    submittedAt: workflow.createdAt,
    duplicate: workflow.annotations[marks.submission] !== submission.annotations[marks.submission],
  }
}
