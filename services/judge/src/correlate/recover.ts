import type { Provenance } from '../run/event.ts'
import type { ArtifactRef, RunClaims } from '../run/run.ts'

/**
 * Where in a message a field was found, best first: this is the order in which the places are
 * asked.
 */
export const places = [
  'top level',
  'notify',
  'workflow',
  'eventBody',
  'annotations',
  'labels',
  'parameters',
  'rawEvent',
] as const
export type Place = (typeof places)[number]

/**
 * What one place of a message says. What is absent or null it does not say; placeholders never get
 * here.
 */
export type Said = { readonly [K in Exclude<keyof RunClaims, 'artifacts'>]?: RunClaims[K] | null }

export interface Layer {
  readonly place: Place
  readonly says: Said
}

/** The stage of a message that names none: workflows of other stages always say so. */
export const implementation = 'implementation'

/**
 * What a message says about its run, field by field: the first place that says anything counts,
 * whatever the others say, and it is kept which place that was. Nothing is guessed: what no place
 * says is null. (The last place to look, the run we already know, is only known inside the
 * transaction that records: see `merge.ts`.)
 */
export function recover(
  layers: readonly Layer[],
  artifacts: readonly ArtifactRef[],
): { readonly claims: RunClaims; readonly provenance: Provenance } {
  const ordered = places.flatMap((place) => layers.filter((layer) => layer.place === place))
  const provenance: { [K in keyof RunClaims]?: string } = {}
  const pick = <K extends keyof Said>(field: K): NonNullable<Said[K]> | null => {
    for (const { place, says } of ordered) {
      const value = says[field]
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
    stage: pick('stage') ?? implementation,
    workflowName: pick('workflowName'),
    workflowNamespace: pick('workflowNamespace'),
    workflowUid: pick('workflowUid'),
    phase: pick('phase'),
    phaseMessage: pick('phaseMessage'),
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
