import { expect, test } from 'vitest'
import { boundIntake } from './bound-intake.ts'
import type { InboundMessage, RecordResult } from './messages.ts'

const makeMessage = (bytes: number): InboundMessage => ({
  source: 'notify',
  transport: 'http',
  headers: {},
  body: new Uint8Array(bytes),
  keys: [],
  event: null,
  because: 'a test',
})

const stored: RecordResult = {
  inboxId: '1',
  duplicate: false,
  outcome: 'ignored',
  runId: null,
}

/** A recorder that stores nothing until the test lets it. */
function createSlowRecorder(max: Parameters<typeof boundIntake>[1]) {
  const pending: (() => void)[] = []
  const wait = () => new Promise<void>((resolve) => pending.push(resolve))
  const recorder = boundIntake(
    {
      record: () => wait().then(() => stored),
      recordBatch: (messages) => wait().then(() => messages.map(() => stored)),
      recordWithin: async () => ({ results: [], afterCommit: () => {} }),
      quarantine: () => wait().then(() => ({ inboxId: '1', duplicate: false })),
    },
    max,
  )
  return { recorder, storeAll: () => pending.splice(0).forEach((store) => void store()) }
}

const refusal = { kind: 'unavailable', retryAfter: expect.any(Number) }

test('messages beyond the number or the bytes that may wait are refused at once', async () => {
  const { recorder, storeAll } = createSlowRecorder({ messages: 3, bytes: 100 })
  const batch = recorder.recordBatch([makeMessage(40), makeMessage(40)])
  await expect(recorder.record(makeMessage(21))).rejects.toMatchObject(refusal)
  const third = recorder.record(makeMessage(20))
  await expect(recorder.record(makeMessage(0))).rejects.toMatchObject(refusal)
  await expect(
    recorder.quarantine({ ...makeMessage(0), error: { code: 'not_json', message: '' } }),
  ).rejects.toMatchObject(refusal)
  storeAll()
  expect([...(await batch), await third]).toHaveLength(3)

  const later = recorder.record(makeMessage(100))
  storeAll()
  expect(await later).toEqual(stored)
})

test('what exceeds the bounds alone is stored when nothing else waits', async () => {
  const { recorder, storeAll } = createSlowRecorder({ messages: 3, bytes: 100 })
  const large = recorder.recordBatch(Array.from({ length: 9 }, () => makeMessage(90)))
  storeAll()
  expect(await large).toHaveLength(9)
})
