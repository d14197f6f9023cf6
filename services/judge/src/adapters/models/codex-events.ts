import { isInfrastructureFailure } from '../../artifacts/infrastructure-failure.ts'
import type { Usage } from '../../judge/cost.ts'
import { type AnswerReading, readAnswer } from '../../judge/read-answer.ts'
import { Failure } from '../../lib/failure.ts'
import { parseJson } from '../../lib/json.ts'
import { clip } from '../../lib/text.ts'

/** The output of `codex exec --json`; `stderr` is only the end of the standard error. */
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

type CodexFields = ReadonlyMap<string, unknown>

/**
 * The items of a model that thinks and writes. Any other is a tool, also one of a later release: the
 * judge model must judge by its prompt only, so an answer with one is void.
 */
const writtenItems: ReadonlySet<unknown> = new Set([
  'agent_message',
  'reasoning',
  'todo_list',
  'error',
])

/** The messages of a sandbox that cannot be set up: Linux namespaces, Landlock, or macOS. */
const sandboxFailures: readonly RegExp[] = [
  /\bbwrap: |creating new namespace failed/i,
  /\blandlock\b.{0,80}\b(?:not|fail|error|unsupported)/i,
  /\bsandbox(?:-exec)?\b.{0,80}\b(?:unavailable|not (?:available|supported)|could not|cannot)/i,
  /\bsandbox(?:-exec)?\b.{0,80}\bfailed to (?:start|apply|initialize)/i,
]
const isSandboxFailure = (text: string): boolean =>
  sandboxFailures.some((pattern) => pattern.test(text))

/**
 * Reads the answer from the events of a run, or throws `Failure`. Only the event that ends the turn
 * counts: the process can exit with 0 without an answer, and `error` events can be followed by one.
 */
export function readCodexRun({ stdout, stderr, exitCode }: CodexRun): CodexAnswer {
  const events = stdout.split('\n').flatMap((line) => toFields(parseLine(line)) ?? [])
  const items = events.flatMap((event) => toFields(event.get('item')) ?? [])
  const toolUses = items.filter((item) => !writtenItems.has(item.get('type')))
  const sandboxOutput = toolUses
    .map((item) => toText(item.get('aggregated_output')))
    .find(isSandboxFailure)
  if (sandboxOutput !== undefined || (exitCode !== 0 && isSandboxFailure(stderr)))
    throw new Failure(
      'unavailable',
      `codex: its sandbox cannot start: ${clip((sandboxOutput ?? stderr).trim(), 300)}`,
    )

  const end = events.findLast(
    (event) => event.get('type') === 'turn.completed' || event.get('type') === 'turn.failed',
  )
  if (end === undefined) throw toNoTurnFailure({ stdout, stderr, exitCode }, events)
  if (end.get('type') === 'turn.failed')
    throw toTurnFailure(toText(toFields(end.get('error'))?.get('message')))

  const text = toText(items.findLast((item) => item.get('type') === 'agent_message')?.get('text'))
  const [toolUse] = toolUses
  const read: AnswerReading =
    toolUse === undefined
      ? readAnswer(text)
      : { kind: 'fault', fault: describeToolUse(toText(toolUse.get('type')) || 'without a name') }
  return { text, read, usage: readUsage(toFields(end.get('usage'))) }
}

const describeToolUse = (tool: string): string =>
  `You used a tool (${tool}). Answer only from the material in this prompt.`

/**
 * The failure of a run that ended before its turn. Without any event no model was called; with
 * some, the call may have been paid for.
 */
function toNoTurnFailure({ stderr, exitCode }: CodexRun, events: readonly CodexFields[]): Failure {
  const why = clip(stderr.trim().split('\n').at(-1) ?? '', 300)
  if (events.length === 0 && exitCode !== null && exitCode !== 0)
    return new Failure('refused', `codex ended with ${exitCode}: ${why}`)
  return new Failure('unknown', `codex ended before its answer: ${why}`)
}

const KEY_REMEDY = 'set a valid OPENAI_API_KEY'

function toTurnFailure(message: string): Failure {
  const text = `codex: ${clip(message, 300)}`
  if (/\b(?:401|403) |unauthorized|missing environment variable/i.test(message))
    return new Failure('forbidden', `${text}; ${KEY_REMEDY}`, {
      answer: text,
      refused: 'credentials',
      remedy: KEY_REMEDY,
    })
  // A lost stream had begun, and its tokens are paid for.
  if (/\bstream (?:disconnected|closed|error)|\bidle timeout|\breset\b/i.test(message))
    return new Failure('unknown', text)
  return new Failure(isInfrastructureFailure(message) ? 'unavailable' : 'refused', text)
}

/** Null if the server reports no usage, which the CLI shows as zeros. */
function readUsage(fields: CodexFields | null): Usage | null {
  const readTokens = (name: string): number => {
    const value = fields?.get(name)
    return typeof value === 'number' && Number.isFinite(value) && value > 0
      ? Math.min(Math.trunc(value), 100_000_000)
      : 0
  }
  const usage = {
    inputTokens: readTokens('input_tokens'),
    cachedInputTokens: readTokens('cached_input_tokens'),
    outputTokens: readTokens('output_tokens'),
  }
  return usage.inputTokens + usage.outputTokens === 0 ? null : usage
}

function parseLine(line: string): unknown {
  try {
    return parseJson(line)
  } catch {
    return null
  }
}

const toFields = (value: unknown): CodexFields | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : null
const toText = (value: unknown): string => (typeof value === 'string' ? value : '')
