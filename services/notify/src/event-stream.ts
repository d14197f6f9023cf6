import { StringDecoder } from 'node:string_decoder'
import { EXCERPT_CHARS, MARGIN_CHARS } from './excerpt.ts'

/** What the output of `codex exec --json` reports about a run. */
export interface StreamSummary {
  /** True if at least one line was an event: the output is Codex's stream, not text for people. */
  readonly isStream: boolean
  readonly threadId: string | null
  /** The last message of the agent, which may be empty. */
  readonly lastMessage: string | null
  /** How the last turn ended; null if it did not end. */
  readonly turn: 'completed' | 'failed' | null
  /** Why the last turn failed. */
  readonly error: string | null
  /** The end of the output. */
  readonly tail: string
}

/**
 * Longer lines are skipped. Codex cuts the output of a command at 1 MiB, which can take six times
 * as many characters in JSON.
 */
const MAX_LINE_CHARS = 8 * 1024 * 1024
const MAX_TAIL_CHARS = EXCERPT_CHARS + MARGIN_CHARS

/**
 * Reads the stream chunk by chunk. Only a line feed ends a line, because Codex keeps other line
 * ends in its texts. The stream may end anywhere, and lines that are not JSON are ignored.
 */
export function createEventStream(): {
  readonly push: (chunk: Uint8Array) => void
  readonly summarize: () => StreamSummary
} {
  const decoder = new StringDecoder('utf8')
  let summary: StreamSummary = {
    isStream: false,
    threadId: null,
    lastMessage: null,
    turn: null,
    error: null,
    tail: '',
  }
  let linePieces: string[] = []
  let lineChars = 0

  const addToLine = (piece: string): void => {
    lineChars += piece.length
    if (lineChars <= MAX_LINE_CHARS) linePieces.push(piece)
  }
  const readLine = (): Partial<StreamSummary> =>
    lineChars <= MAX_LINE_CHARS ? readEvent(linePieces.join('')) : {}
  const endLine = (): void => {
    summary = { ...summary, ...readLine() }
    linePieces = []
    lineChars = 0
  }
  return {
    push(chunk) {
      const text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
      const tail = (summary.tail + text.slice(-MAX_TAIL_CHARS)).slice(-MAX_TAIL_CHARS)
      summary = { ...summary, tail }
      const [first = '', ...rest] = text.split('\n')
      addToLine(first)
      for (const line of rest) {
        endLine()
        addToLine(line)
      }
    },
    summarize: () => ({ ...summary, ...readLine() }),
  }
}

/** What one line adds. Codex reports retries as `error`, so only `turn.failed` is a failure. */
function readEvent(line: string): Partial<StreamSummary> {
  const event = parseJson(line)
  const type = getMember(event, 'type')
  if (typeof type !== 'string') return {}
  switch (type) {
    case 'thread.started':
      return { isStream: true, threadId: toText(getMember(event, 'thread_id')) }
    case 'turn.started':
      return { isStream: true, turn: null, error: null }
    case 'turn.completed':
      return { isStream: true, turn: 'completed' }
    case 'turn.failed':
      return {
        isStream: true,
        turn: 'failed',
        error: toText(getMember(getMember(event, 'error'), 'message')),
      }
    case 'item.completed': {
      const item = getMember(event, 'item')
      const text = getMember(item, 'text')
      const message = getMember(item, 'type') === 'agent_message' && typeof text === 'string'
      return message ? { isStream: true, lastMessage: text } : { isStream: true }
    }
    default:
      return /^(?:thread|turn|item)\./.test(type) ? { isStream: true } : {}
  }
}

export const getMember = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined

export const toText = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
