import { expect, test } from 'vitest'
import type { QuarantinedMessage } from '../../services/judge/src/ingest/replay.ts'
import { replay } from '../../services/judge/src/ingest/replay.ts'
import { Problem } from '../../services/judge/src/lib/problem.ts'
import { fixture } from './listening.ts'
import { MemoryRecorder } from './memory-recorder.ts'

const completion = fixture('argo-messages/sensor-raw/01-succeeded-artifacts.json')
const quarantined = (body: string, headers: Record<string, string> = {}): QuarantinedMessage => ({
  source: 'run-complete',
  transport: 'http',
  headers,
  body: Buffer.from(body),
})

async function again(message: QuarantinedMessage, corrected?: unknown) {
  const recorder = new MemoryRecorder()
  const deps = {
    recorder,
    context: { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' },
    showRun: async (id: string) => ({ id }),
  }
  try {
    return { recorder, answer: await replay(message, corrected, deps) }
  } catch (error) {
    if (error instanceof Problem) return { recorder, problem: error }
    throw error
  }
}

test.each([
  ['a JSON value', JSON.parse(completion)],
  ['a string to be parsed', completion],
])(
  'a body corrected as %s is read as the message it stands for, and answered like ingest',
  async (_as, corrected) => {
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
  },
)

test('attributes of the event stay its identity where they are whole, and are dropped where the id was what was wrong', async () => {
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

test('a message that could not be recorded then is recorded now, as it is', async () => {
  expect((await again(quarantined(completion))).answer).toMatchObject({ outcome: 'recorded' })
})

test('what agents and people said has no parser here', async () => {
  expect((await again({ ...quarantined('{}'), source: 'agent' })).problem).toMatchObject({
    code: 'invalid',
  })
})
