import { createHash } from 'node:crypto'

/**
 * What Kubernetes calls a DNS-1123 label: no longer one is taken for a workflow's name, nor for a
 * label's value.
 */
const dnsLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const labelValue = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/
const maxLength = 63

/**
 * The name of the workflow that a delivery starts: a function of the delivery id and of nothing
 * else, so that Kubernetes itself refuses the second workflow of a delivery, whoever sends it. An
 * id that is a name already stays as it is; any other is made one and ends with a digest of the id,
 * so that two ids never share a name.
 */
export function workflowName(deliveryId: string): string {
  if (dnsLabel.test(deliveryId)) return deliveryId
  const digest = createHash('sha256').update(deliveryId).digest('hex').slice(0, 16)
  const readable = deliveryId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxLength - digest.length - 1)
    .replace(/^-+|-+$/g, '')
  return `${readable || 'codex'}-${digest}`
}

/**
 * The value of the label by which a delivery's workflow is found again, also among archived ones.
 */
export const deliveryLabel = (deliveryId: string): string =>
  labelValue.test(deliveryId) ? deliveryId : workflowName(deliveryId)
