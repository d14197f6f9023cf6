import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { createEventStream, type StreamSummary } from './event-stream.ts'

function summarize(...chunks: readonly (string | Uint8Array)[]): StreamSummary {
  const stream = createEventStream()
  for (const chunk of chunks) stream.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  return stream.summarize()
}

const line = (event: unknown): string => `${JSON.stringify(event)}\n`
const message = (text: string): string =>
  line({ type: 'item.completed', item: { type: 'agent_message', text } })
const run = [
  line({ type: 'thread.started', thread_id: 't-1' }),
  line({ type: 'turn.started' }),
  'not JSON\n\n',
  message('one'),
  line({
    type: 'item.completed',
    item: { type: 'command_execution', aggregated_output: 'a\u2028b\rc' },
  }),
  message('zwei – 日本語 😀'),
  line({ type: 'turn.completed', usage: {} }),
].join('')
const whole = summarize(run)

test('the thread, the last message and the end of the turn are read', () => {
  expect(whole).toEqual({
    isStream: true,
    threadId: 't-1',
    lastMessage: 'zwei – 日本語 😀',
    turn: 'completed',
    error: null,
    tail: run,
  })
})

property.prop([fc.array(fc.nat({ max: Buffer.byteLength(run) }), { maxLength: 20 })])(
  'the summary does not depend on how the bytes are split into chunks',
  (cuts) => {
    const bytes = Buffer.from(run)
    const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
    expect(
      summarize(...places.slice(1).map((end, index) => bytes.subarray(places[index], end))),
    ).toEqual(whole)
  },
)

property.prop([fc.nat({ max: Buffer.byteLength(run) })])(
  'a stream that ends early is read up to its end',
  (end) => {
    expect(['t-1', null]).toContain(summarize(Buffer.from(run).subarray(0, end)).threadId)
  },
)

test('a retry that succeeds is not a failure, and a failed last turn is', () => {
  const notice = line({ type: 'error', message: 'Reconnecting... 1/5' })
  expect(summarize(run, notice)).toMatchObject({ turn: 'completed', error: null })
  const failed = line({ type: 'turn.failed', error: { message: 'no more credit' } })
  expect(summarize(run, line({ type: 'turn.started' }), failed)).toMatchObject({
    turn: 'failed',
    error: 'no more credit',
  })
  expect(summarize(run, failed, line({ type: 'turn.started' }))).toMatchObject({
    turn: null,
    error: null,
  })
})

test('other output is not a stream, and only its end is kept', () => {
  expect(summarize('{"type":"letter"}\n', '[1]\n', 'null\n')).toMatchObject({
    isStream: false,
    threadId: null,
  })
  expect(summarize('x'.repeat(50_000), 'end').tail).toHaveLength(16_000)
})

test('a line without end takes no more memory than its limit, and later lines are read', () => {
  const stream = createEventStream()
  for (let count = 0; count < 20; count += 1) stream.push(Buffer.alloc(1024 * 1024, 'x'))
  stream.push(Buffer.from(`\n${message('after')}`))
  expect(stream.summarize().lastMessage).toBe('after')
})
