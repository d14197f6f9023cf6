import { createHash } from 'node:crypto'

/**
 * A DNS-1123 label of Kubernetes, the longest text that is valid as a name and as a label value.
 */
const dnsLabelPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const labelValuePattern = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/
const MAX_NAME_CHARS = 63

/**
 * The name of the workflow that a delivery starts. It depends on the delivery id alone, so
 * Kubernetes itself refuses a second workflow of a delivery, also from another dispatcher. A
 * delivery id that is a valid name is used as it is. Any other is converted and gets a digest of
 * the id as its suffix, so that no two ids share a name.
 */
export function toWorkflowName(deliveryId: string): string {
  if (dnsLabelPattern.test(deliveryId)) return deliveryId
  const digest = createHash('sha256').update(deliveryId).digest('hex').slice(0, 16)
  const readable = deliveryId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_NAME_CHARS - digest.length - 1)
    .replace(/^-+|-+$/g, '')
  return `${readable || 'codex'}-${digest}`
}

/** The label value by which a delivery's workflow is found, also in the archive. */
export const toDeliveryLabel = (deliveryId: string): string =>
  labelValuePattern.test(deliveryId) ? deliveryId : toWorkflowName(deliveryId)
