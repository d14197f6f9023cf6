import type { InboundMessage, MalformedMessage, Transport } from '../../correlate/messages.ts'
import { explainForeignRepository, recoverEvent } from '../../correlate/recover-event.ts'
import { earliest, type Instant } from '../../lib/instant.ts'
import type { JsonObject } from '../../lib/json.ts'
import { clip, sanitizeText } from '../../lib/text.ts'
import {
  type CloudEventId,
  type DecodedEnvelopes,
  decodeEnvelopes,
  type Envelope,
} from './envelope.ts'
import { readInstant } from './fields.ts'
import { readGithubDelivery } from './github-delivery.ts'
import { createCloudEventKeys, createGithubKeys, createWorkflowKeys } from './message-keys.ts'
import { readNotify } from './notify.ts'
import { readWebhook } from './read-webhook.ts'
import { readWorkflow, readWorkflowUid } from './workflow.ts'

/**
 * The sources whose messages are parsed here; those of agents and people have their own parsers.
 */
const parsedSources = ['run-complete', 'notify', 'github', 'sweep'] as const
export type ParsedSource = (typeof parsedSources)[number]
export const isParsedSource = (source: string): source is ParsedSource =>
  parsedSources.some((one) => one === source)

export interface ParseContext {
  readonly mayJudge: (repository: string) => boolean
  /** Logins of the Codex reviewer; `[bot]` is optional. */
  readonly reviewers: readonly string[]
  /** The context of the commit status that this service sets. */
  readonly ourContext: string
}

export interface RawMessage {
  readonly source: ParsedSource
  readonly transport: Transport
  /** As they came, with names in any case; credentials among them are not kept. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** When the message was first stored on its way to us; null or absent if nothing says so. */
  readonly sentAt?: Instant | null
}

/** One message, or the elements of a batch in their order. */
export type ParsedMessages =
  | { readonly kind: 'one'; readonly message: InboundMessage | MalformedMessage }
  | { readonly kind: 'batch'; readonly messages: readonly (InboundMessage | MalformedMessage)[] }

export const isMalformed = (
  message: InboundMessage | MalformedMessage,
): message is MalformedMessage => 'error' in message
export const isReadable = (message: InboundMessage | MalformedMessage): message is InboundMessage =>
  !isMalformed(message)

/**
 * Parses a message in two steps: `decodeMessage` opens the envelope, `interpretMessage` finds the
 * event. Every input gives a message with an event, a foreign one (`event` is null), or
 * a malformed one; nothing is thrown and nothing is lost.
 */
export const parseMessage = (raw: RawMessage, context: ParseContext): ParsedMessages =>
  interpretMessage(raw, decodeMessage(raw), context)

/** Decodes the envelope, so that its credentials can be checked before its content is read. */
export const decodeMessage = (raw: RawMessage): DecodedEnvelopes =>
  decodeEnvelopes({ transport: raw.transport, headers: normalizeHeaders(raw), body: raw.body })

/** Finds the event that each decoded envelope stands for. */
export function interpretMessage(
  raw: RawMessage,
  decoded: DecodedEnvelopes,
  context: ParseContext,
): ParsedMessages {
  const headers = normalizeHeaders(raw)
  if (decoded.kind === 'one') {
    const message = interpretEnvelope({ ...raw, headers }, decoded.envelope, context)
    return { kind: 'one', message }
  }
  // A stored element must be readable alone, and the request's headers describe no element.
  const element = { ...raw, headers: { 'content-type': 'application/cloudevents+json' } }
  return {
    kind: 'batch',
    messages: decoded.envelopes.map((envelope) => interpretEnvelope(element, envelope, context)),
  }
}

/**
 * Kafka's binding of CloudEvents writes `ce_id` where HTTP's writes `ce-id`, and its headers may
 * hold any bytes.
 */
const normalizeHeaders = ({ headers, transport }: RawMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const lower = sanitizeText(name).toLowerCase()
      const key = transport === 'kafka' ? lower.replace(/^ce_/, 'ce-') : lower
      return [key, sanitizeText(value)]
    }),
  )

function interpretEnvelope(
  raw: RawMessage,
  envelope: Envelope,
  context: ParseContext,
): InboundMessage | MalformedMessage {
  const stored = {
    source: raw.source,
    transport: raw.transport,
    headers: selectHeaders(raw.headers),
    body: envelope.body,
  }
  if (envelope.kind === 'malformed')
    return { ...stored, error: { code: envelope.fault.code, message: envelope.fault.message } }
  const { message, cloudEvent } = envelope
  const { event, because, keys } = recognizeEvent({ ...raw, cloudEvent }, message, context)
  return {
    ...stored,
    keys: [...new Set([...createCloudEventKeys(cloudEvent), ...keys])],
    event,
    because,
  }
}

type Recognition = Pick<InboundMessage, 'event' | 'because' | 'keys'>

type OpenedMessage = RawMessage & { readonly cloudEvent: CloudEventId | null }

function recognizeEvent(
  raw: OpenedMessage,
  message: JsonObject,
  context: ParseContext,
): Recognition {
  switch (raw.source) {
    case 'run-complete':
    case 'sweep':
      return {
        ...recoverEvent(readWorkflow(message), context.mayJudge),
        keys: createWorkflowKeys(readWorkflowUid(message), message),
      }
    case 'notify':
      return { ...recoverEvent(readNotify(message), context.mayJudge), keys: [] }
    case 'github':
      return recognizeWebhook(raw, message, context)
    default:
      return raw.source satisfies never
  }
}

function recognizeWebhook(
  { headers, sentAt, cloudEvent }: OpenedMessage,
  message: JsonObject,
  context: ParseContext,
): Recognition {
  const delivery = readGithubDelivery(headers, message)
  const keys = createGithubKeys(delivery.deliveryId)
  const seenAt = findEarliest([
    sentAt ?? null,
    readInstant(cloudEvent?.time ?? null),
    delivery.receivedAt,
  ])
  const { event, because } = readWebhook(delivery.event, delivery.payload, context, seenAt)
  if (event === null || context.mayJudge(event.repository)) return { event, because, keys }
  return { event: null, because: explainForeignRepository(event.repository), keys }
}

function findEarliest(moments: readonly (Instant | null)[]): Instant | null {
  const [first, ...others] = moments.filter((moment) => moment !== null)
  return first === undefined ? null : earliest(first, ...others)
}

const keptHeaderNames = new Set([
  'content-type',
  'user-agent',
  'traceparent',
  'x-github-event',
  'x-github-delivery',
])
const MAX_HEADER_CHARS = 1000

/** Selects the headers that describe a message, never one that authenticates its sender. */
const selectHeaders = (headers: RawMessage['headers']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(
        ([name]) =>
          keptHeaderNames.has(name) || (name.startsWith('ce-') && name !== 'ce-ingesttoken'),
      )
      .map(([name, value]) => [name, clip(value, MAX_HEADER_CHARS, '')]),
  )
