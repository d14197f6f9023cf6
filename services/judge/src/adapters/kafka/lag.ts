import type { Admin } from 'kafkajs'

/**
 * How many records of each topic the group has still to take: what is there, less what is
 * committed. Rejects where Kafka is away.
 */
export async function lagOf(
  admin: Admin,
  of: { readonly groupId: string; readonly topics: readonly string[] },
): Promise<ReadonlyMap<string, number>> {
  const committed = await admin.fetchOffsets({ groupId: of.groupId, topics: [...of.topics] })
  const lags = new Map<string, number>()
  for (const topic of of.topics) {
    const ends = await admin.fetchTopicOffsets(topic)
    const taken = committed.find((one) => one.topic === topic)?.partitions ?? []
    const lag = ends.reduce((sum, { partition, high, low }) => {
      const offset = Number(taken.find((one) => one.partition === partition)?.offset ?? -1)
      return sum + Math.max(0, Number(high) - Math.max(offset, Number(low)))
    }, 0)
    lags.set(topic, lag)
  }
  return lags
}
