import { digestOf, sha256 } from '../../lib/ids.ts'
import { tidyText } from '../../lib/text.ts'
import type { CloudEventId } from './envelope.ts'
import type { JsonObject } from './json.ts'

/**
 * Longer keys than this are kept by their digest: a sender chooses its ids, and an index cannot
 * hold every length.
 */
const maxKey = 500

const key = (kind: string, rest: string): string => {
  const whole = tidyText(`${kind}:${rest}`)
  return whole.length <= maxKey ? whole : `${kind}:sha256:${sha256(whole)}`
}

/**
 * A CloudEvent is one by source and id. The ids of a KafkaSource are a partition and an offset,
 * which begin anew when a topic is made anew, so its time belongs to its identity too. Without a
 * source there is nothing to be unique in: then it has no identity.
 */
export const cloudEventKeys = (event: CloudEventId | null): readonly string[] => {
  if (event === null || event.source === null) return []
  const time = event.type === 'dev.knative.kafka.event' ? `|${event.time ?? ''}` : ''
  return [key('ce', `${event.source}|${event.id}${time}`)]
}

/**
 * GitHub's own id of a delivery, the same through whichever address and in whichever form it comes.
 */
export const githubKeys = (deliveryId: string | null): readonly string[] =>
  deliveryId === null ? [] : [key('github', deliveryId)]

/**
 * The same workflow saying the same thing, in whichever envelope and with whatever white space or
 * order of keys.
 */
export const workflowKeys = (uid: string | null, message: JsonObject): readonly string[] =>
  uid === null ? [] : [key('uid', `${uid}:${digestOf(message)}`)]
