import { clip, sanitizeText } from '../lib/text.ts'
import { combineUsage } from '../run/combine-usage.ts'
import type { AgentUsage } from '../run/run.ts'
import type { AgentCommand, AgentStream } from './evidence.ts'
import { isInfrastructureFailure } from './infrastructure-failure.ts'
import { type JsonFields, parseJsonFields, readString, toJsonFields } from './json-fields.ts'
import { rateOutput } from './rate-output.ts'

const MAX_FAILED_COMMANDS = 20
const MAX_COMMANDS = 500
const MAX_LISTED_COMMAND_CHARS = 500
const MAX_COMMAND_CHARS = 2_000
const MAX_OUTPUT_CHARS = 4_000
const MAX_MESSAGE_CHARS = 50_000
const MAX_ID_CHARS = 200
/** A run resumes one thread, or begins another a few times. */
const MAX_THREADS = 100

const clipOrNull = (id: string | null): string | null => id && clip(id, MAX_ID_CHARS)

export interface StreamReader {
  /** Takes the next line; null stands for a line that was too long to keep. */
  readonly line: (text: string | null) => void
  readonly result: () => AgentStream
}

interface StreamState {
  threadId: string | null
  lastTurn: AgentStream['lastTurn']
  lastMessage: string | null
  turns: number
  oddLines: number
  longLines: number
  readonly failedCommands: AgentStream['failedCommands'][number][]
  readonly commands: AgentCommand[]
  readonly usageByThread: Map<string | null, AgentUsage>
}

/**
 * Reads `codex exec --json` line by line and keeps only what is used. Unknown events are skipped,
 * and lines that are not JSON objects are counted, because a stream may be cut anywhere. `error`
 * events are ignored: a successful reconnect sends them, too; only the end of the last turn counts.
 */
export function createStreamReader(): StreamReader {
  const state: StreamState = {
    threadId: null,
    lastTurn: { kind: 'none' },
    lastMessage: null,
    turns: 0,
    oddLines: 0,
    longLines: 0,
    failedCommands: [],
    commands: [],
    usageByThread: new Map(),
  }
  return {
    line(text) {
      if (text?.trim() === '') return
      const event = text === null ? null : parseJsonFields(text)
      if (text === null) state.longLines += 1
      if (event === null) state.oddLines += 1
      else applyEvent(state, event)
    },
    result: () => ({
      threadId: state.threadId,
      lastTurn: state.lastTurn,
      lastMessage: state.lastMessage,
      usage: sumUsage([...state.usageByThread.values()]),
      threads: [...state.usageByThread].map(([threadId, usage]) => ({ threadId, usage })),
      turns: state.turns,
      oddLines: state.oddLines,
      ...(state.longLines === 0 ? {} : { longLines: state.longLines }),
      failedCommands: [...state.failedCommands],
      commands:
        state.commands.length > MAX_COMMANDS || state.longLines > 0 ? null : [...state.commands],
    }),
  }
}

function applyEvent(state: StreamState, event: JsonFields): void {
  switch (event.get('type')) {
    case 'thread.started':
      state.threadId = clipOrNull(readString(event.get('thread_id'))) ?? state.threadId
      return
    case 'turn.started':
      state.turns += 1
      state.lastTurn = { kind: 'cut' }
      // The last message of an earlier turn is not this turn's.
      state.lastMessage = null
      return
    case 'turn.completed':
      state.lastTurn = { kind: 'completed' }
      applyUsage(state, toJsonFields(event.get('usage')))
      return
    case 'turn.failed': {
      const message =
        readString(toJsonFields(event.get('error'))?.get('message')) ?? 'no reason was given'
      state.lastTurn = {
        kind: 'failed',
        message: clip(message, MAX_OUTPUT_CHARS),
        ground: isInfrastructureFailure(message),
      }
      return
    }
    case 'item.completed':
      applyItem(state, toJsonFields(event.get('item')))
  }
}

function applyItem(state: StreamState, item: JsonFields | null): void {
  const type = item?.get('type')
  if (type === 'agent_message')
    state.lastMessage = clip(readString(item?.get('text')) ?? '', MAX_MESSAGE_CHARS)
  if (type !== 'command_execution' || item === null) return
  const exitCode = item.get('exit_code')
  if (state.commands.length <= MAX_COMMANDS)
    state.commands.push({
      command: clip(readString(item.get('command')) ?? '', MAX_LISTED_COMMAND_CHARS),
      exitCode: typeof exitCode === 'number' ? exitCode : null,
      output: rateOutput(readString(item.get('aggregated_output')) ?? ''),
    })
  if (!hasFailed(item)) return
  state.failedCommands.push({
    command: clip(readString(item.get('command')) ?? '', MAX_COMMAND_CHARS),
    exitCode: typeof exitCode === 'number' ? exitCode : null,
    // The cut may go through a surrogate pair.
    output: sanitizeText(
      (readString(item.get('aggregated_output')) ?? '').slice(-MAX_OUTPUT_CHARS),
    ),
  })
  // The latest failures explain how the turn ended.
  if (state.failedCommands.length > MAX_FAILED_COMMANDS) state.failedCommands.shift()
}

/**
 * Usage is the sum over the thread so far, including the turns before a resume, so a later report
 * replaces an earlier one. A server that reports nothing sends zeros, which must not replace it.
 */
function applyUsage({ threadId, usageByThread }: StreamState, fields: JsonFields | null): void {
  if (fields === null) return
  const reported = readUsage(fields)
  const before = usageByThread.get(threadId)
  if (before === undefined && usageByThread.size >= MAX_THREADS) return
  usageByThread.set(
    threadId,
    before === undefined ? reported : combineUsage(before, reported, Math.max),
  )
}

const hasFailed = (item: JsonFields): boolean => {
  const exitCode = item.get('exit_code')
  return item.get('status') === 'failed' || (typeof exitCode === 'number' && exitCode !== 0)
}

const readTokens = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.trunc(value) : 0

const readUsage = (fields: JsonFields): AgentUsage => ({
  inputTokens: readTokens(fields.get('input_tokens')),
  cachedInputTokens: readTokens(fields.get('cached_input_tokens')),
  outputTokens: readTokens(fields.get('output_tokens')),
  reasoningOutputTokens: readTokens(fields.get('reasoning_output_tokens')),
})

const sumUsage = (threads: readonly AgentUsage[]): AgentUsage | null =>
  threads.length === 0
    ? null
    : threads.reduce((sum, usage) => combineUsage(sum, usage, (a, b) => a + b))
