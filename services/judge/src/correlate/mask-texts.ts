import { type Mask, maskAllBut } from '../lib/mask.ts'
import { clip } from '../lib/text.ts'
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

/** Four times as long as the longest issue; a message has two mebibytes at most. */
const MAX_TEXT_CHARS = 256 * 1024
const CUT_MARK = `\n\n[cut: the text has more than ${MAX_TEXT_CHARS} characters]`

/**
 * Masks secrets in every text of a message but its identities, and cuts what is longer than a text
 * that anyone would read. The bytes stay as they came, because a quarantined message must be
 * readable again.
 */
export async function maskTexts(message: InboundMessage, mask: Mask): Promise<InboundMessage> {
  const { event } = message
  if (event === null || event.kind === 'github.changed') return message
  const [claims, enrichment] = await Promise.all([
    maskClaims(event.claims, mask),
    maskAllBut(identities, event.enrichment, bound(mask)),
  ])
  return event.kind === 'run.enriched'
    ? { ...message, event: { ...event, claims, enrichment: enrichment ?? event.enrichment } }
    : { ...message, event: { ...event, claims, enrichment } }
}

/** The same for claims alone. */
export const maskClaims = (claims: RunClaims, mask: Mask): Promise<RunClaims> =>
  maskAllBut(identities, claims, bound(mask))

/** Masked before it is cut: half a secret at the edge would not be recognised. */
const bound =
  (mask: Mask): Mask =>
  async (text) =>
    clip(await mask(text), MAX_TEXT_CHARS, CUT_MARK)
