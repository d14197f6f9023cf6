import type { Recorder } from '../../correlate/incoming.ts'
import { Failure, isFailure, messageOf } from '../../lib/failure.ts'
import { tidyText } from '../../lib/text.ts'
import type { AgentMessage } from '../../run/agent-message.ts'
import { parseAgentMessage } from './agent-message.ts'

/** A message as it came over its subject. */
export interface AgentSaid {
  readonly subject: string
  readonly body: Uint8Array
  /** Where it lies in its stream; from there it comes again until it has been acknowledged. */
  readonly place: string
}

interface TakeDeps {
  readonly record: (messages: readonly AgentMessage[]) => Promise<readonly boolean[]>
  readonly recorder: Pick<Recorder, 'quarantine'>
  readonly counted: (outcome: 'recorded' | 'duplicate') => void
}

/**
 * Puts a batch on disk. Rejects with `Failure` while that is not possible; then none of it may be
 * acknowledged.
 */
export type TakeAgentMessages = (batch: readonly AgentSaid[]) => Promise<void>

/**
 * One message nobody can read, or Postgres cannot hold, goes to quarantine, and never holds up the
 * others.
 */
export function createTakeAgentMessages({
  record,
  recorder,
  counted,
}: TakeDeps): TakeAgentMessages {
  const count = (fresh: readonly boolean[]) => {
    for (const one of fresh) counted(one ? 'recorded' : 'duplicate')
  }
  const setAside = async (
    { subject, body, place }: AgentSaid,
    error: { code: string; message: string },
  ) => {
    const headers = { subject: tidyText(subject) }
    await recorder.quarantine({ source: 'agent', transport: 'nats', headers, body, place, error })
  }
  return async (batch) => {
    const readable: { readonly said: AgentSaid; readonly message: AgentMessage }[] = []
    for (const said of batch) {
      const parsed = parseAgentMessage(said.subject, said.body)
      if (parsed.kind === 'message') readable.push({ said, message: parsed.message })
      else await setAside(said, parsed.fault)
    }
    if (readable.length === 0) return
    try {
      count(await record(readable.map(({ message }) => message)))
      return
    } catch (error) {
      if (isFailure(error)) throw error
    }
    for (const { said, message } of readable) {
      try {
        count(await record([message]))
      } catch (error) {
        if (isFailure(error)) throw error
        await setAside(said, {
          code: 'not_recordable',
          message: tidyText(messageOf(error)).slice(0, 500),
        }).catch((cause) => {
          throw new Failure('unavailable', 'The message could not be put on disk.', { cause })
        })
      }
    }
  }
}
