import type { Admin } from 'kafkajs'

/**
 * The number of records of each topic that the group has not consumed: the end of each partition
 * minus the committed offset. Rejects if Kafka is unavailable.
 */
export async function measureLag(
  admin: Admin,
  { groupId, topics }: { readonly groupId: string; readonly topics: readonly string[] },
): Promise<ReadonlyMap<string, number>> {
  const committed = await admin.fetchOffsets({ groupId, topics: [...topics] })
  const lags = new Map<string, number>()
  for (const topic of topics) {
    const ends = await admin.fetchTopicOffsets(topic)
    const offsets = committed.find((entry) => entry.topic === topic)?.partitions ?? []
    const lag = ends.reduce((sum, { partition, high, low }) => {
      const offset = Number(offsets.find((entry) => entry.partition === partition)?.offset ?? -1)
      return sum + Math.max(0, Number(high) - Math.max(offset, Number(low)))
    }, 0)
    lags.set(topic, lag)
  }
  return lags
}
