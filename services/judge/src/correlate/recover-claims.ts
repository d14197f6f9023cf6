import type { Provenance } from '../run/event.ts'
import type { ArtifactRef, RunClaims } from '../run/run.ts'

/** Where in a message a field was found, in order of preference. */
export const claimPlaces = [
  'top level',
  'notify',
  'workflow',
  'eventBody',
  'annotations',
  'labels',
  'parameters',
  'rawEvent',
] as const
export type ClaimPlace = (typeof claimPlaces)[number]

/** The claims in one place of a message. A claim it does not make is absent or null. */
export type PartialClaims = {
  readonly [K in Exclude<keyof RunClaims, 'artifacts'>]?: RunClaims[K] | null
}

export interface ClaimLayer {
  readonly place: ClaimPlace
  readonly claims: PartialClaims
}

/** The stage of a message that names none: workflows of other stages always name theirs. */
export const IMPLEMENTATION_STAGE = 'implementation'

/**
 * Recovers a message's claims field by field: the first place that has a value wins, and the
 * provenance records which place that was. Nothing is guessed: a field that no place has is null.
 * Claims of an already known run are merged later, inside the transaction (merge-claims.ts).
 */
export function recoverClaims(
  layers: readonly ClaimLayer[],
  artifacts: readonly ArtifactRef[],
): { readonly claims: RunClaims; readonly provenance: Provenance } {
  const ordered = claimPlaces.flatMap((place) => layers.filter((layer) => layer.place === place))
  const provenance: { [K in keyof RunClaims]?: string } = {}
  const pick = <K extends keyof PartialClaims>(field: K): NonNullable<PartialClaims[K]> | null => {
    for (const { place, claims: partial } of ordered) {
      const value = partial[field]
      if (value === undefined || value === null) continue
      provenance[field] = place
      return value
    }
    return null
  }
  const claims: RunClaims = {
    repository: pick('repository'),
    issueNumber: pick('issueNumber'),
    branch: pick('branch'),
    base: pick('base'),
    stage: pick('stage') ?? IMPLEMENTATION_STAGE,
    workflowName: pick('workflowName'),
    workflowNamespace: pick('workflowNamespace'),
    workflowUid: pick('workflowUid'),
    phase: pick('phase'),
    phaseMessage: pick('phaseMessage'),
    shutdown: pick('shutdown'),
    prompt: pick('prompt'),
    issueTitle: pick('issueTitle'),
    issueBody: pick('issueBody'),
    issueUrl: pick('issueUrl'),
    sender: pick('sender'),
    reportedCommit: pick('reportedCommit'),
    reportedPrNumber: pick('reportedPrNumber'),
    threadId: pick('threadId'),
    turnId: pick('turnId'),
    sessionId: pick('sessionId'),
    deliveryId: pick('deliveryId'),
    iterations: pick('iterations'),
    iterationCycle: pick('iterationCycle'),
    autonomous: pick('autonomous'),
    startedAt: pick('startedAt'),
    finishedAt: pick('finishedAt'),
    artifacts,
  }
  return { claims, provenance }
}
