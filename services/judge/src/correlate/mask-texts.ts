import { type Mask, maskAllBut } from '../lib/mask.ts'
import type { RunClaims } from '../run/run.ts'
import type { InboundMessage } from './messages.ts'

/**
 * What a run is found by, and what is compared with GitHub, Argo and the artifact store. They are
 * masked where they are shown.
 */
const identities: ReadonlySet<string> = new Set([
  'repository',
  'branch',
  'base',
  'stage',
  'workflowName',
  'workflowNamespace',
  'workflowUid',
  'phase',
  'shutdown',
  'reportedCommit',
  'threadId',
  'turnId',
  'sessionId',
  'deliveryId',
  // Of artifacts.
  'name',
  'bucket',
  'key',
])

/**
 * Masks secrets in every text of a message but its identities. The bytes stay as they came, because
 * a quarantined message must be readable again.
 */
export async function maskTexts(message: InboundMessage, mask: Mask): Promise<InboundMessage> {
  const { event } = message
  if (event === null || event.kind === 'github.changed') return message
  const [claims, enrichment] = await Promise.all([
    maskClaims(event.claims, mask),
    maskAllBut(identities, event.enrichment, mask),
  ])
  return event.kind === 'run.enriched'
    ? { ...message, event: { ...event, claims, enrichment: enrichment ?? event.enrichment } }
    : { ...message, event: { ...event, claims, enrichment } }
}

/** Masks secrets in every text of claims but their identities. */
export const maskClaims = (claims: RunClaims, mask: Mask): Promise<RunClaims> =>
  maskAllBut(identities, claims, mask)
