import type { Recorder } from './incoming.ts'

/** Told of each message by its source, and what became of it. */
type Count = (source: string, outcome: 'recorded' | 'ignored' | 'duplicate' | 'quarantined') => void

/** A recorder whose messages are counted, once they are on disk. */
export function countMessages(recorder: Recorder, count: Count): Recorder {
  const counted = <T extends { duplicate: boolean; outcome: string }>(
    source: string,
    recorded: T,
  ): T => {
    count(
      source,
      recorded.duplicate ? 'duplicate' : recorded.outcome === 'ignored' ? 'ignored' : 'recorded',
    )
    return recorded
  }
  return {
    record: async (incoming) => counted(incoming.source, await recorder.record(incoming)),
    recordBatch: async (incoming) =>
      (await recorder.recordBatch(incoming)).map((recorded, index) =>
        counted(incoming[index]?.source ?? 'run-complete', recorded),
      ),
    quarantine: async (malformed) => {
      const kept = await recorder.quarantine(malformed)
      count(malformed.source, kept.duplicate ? 'duplicate' : 'quarantined')
      return kept
    },
  }
}
