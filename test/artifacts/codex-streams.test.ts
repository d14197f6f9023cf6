import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { AgentStream } from '../../services/judge/src/artifacts/evidence.ts'
import { createLineSink } from '../../services/judge/src/artifacts/sinks.ts'
import { createStreamReader } from '../../services/judge/src/artifacts/stream-reader.ts'

const cases = new URL('../fixtures/codex/', import.meta.url)

/** Reads one or more recorded streams, one after the other, in chunks of an odd size. */
async function readCases(...names: readonly string[]): Promise<AgentStream> {
  const reader = createStreamReader()
  for (const name of names) {
    const sink = createLineSink(reader.line, 8 * 1024 * 1024)
    for await (const chunk of createReadStream(new URL(`${name}/events.jsonl`, cases), {
      highWaterMark: 777,
    }))
      sink.write(chunk)
    sink.end?.()
  }
  return reader.result()
}

/** How each recording ends: `completed`, `cut`, `none`, or the kind of failure. */
const endings: Readonly<Record<string, 'completed' | 'cut' | 'none' | 'infrastructure' | 'work'>> =
  {
    '04-turn-failed-400': 'work',
    '04b-turn-failed-quota-429': 'infrastructure',
    '04c-turn-failed-usage-limit': 'infrastructure',
    '04f-turn-failed-401': 'infrastructure',
    '04g-turn-failed-context': 'work',
    '04h-turn-failed-500-forever': 'infrastructure',
    '04j-connection-refused': 'cut',
    '04k-connection-refused-bounded': 'infrastructure',
    '05-killed-midway': 'cut',
    '05c-sigterm': 'cut',
    '05d-sigint': 'cut',
    '05f-sigkill-group': 'cut',
    '08d-output-schema-server-rejects': 'work',
    '08e-output-schema-invalid-json-file': 'none',
    '08f-output-schema-missing-file': 'none',
    '09c-resume-unknown': 'none',
    '10b-notify-failure': 'work',
    '13-not-a-git-repo': 'none',
    '13c-missing-env-key': 'work',
    '13d-stdin-left-open': 'none',
    '13f-unknown-flag': 'none',
    '13g-bad-config': 'none',
  }

const recorded = (await readdir(cases, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

test.each(recorded)('the recording %s ends as recorded', async (name) => {
  const { lastTurn, oddLines } = await readCases(name)
  const expected = endings[name] ?? 'completed'
  expect(
    lastTurn.kind === 'failed' ? (lastTurn.ground ? 'infrastructure' : 'work') : lastTurn.kind,
  ).toBe(expected)
  expect(oddLines).toBe(0)
})

test('successful reconnects leave a completed turn, whatever errors came before', async () => {
  const stream = await readCases('03b-transient-500-stream-retry')
  expect(stream).toMatchObject({ lastTurn: { kind: 'completed' }, turns: 1 })
})

test('the last message is the last one of the last turn', async () => {
  expect((await readCases('10-notify-success')).lastMessage).not.toBeNull()
  expect((await readCases('07-no-items-zero-output')).lastMessage).toBeNull()
  expect((await readCases('07b-empty-message')).lastMessage).toBe('')
  expect((await readCases('10-notify-success', '07-no-items-zero-output')).lastMessage).toBeNull()
})

test('usage after a resume covers the whole thread, and threads add up', async () => {
  const first = await readCases('09-resume-turn1')
  expect(first.usage).toMatchObject({ inputTokens: 3004, outputTokens: 18 })
  const resumed = await readCases('09-resume-turn1', '09-resume')
  expect(resumed).toMatchObject({
    turns: 2,
    threadId: first.threadId,
    usage: { inputTokens: 6010, cachedInputTokens: 3000, outputTokens: 36 },
  })
  expect(
    (await readCases('09-resume-turn1', '09-resume', '10-notify-success')).usage,
  ).toMatchObject({
    inputTokens: 6910,
  })
})

test('a report of no usage does not reduce the usage', async () => {
  expect((await readCases('07c-no-usage')).usage).toEqual({
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningOutputTokens: 0,
  })
})

test('failed commands are kept with their exit code and the end of their output', async () => {
  const { failedCommands } = await readCases('01-success-false-claim')
  expect(failedCommands.length).toBeGreaterThan(0)
  for (const command of failedCommands) expect(command.exitCode).not.toBe(0)
})

test('a line of a megabyte, control characters and odd characters are one event each', async () => {
  expect(await readCases('06-huge-unicode-ansi')).toMatchObject({
    oddLines: 0,
    turns: 1,
    lastTurn: { kind: 'completed' },
  })
})
