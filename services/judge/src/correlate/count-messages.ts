import type { Recorder, RecordResult } from './messages.ts'

/** Called for each message with its source and outcome. */
type OnMessage = (
  source: string,
  outcome: 'recorded' | 'ignored' | 'duplicate' | 'quarantined',
) => void

/** A recorder whose messages are counted once they are on disk. */
export function countMessages(recorder: Recorder, onMessage: OnMessage): Recorder {
  const count = (source: string, { duplicate, outcome }: RecordResult) =>
    onMessage(source, duplicate ? 'duplicate' : outcome)
  return {
    record: async (message) => {
      const result = await recorder.record(message)
      count(message.source, result)
      return result
    },
    recordBatch: async (messages) => {
      const results = await recorder.recordBatch(messages)
      for (const [index, result] of results.entries())
        count(messages[index]?.source ?? 'run-complete', result)
      return results
    },
    quarantine: async (malformed) => {
      const result = await recorder.quarantine(malformed)
      onMessage(malformed.source, result.duplicate ? 'duplicate' : 'quarantined')
      return result
    },
  }
}
