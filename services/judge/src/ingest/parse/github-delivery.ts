import { fieldsOf, firstOf, identifier } from './fields.ts'
import { type JsonObject, objectIn } from './json.ts'

/**
 * A webhook apart from how it came: named by GitHub's headers, or by the fields of the form in
 * which it travels over Kafka.
 */
export interface GithubDelivery {
  readonly event: string
  readonly deliveryId: string | null
  readonly payload: JsonObject
  /** The Kafka form: its signature, if any, was made over other bytes than these. */
  readonly forwarded: boolean
}

export function githubDelivery(
  headers: Readonly<Record<string, string>>,
  message: JsonObject,
): GithubDelivery {
  const fields = fieldsOf(message)
  const event = identifier(headers['x-github-event'] ?? null)
  const deliveryId = identifier(headers['x-github-delivery'] ?? null)
  const payload = objectIn(message.payload)
  const named = firstOf(fields, ['event'], identifier)
  // No webhook of GitHub's own has both an event and a payload at its top level.
  if (payload === null || (named === null && event === null))
    return { event: event ?? '', deliveryId, payload: message, forwarded: false }
  const repository = payload.repository ?? message.repository ?? null
  const action = payload.action ?? message.action ?? null
  return {
    event: named ?? event ?? '',
    deliveryId: firstOf(fields, ['delivery_id'], identifier) ?? deliveryId,
    payload: { ...payload, repository, action },
    forwarded: true,
  }
}
