import { isGroundFailure } from '../../artifacts/turn-failure.ts'
import type { Usage } from '../../judge/cost.ts'
import { type AnswerReading, readAnswer } from '../../judge/read-answer.ts'
import { Failure } from '../../lib/failure.ts'
import { clip } from '../../lib/text.ts'

/**
 * What one run of `codex exec --json` left: its standard output, the end of its standard error, and
 * how it ended.
 */
export interface CodexRun {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | null
}

export interface CodexAnswer {
  readonly text: string
  readonly read: AnswerReading
  readonly usage: Usage | null
}

type Fields = ReadonlyMap<string, unknown>

/**
 * Items by which it does something. The judge reads what it is given; one that looked around did
 * not judge that.
 */
const deeds: ReadonlySet<unknown> = new Set([
  'command_execution',
  'file_change',
  'mcp_tool_call',
  'collab_tool_call',
  'web_search',
])

/**
 * How a sandbox says that it cannot be set up: by Linux's namespaces or Landlock, or macOS's own.
 */
const noSandbox =
  /\bbwrap: |creating new namespace failed|\blandlock\b.{0,80}\b(?:not|fail|error|unsupported)|\bsandbox(?:-exec)?\b.{0,80}\b(?:unavailable|not (?:available|supported)|could not|cannot|failed to (?:start|apply|initialize))/i

/**
 * The answer in the events of a run, or `Failure`. The process may exit 0 without an answer, and
 * `error` events alone mean nothing: only the end of the turn does. A sandbox that cannot start is
 * no fault of the answer, but no answer either.
 */
export function readCodexRun({ stdout, stderr, exitCode }: CodexRun): CodexAnswer {
  const events = stdout.split('\n').flatMap((line) => fieldsOf(parsed(line)) ?? [])
  const items = events.flatMap((event) => fieldsOf(event.get('item')) ?? [])
  const did = items.filter((item) => deeds.has(item.get('type')))
  const unsafe = did
    .map((item) => textOf(item.get('aggregated_output')))
    .find((output) => noSandbox.test(output))
  if (unsafe !== undefined || (exitCode !== 0 && noSandbox.test(stderr)))
    throw new Failure(
      'unavailable',
      `codex: its sandbox cannot start: ${clip((unsafe ?? stderr).trim(), 300)}`,
    )

  const end = events.findLast(
    (event) => event.get('type') === 'turn.completed' || event.get('type') === 'turn.failed',
  )
  if (end === undefined) throw noTurn({ stdout, stderr, exitCode }, events)
  if (end.get('type') === 'turn.failed')
    throw failedTurn(textOf(fieldsOf(end.get('error'))?.get('message')))

  const text = textOf(items.findLast((item) => item.get('type') === 'agent_message')?.get('text'))
  const [deed] = did
  const read: AnswerReading =
    deed === undefined
      ? readAnswer(text)
      : {
          kind: 'fault',
          fault: `You used a tool (${textOf(deed.get('type'))}). Answer from what you were given, alone.`,
        }
  return { text, read, usage: usageOf(fieldsOf(end.get('usage'))) }
}

/**
 * It ended before a turn did: without one event it never asked anybody; with some it may have been
 * paid for.
 */
function noTurn({ stderr, exitCode }: CodexRun, events: readonly Fields[]): Failure {
  const why = clip(stderr.trim().split('\n').at(-1) ?? '', 300)
  if (events.length === 0 && exitCode !== null && exitCode !== 0)
    return new Failure('refused', `codex ended with ${exitCode}: ${why}`)
  return new Failure('unknown', `codex ended before its answer: ${why}`)
}

function failedTurn(message: string): Failure {
  const said = `codex: ${clip(message, 300)}`
  if (/\b(?:401|403) |unauthorized|missing environment variable/i.test(message))
    return new Failure('forbidden', said)
  // A stream that was lost had begun, and what had begun is paid for.
  if (/\bstream (?:disconnected|closed|error)|\bidle timeout|\breset\b/i.test(message))
    return new Failure('unknown', said)
  return new Failure(isGroundFailure(message) ? 'unavailable' : 'refused', said)
}

/** A server that reports nothing is told as zeros. */
function usageOf(fields: Fields | null): Usage | null {
  const tokens = (name: string): number => {
    const value = fields?.get(name)
    return typeof value === 'number' && Number.isFinite(value) && value > 0
      ? Math.min(Math.trunc(value), 100_000_000)
      : 0
  }
  const usage = {
    inputTokens: tokens('input_tokens'),
    cachedInputTokens: tokens('cached_input_tokens'),
    outputTokens: tokens('output_tokens'),
  }
  return usage.inputTokens + usage.outputTokens === 0 ? null : usage
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

const fieldsOf = (value: unknown): Fields | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : null
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
