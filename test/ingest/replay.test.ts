import { expect, test } from 'vitest'
import type { InboundMessage } from '../../services/judge/src/correlate/messages.ts'
import type { ReplayInput } from '../../services/judge/src/ingest/replay.ts'
import { replayMessage } from '../../services/judge/src/ingest/replay.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { Problem } from '../../services/judge/src/lib/problem.ts'
import { MemoryRecorder } from './memory-recorder.ts'
import { readFixture } from './start-ingest.ts'

const completion = readFixture('argo-messages/sensor-raw/01-succeeded-artifacts.json')
const quarantined = (body: string, headers: Record<string, string> = {}): ReplayInput => ({
  source: 'run-complete',
  transport: 'http',
  headers,
  body: Buffer.from(body),
  receivedAt: toInstant('2026-05-01T12:00:00Z'),
})

async function again(message: ReplayInput, corrected?: unknown) {
  const recorder = new MemoryRecorder()
  const deps = {
    record: (messages: readonly InboundMessage[]) => recorder.recordBatch(messages),
    context: { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' },
    showRun: async (id: string) => ({ id }),
  }
  try {
    return { recorder, answer: await replayMessage(message, corrected, deps) }
  } catch (error) {
    if (error instanceof Problem) return { recorder, problem: error }
    throw error
  }
}

test.each([
  ['a JSON value', JSON.parse(completion)],
  ['a string to be parsed', completion],
])('a body corrected as %s is parsed and answered like a new message', async (_as, corrected) => {
  const { answer, recorder } = await again(
    quarantined('{broken', { 'content-type': 'application/cloudevents+json' }),
    corrected,
  )
  expect(answer).toEqual({
    ok: true,
    event: { id: 'inbox-1', duplicate: false },
    outcome: 'recorded',
    run: { id: 'run-inbox-1' },
  })
  expect(recorder.kept[0]?.incoming).toMatchObject({
    source: 'run-complete',
    event: { kind: 'workflow.finished' },
  })
})

test('complete event attributes stay the identity, and incomplete ones are dropped', async () => {
  const whole = await again(
    quarantined('{', { 'ce-id': '1', 'ce-source': 's', 'ce-type': 't' }),
    completion,
  )
  expect(whole.recorder.kept[0]?.incoming.keys).toContain('ce:s|1')
  const partial = await again(
    quarantined(completion, { 'ce-source': 's', 'ce-type': 't' }),
    completion,
  )
  expect(partial.recorder.kept[0]?.incoming.keys).toEqual([expect.stringMatching(/^uid:/)])
})

test.each([
  ['without a correction', undefined],
  ['with another fault', '{"a":'],
  ['with no object', 7],
  [
    'with a batch of which one is bad',
    [{ specversion: '1.0', id: '1', source: 's', data: {} }, { specversion: '1.0' }],
  ],
])('still malformed %s: invalid, and nothing is recorded', async (_how, corrected) => {
  const { problem, recorder } = await again(quarantined('{broken'), corrected)
  expect(problem).toMatchObject({
    code: 'invalid',
    options: { extra: { errors: [{ path: '/body' }] } },
  })
  expect([recorder.kept, recorder.quarantined]).toEqual([[], []])
})

test('a message that could not be recorded before is recorded unchanged', async () => {
  expect((await again(quarantined(completion))).answer).toMatchObject({ outcome: 'recorded' })
})

test('messages of agents and people cannot be replayed', async () => {
  expect((await again({ ...quarantined('{}'), source: 'agent' })).problem).toMatchObject({
    code: 'invalid',
  })
})
