import { setTimeout as delay } from 'node:timers/promises'
import type { EachBatchPayload, KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import type { Consume, Consumed } from '../../ingest/kafka/consume.ts'
import { messageOf } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import type { DeadLetters } from './dead-letters.ts'
import { recordOf } from './records.ts'

/**
 * Records of one transaction: enough to be quick, few enough that the locks of their issues are
 * held for a moment only.
 */
const TOGETHER = 500
const HEARTBEAT_EVERY: Millis = 1_000
const HOLD: { readonly first: Millis; readonly most: Millis } = { first: 500, most: 15_000 }

export interface BatchDeps {
  readonly consume: Consume
  readonly letters: DeadLetters
  readonly log: Pick<Logger, 'warn' | 'info'>
  /** Aborted when the service stops: a batch that is being held is then let go, untaken. */
  readonly stopping: AbortSignal
  /** Told why a partition is held, and with null that it goes on. */
  readonly holding: (because: string | null) => void
}

/**
 * Takes one fetched batch, part by part. The offset of a part is committed only after the inbox has
 * it, so whatever happens in between is delivered again and recognised. While nothing can be put on
 * disk the partition is held where it is, and the membership of the group is kept alive; a
 * partition that was given to another member meanwhile is let go.
 */
export async function takeBatch(payload: EachBatchPayload, deps: BatchDeps): Promise<void> {
  const { batch, resolveOffset, commitOffsetsIfNecessary, isRunning, isStale } = payload
  for (let at = 0; at < batch.messages.length; at += TOGETHER) {
    if (!isRunning() || isStale() || deps.stopping.aborted) return
    const messages = batch.messages.slice(at, at + TOGETHER)
    const last = messages.at(-1)
    if (last === undefined) return
    const lost = await takePart(payload, messages, deps)
    if (lost === 'let go') return
    resolveOffset(last.offset)
    const offset = String(BigInt(last.offset) + 1n)
    await commitOffsetsIfNecessary({
      topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset }] }],
    })
    // The group is being shared out anew: the client must hear of it to take part.
    if (lost !== null) throw lost
  }
}

/**
 * Puts one part on disk, however long that takes. Gives back what the heartbeat met meanwhile, if
 * it met anything.
 */
async function takePart(
  payload: EachBatchPayload,
  messages: readonly KafkaMessage[],
  deps: BatchDeps,
): Promise<Error | 'let go' | null> {
  const { batch, heartbeat, isRunning, isStale } = payload
  const { topic, partition } = batch
  let lost: Error | null = null
  const beating = setInterval(() => {
    heartbeat().catch((error: unknown) => {
      lost = error instanceof Error ? error : new Error(String(error))
    })
  }, HEARTBEAT_EVERY)
  const hearsOf = (): Error | null => lost
  try {
    for (let tries = 0; ; tries += 1) {
      try {
        const consumed = await deps.consume(
          messages.map((message) => recordOf(topic, partition, message)),
        )
        deps.holding(null)
        await afterwards({ topic, partition, messages, consumed }, deps)
        return hearsOf()
      } catch (error) {
        deps.holding(messageOf(error))
        deps.log.warn(
          {
            event: 'kafka_held',
            topic,
            partition,
            offset: messages[0]?.offset,
            tries,
            error: messageOf(error),
          },
          'the partition is held: its records cannot be put on disk',
        )
      }
      await delay(Math.min(HOLD.most, HOLD.first * 2 ** tries), undefined, {
        signal: deps.stopping,
      }).catch(() => {})
      const rebalanced = hearsOf()
      if (rebalanced !== null) throw rebalanced
      if (!isRunning() || isStale() || deps.stopping.aborted) return 'let go'
    }
  } finally {
    clearInterval(beating)
  }
}

async function afterwards(
  of: {
    readonly topic: string
    readonly partition: number
    readonly messages: readonly KafkaMessage[]
    readonly consumed: readonly Consumed[]
  },
  { letters, log }: BatchDeps,
): Promise<void> {
  const { topic, partition, messages, consumed } = of
  const empty = consumed.filter(({ kind }) => kind === 'empty').length
  if (empty > 0)
    log.info(
      { event: 'kafka_tombstones', topic, partition, records: empty },
      'records without a value were ignored',
    )
  await letters.send(
    messages.flatMap((message, index) => {
      const what = consumed[index]
      return what?.kind === 'quarantined'
        ? [{ topic, partition, message, because: what.because }]
        : []
    }),
  )
}
