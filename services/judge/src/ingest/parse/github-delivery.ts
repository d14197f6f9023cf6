import type { Instant } from '../../lib/instant.ts'
import type { JsonObject } from '../../lib/json.ts'
import { collectFields, pickFirst, readIdentifier, readInstant } from './fields.ts'
import { coerceObject } from './read-json.ts'

/** A webhook, named by GitHub's headers or by the fields of the form it has in Kafka. */
export interface GithubDelivery {
  readonly event: string
  readonly deliveryId: string | null
  readonly payload: JsonObject
  /** When the forwarder received it; null for GitHub's own form. */
  readonly receivedAt: Instant | null
  /** True for the Kafka form, whose signature, if any, was made over other bytes. */
  readonly forwarded: boolean
}

export function readGithubDelivery(
  headers: Readonly<Record<string, string>>,
  message: JsonObject,
): GithubDelivery {
  const fields = collectFields(message)
  const event = readIdentifier(headers['x-github-event'] ?? null)
  const deliveryId = readIdentifier(headers['x-github-delivery'] ?? null)
  const payload = coerceObject(message.payload)
  const named = pickFirst(fields, ['event'], readIdentifier)
  // GitHub's own webhooks have no event and payload at their top level.
  if (payload === null || (named === null && event === null))
    return { event: event ?? '', deliveryId, payload: message, receivedAt: null, forwarded: false }
  const repository = payload.repository ?? message.repository ?? null
  const action = payload.action ?? message.action ?? null
  return {
    event: named ?? event ?? '',
    deliveryId: pickFirst(fields, ['delivery_id'], readIdentifier) ?? deliveryId,
    payload: { ...payload, repository, action },
    receivedAt: pickFirst(fields, ['received_at'], readInstant),
    forwarded: true,
  }
}
