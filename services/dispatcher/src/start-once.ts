import type { Argo, Found } from './argo.ts'
import { ArgoFailure } from './argo-failure.ts'
import { marks, type Submission } from './submission.ts'

export interface Started {
  readonly workflowName: string
  /** ISO 8601; null where Argo did not say. */
  readonly submittedAt: string | null
  /** An earlier request has started it, or one that was faster. */
  readonly duplicate: boolean
}

/**
 * Starts the workflow of a delivery, once. Kubernetes refuses a second object of the same name,
 * which settles races and every crash between submitting and answering; looking first, among the
 * archived ones too, settles what has finished and was deleted since. The live ones are looked at
 * before the archive: a workflow is archived before it is deleted, so none slips through between.
 *
 * Rejects with `ArgoFailure`. Where Argo's answer was lost and no workflow is to be seen, the same
 * request later is safe.
 */
export async function startOnce(
  argo: Argo,
  submission: Submission,
  signal: AbortSignal,
): Promise<Started> {
  const known = await argo.find(submission, signal)
  if (known !== null) return asStarted(known, submission)
  const answer = await argo.submit(submission, signal)
  if (answer.kind === 'created')
    return { ...asStarted(answer.workflow, submission), duplicate: false }
  // Whether there was a conflict or no answer: what counts is what is there now. A conflict can
  // also be about something else, such as a quota that was written to at the same moment, and then
  // there is nothing.
  const there = await argo.find(submission, signal)
  if (there !== null) return asStarted(there, submission)
  throw new ArgoFailure('away', answer.because)
}

function asStarted(found: Found, submission: Submission): Started {
  const theirs = found.annotations[marks.deliveryId] ?? submission.annotations[marks.deliveryId]
  if (theirs !== submission.annotations[marks.deliveryId]) {
    throw new ArgoFailure(
      'taken',
      `there is a workflow ${found.name} already, and it belongs to another delivery`,
    )
  }
  return {
    workflowName: found.name,
    submittedAt: found.createdAt,
    duplicate: found.annotations[marks.submission] !== submission.annotations[marks.submission],
  }
}
