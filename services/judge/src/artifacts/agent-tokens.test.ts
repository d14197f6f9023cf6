import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyEnrichment } from '../correlate/recover-event.ts'
import type { AgentUsage, ThreadUsage } from '../run/run.ts'
import { measureAgentTokens } from './agent-tokens.ts'
import { createStreamReader } from './stream-reader.ts'

const report = (input: number, output = 0) =>
  JSON.stringify({
    type: 'turn.completed',
    usage: { input_tokens: input, cached_input_tokens: 0, output_tokens: output },
  })
const startThread = (id: string) => JSON.stringify({ type: 'thread.started', thread_id: id })
const startTurn = JSON.stringify({ type: 'turn.started' })
const readStream = (...lines: readonly string[]) => {
  const reader = createStreamReader()
  for (const line of lines) reader.line(line)
  return reader.result()
}
const createUsage = (inputTokens: number, outputTokens = 0): AgentUsage => ({
  inputTokens,
  outputTokens,
  cachedInputTokens: 0,
  reasoningOutputTokens: 0,
})
const counted = (threadId: string | null, input: number, output = 0): ThreadUsage => ({
  threadId,
  usage: createUsage(input, output),
})

const measure = (over: Partial<Parameters<typeof measureAgentTokens>[0]>) =>
  measureAgentTokens({ stream: null, enrichment: null, threadId: null, earlier: [], ...over })

test.each([
  ['the first run of a thread', [startThread('a'), report(3004, 18)], [], [3004, 18]],
  ['a resumed thread', [startThread('a'), report(6010, 36)], [counted('a', 3004, 18)], [3006, 18]],
  [
    'a thread that was resumed twice',
    [startThread('a'), report(9018, 54)],
    [counted('a', 3004, 18), counted('a', 6010, 36)],
    [3008, 18],
  ],
  ['the same stream again', [startThread('a'), report(6010)], [counted('a', 6010)], [0, 0]],
  ['another thread', [startThread('b'), report(6010)], [counted('a', 3004)], [6010, 0]],
  ['a counter that began again', [startThread('a'), report(100)], [counted('a', 3004)], [100, 0]],
  ['a stream that names no thread', [report(6010)], [counted(null, 3004)], [6010, 0]],
  [
    'two threads, one of them resumed',
    [startThread('a'), report(5000), startThread('b'), report(700, 7)],
    [counted('a', 4000)],
    [1700, 7],
  ],
  [
    'several turns of one run',
    [startThread('a'), startTurn, report(10), startTurn, report(30)],
    [],
    [30, 0],
  ],
] as const)('%s is counted as what it added', (_, lines, earlier, [input, output]) => {
  expect(measure({ stream: readStream(...lines), earlier })?.usage).toEqual(
    createUsage(input, output),
  )
})

test('the threads are kept as reported, so that the next resume is counted from this run', () => {
  const stream = readStream(startThread('a'), report(6010))
  expect(measure({ stream, earlier: [counted('a', 3004)] })?.threads).toEqual([counted('a', 6010)])
})

test('an agent that worked without a report has used an unknown number of tokens', () => {
  const unknown = { usage: null, threads: [] }
  const zeros = report(0)
  expect(measure({ stream: readStream(startThread('a'), startTurn, zeros) })).toEqual(unknown)
  expect(measure({ stream: readStream(startThread('a'), startTurn) })).toEqual(unknown)
  expect(measure({ stream: readStream(startThread('a')) })).toBeNull()
  expect(measure({})).toBeNull()
})

test('a notify tells what the stream does not, and never outweighs it', () => {
  const enrichment = { ...emptyEnrichment, usage: createUsage(50, 5) }
  const said = { enrichment, threadId: 'a' }
  expect(measure({ ...said, earlier: [counted('a', 20)] })?.usage).toEqual(createUsage(30, 5))
  expect(measure({ ...said, stream: readStream(startTurn) })?.usage).toEqual(createUsage(50, 5))
  expect(measure({ ...said, stream: readStream(report(7)) })?.usage).toEqual(createUsage(7))
})

test('the excerpt of a notify is the end of a stream, cut anywhere', () => {
  const events = `"command_execution"}}\n${startTurn}\n${report(3004, 18)}\n{"type":"turn.comp`
  const enrichment = { ...emptyEnrichment, excerpts: { events } }
  expect(measure({ enrichment, threadId: 'a', earlier: [counted('a', 3000)] })?.usage).toEqual(
    createUsage(4, 18),
  )
})

test('evidence that an older release stored counts by its sum', () => {
  const { threads: _, ...old } = readStream(startThread('a'), report(3004))
  const stream = old as ReturnType<typeof readStream>
  expect(measure({ stream, earlier: [counted('a', 3000)] })?.usage).toEqual(createUsage(4))
})

test('over a life of resumes the runs add up to the last total of the thread', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5_000), { minLength: 1, maxLength: 8 }), (added) => {
      const earlier: ThreadUsage[] = []
      let total = 0
      let sum = 0
      for (const more of added) {
        total += more + 1
        const stream = readStream(startThread('a'), report(total))
        const tokens = measure({ stream, earlier })
        sum += tokens?.usage?.inputTokens ?? 0
        earlier.push(...(tokens?.threads ?? []))
      }
      expect(sum).toBe(total)
    }),
  )
})
