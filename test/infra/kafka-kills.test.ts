import { describe, expect, test } from 'vitest'
import { seeded } from '../harness/random.ts'
import { completion } from './completions.ts'
import { consumes, inbox, type Sent, topicsOn } from './kafka-world.ts'
import { eventually, within } from './within.ts'

const kafka = process.env.TEST_KAFKA ?? ''
/** `SEED=…` kills at the same counts once more; where exactly is the machine's own. */
const workflows = Number(process.env.TEST_KAFKA_WORKFLOWS ?? 50_000)
const kills = Number(process.env.KILLS ?? 20)
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

describe.skipIf(kafka === '')('a long haul from a real Kafka', () => {
  test(`of ${workflows} workflows each is there exactly once, though its consumer is killed ${kills} times and Argo tells some of it twice (seed ${seed})`, async () => {
    const [topics, there, random] = [await topicsOn(kafka), await inbox(), seeded(seed)]
    const began = performance.now()
    const all = numbers(workflows).map((n) => completion(n))
    const twice = all.filter((_, n) => n % 10 === 0)
    const unreadable = numbers(kills).map((n) => ({ value: `{"half a mess ${n}` }))
    for (const part of parts([...all, ...twice], 1_000)) {
      const places = unreadable
        .splice(0, Math.ceil(unreadable.length / 50))
        .map((one) => ({ one, at: random() }))
      await topics.send(
        topics.completions,
        places.reduce<readonly Sent[]>(
          (sent, { one, at }) => sent.toSpliced(at * sent.length, 0, one),
          part,
        ),
      )
    }
    const produced = performance.now()

    const killedAt = numbers(kills)
      .map(() => Math.floor(random() * workflows))
      .sort((a, b) => a - b)
    for (const taken of killedAt) {
      const consumer = consumes(topics, there.url, { STORY_SESSION: '2000' })
      await eventually(`${taken} workflows`, async () => (await there.runs()) >= taken)
      await consumer.kill()
    }
    const consumer = consumes(topics, there.url)
    await within(300_000, 'all of them', async () => (await there.runs()) >= workflows)
    await within(300_000, 'nothing left to take', () =>
      consumer.said.some(({ lag }) => isZero(lag, topics.completions)),
    )
    expect(await consumer.stop()).toBe(0)
    const took = performance.now() - produced

    const uids = await there.workflows()
    expect(uids).toHaveLength(workflows)
    expect(new Set(uids)).toEqual(new Set(all.map(({ uid }) => uid)))
    const quarantined = (await there.quarantined()).map(({ body }) => body.toString())
    expect(quarantined.toSorted()).toEqual(
      numbers(kills)
        .map((n) => `{"half a mess ${n}`)
        .toSorted(),
    )
    expect(await there.messages()).toBe(workflows + kills)
    console.info(
      `${workflows} workflows: produced in ${Math.round(produced - began)} ms, taken over ${kills} kills in ${Math.round(took)} ms`,
    )
  }, 600_000)
})

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n)

const isZero = (lag: unknown, topic: string): boolean =>
  typeof lag === 'object' &&
  lag !== null &&
  Object.entries(lag).some(([name, left]) => name === topic && left === 0)

const parts = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) =>
    all.slice(n * size, (n + 1) * size),
  )
