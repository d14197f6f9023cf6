import type {
  InboundMessage,
  MalformedMessage,
  RecordResult,
  Transport,
} from '../correlate/messages.ts'
import { isFailure } from '../lib/failure.ts'
import type { Instant } from '../lib/instant.ts'
import { Problem } from '../lib/problem.ts'
import { type IngestAnswer, presentAnswer, type ShowRun } from './http/present-answer.ts'
import {
  isMalformed,
  isParsedSource,
  isReadable,
  type ParseContext,
  parseMessage,
  type RawMessage,
} from './parse/parse-message.ts'
import { type StoredMessage, toNotRecordable, toRecorded } from './store-parsed.ts'

/** A quarantined message as it is stored. */
export interface ReplayInput {
  readonly source: string
  readonly transport: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly receivedAt: Instant
}

export interface ReplayDeps {
  /** Records all messages or none. Rejects with `Failure` `refused` if they cannot be stored. */
  readonly record: (messages: readonly InboundMessage[]) => Promise<readonly RecordResult[]>
  readonly context: ParseContext
  readonly showRun: ShowRun
}

/**
 * Parses a quarantined message again, with the body that a person corrected if there is one (a JSON
 * value, or a text to be parsed), and records it. Throws the problem `invalid` if it is still
 * malformed or cannot be stored; then nothing is recorded. The caller marks the message as replayed.
 */
export async function replayMessage(
  message: ReplayInput,
  corrected: unknown,
  deps: ReplayDeps,
): Promise<IngestAnswer> {
  if (!isParsedSource(message.source))
    throw new Problem('invalid', `Messages of ${message.source} cannot be replayed.`)
  const { source, headers, body, receivedAt: sentAt } = message
  const transport = toTransport(message.transport)
  const raw: RawMessage = { source, transport, headers, body, sentAt }
  const parsed = parseMessage(
    corrected === undefined ? raw : replaceBody(raw, corrected),
    deps.context,
  )
  const faulty = (parsed.kind === 'one' ? [parsed.message] : parsed.messages).filter(isMalformed)
  if (faulty.length > 0) throw toStillMalformedProblem(faulty.map(({ error }) => error))
  const messages = (parsed.kind === 'one' ? [parsed.message] : parsed.messages).filter(isReadable)
  const results = await deps.record(messages).catch((error: unknown) => {
    if (isFailure(error) && error.kind === 'refused')
      throw toStillMalformedProblem([toNotRecordable(error)])
    throw error
  })
  const stored = messages.flatMap((one, index): readonly StoredMessage[] => {
    const result = results[index]
    return result === undefined ? [] : [toRecorded(one, result)]
  })
  return presentAnswer(parsed, stored, deps.showRun)
}

const toStillMalformedProblem = (faults: readonly MalformedMessage['error'][]): Problem =>
  new Problem('invalid', faults[0]?.message ?? 'The message is still malformed.', {
    extra: { errors: faults.map(({ code, message }) => ({ path: '/body', message, code })) },
  })

/**
 * Headers that described the old body do not describe the corrected one: its media type never does,
 * and CloudEvents attributes do only if they are complete.
 */
function replaceBody(message: RawMessage, corrected: unknown): RawMessage {
  const hasAttributes = (message.headers['ce-id'] ?? '').trim() !== ''
  const headers = Object.entries(message.headers).filter(
    ([name]) => name !== 'content-type' && (hasAttributes || !name.startsWith('ce-')),
  )
  const text = typeof corrected === 'string' ? corrected : JSON.stringify(corrected)
  return { ...message, headers: Object.fromEntries(headers), body: Buffer.from(text) }
}

const transports: readonly Transport[] = ['http', 'kafka', 'nats', 'internal']
const toTransport = (text: string): Transport =>
  transports.find((one) => one === text) ?? 'internal'
