import { StringDecoder } from 'node:string_decoder'
import { excerptLength, marginLength } from './excerpt.ts'

/** What the output of `codex exec --json` says about a run. */
export interface Told {
  /** At least one line was an event: it is Codex's stream, and not what people read. */
  readonly isStream: boolean
  readonly threadId: string | null
  /** The last message of the agent; it may be empty. */
  readonly lastMessage: string | null
  /** How the last turn ended; null where it did not. */
  readonly turn: 'completed' | 'failed' | null
  /** Why the last turn failed. */
  readonly error: string | null
  /** The end of all that was written. */
  readonly tail: string
}

/**
 * A line that is longer is not looked into; Codex cuts the output of a command at 1 MiB, and JSON
 * writes it up to six times as long.
 */
const maxLine = 8 * 1024 * 1024
const maxTail = excerptLength + marginLength

/**
 * Reads the stream as it goes by. Lines end with a line feed and nothing else, as Codex leaves
 * other line ends in its texts. It can be cut short anywhere, and hold lines that are no JSON:
 * those say nothing.
 */
export function eventStream(): {
  readonly push: (chunk: Uint8Array) => void
  readonly told: () => Told
} {
  const decoder = new StringDecoder('utf8')
  let told: Told = {
    isStream: false,
    threadId: null,
    lastMessage: null,
    turn: null,
    error: null,
    tail: '',
  }
  let pieces: string[] = []
  let length = 0

  const add = (piece: string): void => {
    length += piece.length
    if (length <= maxLine) pieces.push(piece)
  }
  const endLine = (): void => {
    if (length <= maxLine) told = { ...told, ...saidBy(pieces.join('')) }
    pieces = []
    length = 0
  }
  return {
    push(chunk) {
      const text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
      told = { ...told, tail: (told.tail + text.slice(-maxTail)).slice(-maxTail) }
      const [first = '', ...rest] = text.split('\n')
      add(first)
      for (const line of rest) {
        endLine()
        add(line)
      }
    },
    told: () => ({ ...told, ...(length <= maxLine ? saidBy(pieces.join('')) : {}) }),
  }
}

/**
 * What one line adds. Retries announce themselves as `error`, so that a failure is only what
 * `turn.failed` says.
 */
function saidBy(line: string): Partial<Told> {
  const event = parsed(line)
  const type = member(event, 'type')
  if (typeof type !== 'string') return {}
  switch (type) {
    case 'thread.started':
      return { isStream: true, threadId: textOf(member(event, 'thread_id')) }
    case 'turn.started':
      return { isStream: true, turn: null, error: null }
    case 'turn.completed':
      return { isStream: true, turn: 'completed' }
    case 'turn.failed':
      return {
        isStream: true,
        turn: 'failed',
        error: textOf(member(member(event, 'error'), 'message')),
      }
    case 'item.completed': {
      const item = member(event, 'item')
      const text = member(item, 'text')
      const message = member(item, 'type') === 'agent_message' && typeof text === 'string'
      return message ? { isStream: true, lastMessage: text } : { isStream: true }
    }
    default:
      return /^(?:thread|turn|item)\./.test(type) ? { isStream: true } : {}
  }
}

export const member = (of: unknown, key: string): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, key) ? Reflect.get(of, key) : undefined

export const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
