import { clip, tidyText } from '../lib/text.ts'
import type { AgentUsage } from '../run/run.ts'
import type { AgentStream } from './evidence.ts'
import { isGroundFailure } from './turn-failure.ts'

const maxFailedCommands = 20
const maxCommand = 2000
const maxOutput = 4000
const maxMessage = 50_000

type Fields = ReadonlyMap<string, unknown>
type LastTurn = AgentStream['lastTurn']

/**
 * Reads `codex exec --json`, a line at a time, keeping only what is used. Unknown events are passed
 * over and lines that are no JSON objects are counted: a stream may be cut anywhere, also inside a
 * line. `error` events mean nothing by themselves, because a reconnect that worked is told by the
 * same event; only the end of the last turn does.
 */
export function streamReader(): {
  readonly line: (text: string | null) => void
  readonly result: () => AgentStream
} {
  let threadId: string | null = null
  let lastTurn: LastTurn = { kind: 'none' }
  let lastMessage: string | null = null
  let turns = 0
  let oddLines = 0
  const failedCommands: AgentStream['failedCommands'][number][] = []
  const usage = new Map<string | null, AgentUsage>()

  const take = (event: Fields): void => {
    switch (event.get('type')) {
      case 'thread.started':
        threadId = stringOf(event.get('thread_id')) ?? threadId
        return
      case 'turn.started':
        turns += 1
        lastTurn = { kind: 'cut' }
        // What an earlier turn said last is not what this one said.
        lastMessage = null
        return
      case 'turn.completed': {
        lastTurn = { kind: 'completed' }
        const told = usageOf(event.get('usage'))
        if (told) usage.set(threadId, atLeast(usage.get(threadId), told))
        return
      }
      case 'turn.failed': {
        const message =
          stringOf(fieldsOf(event.get('error'))?.get('message')) ?? 'no reason was given'
        lastTurn = {
          kind: 'failed',
          message: tidyText(clip(message, maxOutput)),
          ground: isGroundFailure(message),
        }
        return
      }
      case 'item.completed':
        takeItem(fieldsOf(event.get('item')))
    }
  }

  const takeItem = (item: Fields | null): void => {
    const type = item?.get('type')
    if (type === 'agent_message')
      lastMessage = tidyText(clip(stringOf(item?.get('text')) ?? '', maxMessage))
    if (type !== 'command_execution' || item === null || !hasFailed(item)) return
    const exitCode = item.get('exit_code')
    failedCommands.push({
      command: tidyText(clip(stringOf(item.get('command')) ?? '', maxCommand)),
      exitCode: typeof exitCode === 'number' ? exitCode : null,
      output: tidyText((stringOf(item.get('aggregated_output')) ?? '').slice(-maxOutput)),
    })
    // The latest are the ones that tell why it ended as it did.
    if (failedCommands.length > maxFailedCommands) failedCommands.shift()
  }

  return {
    line(text) {
      if (text?.trim() === '') return
      const event = text === null ? null : fieldsOf(parsed(text))
      if (event === null) oddLines += 1
      else take(event)
    },
    result: () => ({
      threadId,
      lastTurn,
      lastMessage,
      usage: total([...usage.values()]),
      turns,
      oddLines,
      failedCommands: [...failedCommands],
    }),
  }
}

const hasFailed = (item: Fields): boolean => {
  const exitCode = item.get('exit_code')
  return item.get('status') === 'failed' || (typeof exitCode === 'number' && exitCode !== 0)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const fieldsOf = (value: unknown): Fields | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : null
const stringOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const tokens = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.trunc(value) : 0

function usageOf(value: unknown): AgentUsage | null {
  const fields = fieldsOf(value)
  if (fields === null) return null
  return {
    inputTokens: tokens(fields.get('input_tokens')),
    cachedInputTokens: tokens(fields.get('cached_input_tokens')),
    outputTokens: tokens(fields.get('output_tokens')),
    reasoningOutputTokens: tokens(fields.get('reasoning_output_tokens')),
  }
}

/**
 * Usage is the sum over the thread so far, also over the turns before a resume, so a later report
 * replaces an earlier one. A server that reports nothing gives zeros, which take nothing away.
 */
const atLeast = (before: AgentUsage | undefined, told: AgentUsage): AgentUsage =>
  before === undefined ? told : combine(before, told, Math.max)

const total = (threads: readonly AgentUsage[]): AgentUsage | null =>
  threads.length === 0 ? null : threads.reduce((sum, one) => combine(sum, one, (a, b) => a + b))

const combine = (
  a: AgentUsage,
  b: AgentUsage,
  how: (a: number, b: number) => number,
): AgentUsage => ({
  inputTokens: how(a.inputTokens, b.inputTokens),
  cachedInputTokens: how(a.cachedInputTokens, b.cachedInputTokens),
  outputTokens: how(a.outputTokens, b.outputTokens),
  reasoningOutputTokens: how(a.reasoningOutputTokens, b.reasoningOutputTokens),
})
