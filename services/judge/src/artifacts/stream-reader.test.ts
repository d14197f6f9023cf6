import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStreamReader } from './stream-reader.ts'

const read = (...events: readonly unknown[]) => {
  const reader = createStreamReader()
  for (const event of events) reader.line(typeof event === 'string' ? event : JSON.stringify(event))
  return reader.result()
}
const failed = (message: string) => ({ type: 'turn.failed', error: { message } })
const started = { type: 'turn.started' }

test('a stream without a turn has the last turn none', () => {
  expect(read({ type: 'thread.started', thread_id: 't' })).toMatchObject({
    threadId: 't',
    lastTurn: { kind: 'none' },
    turns: 0,
    usage: null,
  })
})

test('only the last turn counts, so a later turn overrides a failure', () => {
  expect(
    read(started, failed('Quota exceeded.'), started, { type: 'turn.completed' }).lastTurn,
  ).toEqual({
    kind: 'completed',
  })
  expect(read(started, { type: 'turn.completed' }, started, failed('x')).lastTurn).toMatchObject({
    kind: 'failed',
    message: 'x',
    ground: false,
  })
  expect(read(started, failed('x'), started).lastTurn).toEqual({ kind: 'cut' })
})

test('error events are ignored', () => {
  expect(
    read(started, { type: 'error', message: 'Reconnecting... 5/5' }, { type: 'turn.completed' })
      .lastTurn,
  ).toEqual({ kind: 'completed' })
  expect(read(started, { type: 'error', message: 'Quota exceeded.' }).lastTurn).toEqual({
    kind: 'cut',
  })
})

test.each([
  ['unexpected status 401 Unauthorized: bad key', true],
  ['exceeded retry limit, last status: 429 Too Many Requests', true],
  ['unexpected status 503 Service Unavailable: ', true],
  ['You’ve hit your usage limit.', true],
  ["You've hit your usage limit.", true],
  ['stream disconnected before completion: stream closed before response.completed', true],
  [
    'stream disconnected before completion: Incomplete response returned, reason: max_output_tokens',
    false,
  ],
  ['unexpected status 400 Bad Request: x', false],
  ['unexpected status 404 Not Found: model 500 unknown', false],
  ['the assertion expected 500 to equal 401', false],
  ["Codex ran out of room in the model's context window.", false],
])('a turn that failed with %j is an infrastructure failure: %s', (message, ground) => {
  expect(read(started, failed(message)).lastTurn).toMatchObject({ kind: 'failed', ground })
})

test('lines that are not JSON objects are only counted', () => {
  const reader = createStreamReader()
  for (const line of [
    'not json',
    '[1]',
    '"text"',
    '',
    '   ',
    JSON.stringify(started),
    '{"type":"turn.comp',
  ])
    reader.line(line)
  reader.line(null)
  expect(reader.result()).toMatchObject({ oddLines: 5, lastTurn: { kind: 'cut' } })
})

test('a command failed if its exit code is not zero or its status is failed', () => {
  const command = (fields: object) => ({
    type: 'item.completed',
    item: { type: 'command_execution', command: 'x', aggregated_output: 'out', ...fields },
  })
  const { failedCommands } = read(
    command({ exit_code: 0, status: 'completed' }),
    command({ exit_code: 2, status: 'failed' }),
    command({ exit_code: null, status: 'failed' }),
  )
  expect(failedCommands.map(({ exitCode }) => exitCode)).toEqual([2, null])
})

test('all commands are kept in order, with what their output says; too many are none', () => {
  const item = { type: 'command_execution', command: 'npm test | tail', exit_code: 0 }
  const read500 = read(...Array(500).fill({ type: 'item.completed', item }))
  expect(read500.commands).toHaveLength(500)
  const output = { aggregated_output: 'Tests  1 failed | 3 passed (4)' }
  expect(
    read({ type: 'item.completed', item: { ...item, ...output } }, { type: 'item.started', item })
      .commands,
  ).toEqual([{ command: 'npm test | tail', exitCode: 0, output: 'failure' }])
  expect(read(...Array(501).fill({ type: 'item.completed', item })).commands).toBeNull()
})

test('kept texts are bounded and storable, whatever the agent printed', () => {
  const item = {
    type: 'command_execution',
    command: '\0'.repeat(9000),
    aggregated_output: `${'a'.repeat(1e6)}\uD800`,
    exit_code: 1,
  }
  const { failedCommands } = read(...Array(50).fill({ type: 'item.completed', item }))
  expect(failedCommands).toHaveLength(20)
  const stored = JSON.stringify(failedCommands)
  expect(stored.length).toBeLessThan(200_000)
  expect(stored).not.toMatch(/\\u0000|\\ud800/i)
})

test('no sequence of lines makes the reader throw', () => {
  const event = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        {
          type: fc.constantFrom(
            'turn.failed',
            'turn.completed',
            'item.completed',
            'thread.started',
          ),
          error: fc.jsonValue(),
          item: fc.jsonValue(),
          usage: fc.jsonValue(),
          thread_id: fc.jsonValue(),
        },
        { requiredKeys: ['type'] },
      )
      .map((value) => JSON.stringify(value)),
  )
  fc.assert(fc.property(fc.array(event), (events) => read(...events).oddLines <= events.length))
})
