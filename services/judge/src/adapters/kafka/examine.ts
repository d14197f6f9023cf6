import type { Admin } from 'kafkajs'
import type { Finding } from '../../lib/finding.ts'
import { pluralize } from '../../lib/text.ts'
import { createKafkaClient, type KafkaSettings } from './client.ts'
import { toKafkaFailure } from './to-kafka-failure.ts'

/**
 * Checks that the cluster can be reached with the credentials, that the topics exist, and that the
 * group may read them. It joins no group and changes nothing. Never rejects.
 */
export async function examineKafka(
  settings: KafkaSettings,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const admin = createKafkaClient(settings, { debug: () => {}, warn: () => {} }).admin()
  try {
    return await rejectOnAbort(readTopics(admin, settings), signal)
  } catch (error) {
    const { message, remedy } = toKafkaFailure(error)
    return [
      {
        state: 'failed',
        message: remedy === null ? `${message}: check KAFKA_BROKERS and KAFKA_SSL` : message,
      },
    ]
  } finally {
    // A cluster that does not answer must not hold the command.
    void admin.disconnect().catch(() => {})
  }
}

async function readTopics(admin: Admin, settings: KafkaSettings): Promise<readonly Finding[]> {
  const wanted = [
    [settings.completionsTopic, 'KAFKA_COMPLETIONS_TOPIC'],
    [settings.githubTopic, 'KAFKA_GITHUB_TOPIC'],
    ...(settings.deadLetterTopic === null
      ? []
      : [[settings.deadLetterTopic, 'KAFKA_DEAD_LETTER_TOPIC'] as const]),
  ] as const
  await admin.connect()
  const listed = new Set(await admin.listTopics())
  const existing = wanted.filter(([topic]) => listed.has(topic))
  const missing = wanted.filter(([topic]) => !listed.has(topic))
  const { topics } = await admin.fetchTopicMetadata({ topics: existing.map(([topic]) => topic) })
  const consumed = existing
    .map(([topic]) => topic)
    .filter((topic) => topic !== settings.deadLetterTopic)
  if (consumed.length > 0)
    await admin.fetchOffsets({ groupId: settings.groupId, topics: [...consumed] })
  return [
    ...topics.map(
      ({ name, partitions }): Finding => ({
        state: 'ok',
        message: `topic ${name} has ${pluralize(partitions.length, 'partition')}`,
      }),
    ),
    ...missing.map(
      ([topic, variable]): Finding => ({
        state: 'failed',
        message: `topic ${topic} does not exist: create it, or set ${variable}`,
      }),
    ),
  ]
}

/** The client has no abort signals. */
function rejectOnAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new Error('no answer in time'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([work, stopped])
}
