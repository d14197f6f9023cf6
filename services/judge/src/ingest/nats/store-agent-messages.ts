import type { MalformedMessage, Recorder } from '../../correlate/messages.ts'
import { isFailure } from '../../lib/failure.ts'
import { sanitizeText } from '../../lib/text.ts'
import type { AgentMessage } from '../../run/agent-message.ts'
import { toNotRecordable, toNotStored } from '../store-parsed.ts'
import { parseAgentMessage } from './parse-agent-message.ts'

/** A message as it arrived on its subject. */
export interface SubjectMessage {
  readonly subject: string
  readonly body: Uint8Array
  /** Its place in its stream, from which it is delivered again until it is acknowledged. */
  readonly place: string
}

interface StoreAgentMessagesDeps {
  readonly record: (messages: readonly AgentMessage[]) => Promise<readonly boolean[]>
  readonly recorder: Pick<Recorder, 'quarantine'>
  readonly onCounted: (outcome: 'recorded' | 'duplicate') => void
}

/**
 * Stores a batch of messages. Rejects with `Failure` while that is impossible; then none of them
 * may be acknowledged.
 */
export type StoreAgentMessages = (batch: readonly SubjectMessage[]) => Promise<void>

/**
 * A message that cannot be parsed, or that PostgreSQL cannot store, is quarantined and never blocks
 * the others.
 */
export function createStoreAgentMessages({
  record,
  recorder,
  onCounted,
}: StoreAgentMessagesDeps): StoreAgentMessages {
  const recordAll = async (messages: readonly AgentMessage[]) => {
    for (const isNew of await record(messages)) onCounted(isNew ? 'recorded' : 'duplicate')
  }
  const quarantine = async (
    { subject, body, place }: SubjectMessage,
    error: MalformedMessage['error'],
  ) => {
    const headers = { subject: sanitizeText(subject) }
    await recorder.quarantine({ source: 'agent', transport: 'nats', headers, body, place, error })
  }
  return async (batch) => {
    const readable: { readonly raw: SubjectMessage; readonly message: AgentMessage }[] = []
    for (const raw of batch) {
      const parsed = parseAgentMessage(raw.subject, raw.body)
      if (parsed.kind === 'message') readable.push({ raw, message: parsed.message })
      else await quarantine(raw, parsed.fault)
    }
    if (readable.length === 0) return
    try {
      await recordAll(readable.map(({ message }) => message))
      return
    } catch (error) {
      if (isFailure(error)) throw error
    }
    for (const { raw, message } of readable) {
      try {
        await recordAll([message])
      } catch (error) {
        if (isFailure(error)) throw error
        await quarantine(raw, toNotRecordable(error)).catch((cause) => {
          throw toNotStored(cause)
        })
      }
    }
  }
}
