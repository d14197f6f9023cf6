import type { Malformed, Recorder, Transport } from '../correlate/incoming.ts'
import { Problem } from '../lib/problem.ts'
import { answer, type IngestAnswer, type ShowRun } from './http/answer.ts'
import {
  isMalformed,
  isParsedSource,
  type ParseContext,
  parse,
  type RawMessage,
} from './parse/parse.ts'
import { take } from './take.ts'

/** A message as it lies in quarantine. */
export interface QuarantinedMessage {
  readonly source: string
  readonly transport: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface ReplayDeps {
  readonly recorder: Recorder
  readonly context: ParseContext
  readonly showRun: ShowRun
}

/**
 * Reads a quarantined message once more through the same parser, with the body a person corrected
 * where there is one (a JSON value, or a string to be parsed), and records it. Still malformed:
 * throws `invalid` (422), nothing is recorded and the message stays where it is. The caller marks
 * it as replayed.
 */
export async function replay(
  message: QuarantinedMessage,
  corrected: unknown,
  deps: ReplayDeps,
): Promise<IngestAnswer> {
  if (!isParsedSource(message.source))
    throw new Problem('invalid', `Messages of ${message.source} cannot be replayed.`)
  const { source, headers, body } = message
  const kept: RawMessage = { source, transport: transportOf(message.transport), headers, body }
  const parsed = parse(corrected === undefined ? kept : withBody(kept, corrected), deps.context)
  const faulty = (parsed.kind === 'one' ? [parsed.message] : parsed.messages).filter(isMalformed)
  if (faulty.length > 0) throw stillMalformed(faulty)
  return answer(parsed, await take(deps.recorder, parsed), deps.showRun)
}

const stillMalformed = (faulty: readonly Malformed[]): Problem =>
  new Problem('invalid', faulty[0]?.error.message ?? 'The message is still malformed.', {
    extra: {
      errors: faulty.map(({ error }) => ({
        path: '/body',
        message: error.message,
        code: error.code,
      })),
    },
  })

/**
 * A corrected body stands for the message itself, so what the headers said about the old body no
 * longer holds: its media type never does, and CloudEvents attributes only where they are whole.
 */
function withBody(message: RawMessage, corrected: unknown): RawMessage {
  const whole = (message.headers['ce-id'] ?? '').trim() !== ''
  const headers = Object.entries(message.headers).filter(
    ([name]) => name !== 'content-type' && (whole || !name.startsWith('ce-')),
  )
  const text = typeof corrected === 'string' ? corrected : JSON.stringify(corrected)
  return { ...message, headers: Object.fromEntries(headers), body: Buffer.from(text) }
}

const transports: readonly Transport[] = ['http', 'kafka', 'nats', 'internal']
const transportOf = (text: string): Transport =>
  transports.find((one) => one === text) ?? 'internal'
