import { expect, test } from 'vitest'
import type { Incoming } from '../../services/judge/src/correlate/incoming.ts'
import { completion, useKit } from './kit.ts'

const kit = useKit()

const sent = (id: string, uid: string): Incoming => ({
  ...completion({ workflowUid: uid, issueNumber: Number(uid) }),
  keys: [`ce:/a/source|${id}`, `uid:${uid}:its-value`],
})

test('a value that came under an id already used is a repetition then, and heard when it comes under an id of its own', async () => {
  const first = await kit.recorder.record(sent('1', '101'))
  expect(first).toMatchObject({ duplicate: false, outcome: 'recorded' })
  expect(await kit.recorder.record(sent('1', '102'))).toMatchObject({
    duplicate: true,
    runId: first.runId,
  })
  const own = await kit.recorder.record(sent('2', '102'))
  expect(own).toMatchObject({ duplicate: false, outcome: 'recorded' })
  expect(own.runId).not.toBe(first.runId)
  // The same value by another road is the same message, and so is whatever comes under that road's
  // id.
  expect(await kit.recorder.record(sent('3', '102'))).toMatchObject({
    duplicate: true,
    runId: own.runId,
  })
  expect(await kit.recorder.record(sent('3', '103'))).toMatchObject({
    duplicate: true,
    runId: own.runId,
  })
})

test('it is so in a batch as well', async () => {
  const [first] = await kit.recorder.recordBatch([sent('1', '101'), sent('9', '109')])
  const again = await kit.recorder.recordBatch([sent('1', '102'), sent('9', '109')])
  expect(again.map(({ duplicate }) => duplicate)).toEqual([true, true])
  const own = await kit.recorder.recordBatch([sent('2', '102'), sent('4', '104')])
  expect(own.map(({ duplicate }) => duplicate)).toEqual([false, false])
  expect(own.map(({ runId }) => runId)).not.toContain(first?.runId)
})
