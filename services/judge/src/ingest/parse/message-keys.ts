import { hashJson, sha256 } from '../../lib/ids.ts'
import type { JsonObject } from '../../lib/json.ts'
import { sanitizeText } from '../../lib/text.ts'
import type { CloudEventId } from './envelope.ts'

/** Longer keys are replaced by their digest: senders choose their ids, and an index has a limit. */
const MAX_KEY_CHARS = 500

const createKey = (kind: string, rest: string): string => {
  const full = sanitizeText(`${kind}:${rest}`)
  return full.length <= MAX_KEY_CHARS ? full : `${kind}:sha256:${sha256(full)}`
}

/**
 * A CloudEvent is identified by source and id; without a source it has no identity. The ids of a
 * KafkaSource are a partition and an offset, which start again in a recreated topic, so the time
 * belongs to its identity as well.
 */
export const createCloudEventKeys = (event: CloudEventId | null): readonly string[] => {
  if (event === null || event.source === null) return []
  const time = event.type === 'dev.knative.kafka.event' ? `|${event.time ?? ''}` : ''
  return [createKey('ce', `${event.source}|${event.id}${time}`)]
}

/** GitHub's own id of a delivery, the same on every route and in every form. */
export const createGithubKeys = (deliveryId: string | null): readonly string[] =>
  deliveryId === null ? [] : [createKey('github', deliveryId)]

/** One workflow's content, independent of envelope, white space and order of keys. */
export const createWorkflowKeys = (uid: string | null, message: JsonObject): readonly string[] =>
  uid === null ? [] : [createKey('uid', `${uid}:${hashJson(message)}`)]
