import { describe, expect, test } from 'vitest'
import { createSeededRandom } from '../harness/seeded-random.ts'
import { createCompletion } from './completions.ts'
import { createInbox, createTopics, type SentMessage, startConsumer } from './kafka-world.ts'
import { eventually, pollFor } from './within.ts'

const kafka = process.env.TEST_KAFKA ?? ''
/** `SEED=…` kills at the same counts again; the exact moment still differs. */
const workflows = Number(process.env.TEST_KAFKA_WORKFLOWS ?? 50_000)
const kills = Number(process.env.KILLS ?? 20)
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

describe.skipIf(kafka === '')('many messages from a real Kafka', () => {
  test(`each of ${workflows} workflows is recorded once despite ${kills} kills and duplicates (seed ${seed})`, async () => {
    const random = createSeededRandom(seed)
    const [topics, inbox] = [await createTopics(kafka), await createInbox()]
    const began = performance.now()
    const all = range(workflows).map((n) => createCompletion(n))
    const twice = all.filter((_, n) => n % 10 === 0)
    const unreadable = range(kills).map((n) => ({ value: `{"half a mess ${n}` }))
    for (const part of split([...all, ...twice], 1_000)) {
      const places = unreadable
        .splice(0, Math.ceil(unreadable.length / 50))
        .map((one) => ({ one, at: random() }))
      await topics.send(
        topics.completions,
        places.reduce<readonly SentMessage[]>(
          (sent, { one, at }) => sent.toSpliced(at * sent.length, 0, one),
          part,
        ),
      )
    }
    const producedAt = performance.now()

    const killedAt = range(kills)
      .map(() => Math.floor(random() * workflows))
      .sort((a, b) => a - b)
    for (const count of killedAt) {
      const consumer = startConsumer(topics, inbox.url, { STORY_SESSION: '2000' })
      await eventually(`${count} workflows`, async () => (await inbox.runs()) >= count)
      await consumer.kill()
    }
    const consumer = startConsumer(topics, inbox.url)
    await pollFor(300_000, 'all of them', async () => (await inbox.runs()) >= workflows)
    await pollFor(300_000, 'nothing left to take', () =>
      consumer.output.some(({ lag }) => isZero(lag, topics.completions)),
    )
    expect(await consumer.stop()).toBe(0)
    const took = performance.now() - producedAt

    const uids = await inbox.workflows()
    expect(uids).toHaveLength(workflows)
    expect(new Set(uids)).toEqual(new Set(all.map(({ uid }) => uid)))
    const quarantined = (await inbox.quarantined()).map(({ body }) => body.toString())
    expect(quarantined.toSorted()).toEqual(
      range(kills)
        .map((n) => `{"half a mess ${n}`)
        .toSorted(),
    )
    expect(await inbox.messages()).toBe(workflows + kills)
    console.info(
      `${workflows} workflows: produced in ${Math.round(producedAt - began)} ms, taken over ${kills} kills in ${Math.round(took)} ms`,
    )
  }, 600_000)
})

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n)

const isZero = (lag: unknown, topic: string): boolean =>
  typeof lag === 'object' &&
  lag !== null &&
  Object.entries(lag).some(([name, left]) => name === topic && left === 0)

const split = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) =>
    all.slice(n * size, (n + 1) * size),
  )
