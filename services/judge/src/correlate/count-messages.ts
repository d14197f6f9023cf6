import type { InboundMessage, Recorder, RecordResult } from './messages.ts'

/** Called for each message with its source, its outcome, and what it was found to be. */
type OnMessage = (
  source: string,
  outcome: 'recorded' | 'ignored' | 'duplicate' | 'quarantined',
  because: string,
) => void

/** A recorder whose messages are counted once they are on disk. */
export function countMessages(recorder: Recorder, onMessage: OnMessage): Recorder {
  const count = ({ source, because }: InboundMessage, { duplicate, outcome }: RecordResult) =>
    onMessage(source, duplicate ? 'duplicate' : outcome, because)
  const countAll = (messages: readonly InboundMessage[], results: readonly RecordResult[]) => {
    for (const [index, message] of messages.entries()) {
      const result = results[index]
      if (result !== undefined) count(message, result)
    }
  }
  return {
    record: async (message) => {
      const result = await recorder.record(message)
      count(message, result)
      return result
    },
    recordBatch: async (messages) => {
      const results = await recorder.recordBatch(messages)
      countAll(messages, results)
      return results
    },
    recordWithin: async (trx, messages) => {
      const { results, afterCommit } = await recorder.recordWithin(trx, messages)
      return {
        results,
        afterCommit: () => {
          countAll(messages, results)
          afterCommit()
        },
      }
    },
    quarantine: async (malformed) => {
      const result = await recorder.quarantine(malformed)
      const outcome = result.duplicate ? 'duplicate' : 'quarantined'
      onMessage(malformed.source, outcome, malformed.error.message)
      return result
    },
  }
}
