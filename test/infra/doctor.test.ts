import { expect, test } from 'vitest'
import { examineKafka } from '../../services/judge/src/adapters/kafka/examine.ts'
import { createTopics } from './kafka-world.ts'

/* What `codex-judge doctor` says of a real Kafka. */

const kafka = process.env.TEST_KAFKA ?? ''

test.skipIf(kafka === '')(
  'doctor finds the topics of Kafka, and names one that is missing',
  async () => {
    const topics = await createTopics(kafka)
    const findings = await examineKafka(
      {
        brokers: [kafka],
        groupId: 'codex-judge-doctor',
        completionsTopic: topics.completions,
        githubTopic: 'no.such.topic',
        deadLetterTopic: topics.deadLetters,
        ssl: false,
        sasl: null,
      },
      AbortSignal.timeout(20_000),
    )
    expect(findings).toEqual([
      { state: 'ok', message: expect.stringMatching(/^topic \S+ has \d+ partitions?$/) },
      { state: 'ok', message: expect.stringMatching(/^topic \S+ has \d+ partitions?$/) },
      {
        state: 'failed',
        message: 'topic no.such.topic does not exist: create it, or set KAFKA_GITHUB_TOPIC',
      },
    ])
  },
)
