import { expect, test } from 'vitest'
import type { InboundMessage } from '../../services/judge/src/correlate/messages.ts'
import { useKit } from './kit.ts'
import { makeCompletion } from './make-messages.ts'

const kit = useKit()

const makeMessage = (id: string, uid: string): InboundMessage => ({
  ...makeCompletion({ workflowUid: uid, issueNumber: Number(uid) }),
  keys: [`ce:/a/source|${id}`, `uid:${uid}:its-value`],
})

test('new content under a used id is a duplicate, and is recorded when it comes under a new id', async () => {
  const first = await kit.recorder.record(makeMessage('1', '101'))
  expect(first).toMatchObject({ duplicate: false, outcome: 'recorded' })
  expect(await kit.recorder.record(makeMessage('1', '102'))).toMatchObject({
    duplicate: true,
    runId: first.runId,
  })
  const own = await kit.recorder.record(makeMessage('2', '102'))
  expect(own).toMatchObject({ duplicate: false, outcome: 'recorded' })
  expect(own.runId).not.toBe(first.runId)
  // The same content on another path is the same message, and so is anything with that path's id.
  expect(await kit.recorder.record(makeMessage('3', '102'))).toMatchObject({
    duplicate: true,
    runId: own.runId,
  })
  expect(await kit.recorder.record(makeMessage('3', '103'))).toMatchObject({
    duplicate: true,
    runId: own.runId,
  })
})

test('the same holds in a batch', async () => {
  const [first] = await kit.recorder.recordBatch([makeMessage('1', '101'), makeMessage('9', '109')])
  const again = await kit.recorder.recordBatch([makeMessage('1', '102'), makeMessage('9', '109')])
  expect(again.map(({ duplicate }) => duplicate)).toEqual([true, true])
  const own = await kit.recorder.recordBatch([makeMessage('2', '102'), makeMessage('4', '104')])
  expect(own.map(({ duplicate }) => duplicate)).toEqual([false, false])
  expect(own.map(({ runId }) => runId)).not.toContain(first?.runId)
})
