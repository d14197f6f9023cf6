import { setTimeout as delay } from 'node:timers/promises'
import type { EachBatchPayload, KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import type { Consume, ConsumeResult } from '../../ingest/kafka/consume.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import type { DeadLetters } from './dead-letters.ts'
import { toConsumedRecord } from './records.ts'

/** Records per transaction: more would hold the locks of their issues for too long. */
const PART_SIZE = 500
const HEARTBEAT_EVERY_MS: Millis = 1_000
const holdDelay: { readonly first: Millis; readonly max: Millis } = { first: 500, max: 15_000 }

export interface BatchDeps {
  readonly consume: Consume
  readonly letters: DeadLetters
  readonly log: Pick<Logger, 'warn' | 'info'>
  /** Aborted when the service stops: a held batch is then released without a commit. */
  readonly stopping: AbortSignal
  /** Called with the reason for which the partition is held, or null when it continues. */
  readonly onHold: (because: string | null) => void
}

/**
 * Consumes one fetched batch, part by part. The offset of a part is committed only after its
 * records were stored, so a crash in between causes a redelivery, which is recognised as a
 * duplicate. While records cannot be stored, the partition is held and heartbeats keep the
 * membership of the group; a partition that was assigned to another member is released.
 */
export async function takeBatch(payload: EachBatchPayload, deps: BatchDeps): Promise<void> {
  const { batch, resolveOffset, commitOffsetsIfNecessary, isRunning, isStale } = payload
  for (let start = 0; start < batch.messages.length; start += PART_SIZE) {
    if (!isRunning() || isStale() || deps.stopping.aborted) return
    const messages = batch.messages.slice(start, start + PART_SIZE)
    const last = messages.at(-1)
    if (last === undefined) return
    const result = await takePart(payload, messages, deps)
    if (result === 'released') return
    resolveOffset(last.offset)
    const offset = String(BigInt(last.offset) + 1n)
    await commitOffsetsIfNecessary({
      topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset }] }],
    })
    // The group is rebalancing: the client must see the error to rejoin.
    if (result !== null) throw result
  }
}

/**
 * Stores one part, retrying for as long as necessary. It resolves to the error of a heartbeat, to
 * `released` if the partition was released, otherwise to null.
 */
async function takePart(
  payload: EachBatchPayload,
  messages: readonly KafkaMessage[],
  deps: BatchDeps,
): Promise<Error | 'released' | null> {
  const { batch, heartbeat, isRunning, isStale } = payload
  const { topic, partition } = batch
  let heartbeatError: Error | null = null
  const timer = setInterval(() => {
    heartbeat().catch((error: unknown) => {
      heartbeatError = error instanceof Error ? error : new Error(String(error))
    })
  }, HEARTBEAT_EVERY_MS)
  const getHeartbeatError = (): Error | null => heartbeatError
  try {
    for (let tries = 0; ; tries += 1) {
      try {
        const consumed = await deps.consume(
          messages.map((message) => toConsumedRecord(topic, partition, message)),
        )
        deps.onHold(null)
        await reportPart({ topic, partition, messages, consumed }, deps)
        return getHeartbeatError()
      } catch (error) {
        deps.onHold(getErrorMessage(error))
        deps.log.warn(
          {
            event: 'kafka_held',
            topic,
            partition,
            offset: messages[0]?.offset,
            tries,
            error: getErrorMessage(error),
          },
          'the partition is held: its records cannot be stored',
        )
      }
      await delay(Math.min(holdDelay.max, holdDelay.first * 2 ** tries), undefined, {
        signal: deps.stopping,
      }).catch(() => {})
      const error = getHeartbeatError()
      if (error !== null) throw error
      if (!isRunning() || isStale() || deps.stopping.aborted) return 'released'
    }
  } finally {
    clearInterval(timer)
  }
}

async function reportPart(
  part: {
    readonly topic: string
    readonly partition: number
    readonly messages: readonly KafkaMessage[]
    readonly consumed: readonly ConsumeResult[]
  },
  { letters, log }: BatchDeps,
): Promise<void> {
  const { topic, partition, messages, consumed } = part
  const empty = consumed.filter(({ kind }) => kind === 'empty').length
  if (empty > 0)
    log.info(
      { event: 'kafka_tombstones', topic, partition, records: empty },
      'records without a value were ignored',
    )
  await letters.send(
    messages.flatMap((message, index) => {
      const result = consumed[index]
      return result?.kind === 'quarantined'
        ? [{ topic, partition, message, because: result.because }]
        : []
    }),
  )
}
