import type { Incoming, Malformed, Transport } from '../../correlate/incoming.ts'
import { recoverEvent } from '../../correlate/recover-event.ts'
import { tidyText } from '../../lib/text.ts'
import { type Envelope, type Opened, openEnvelope } from './envelope.ts'
import { readWebhook } from './github.ts'
import { githubDelivery } from './github-delivery.ts'
import { cloudEventKeys, githubKeys, workflowKeys } from './identity.ts'
import type { JsonObject } from './json.ts'
import { readNotify } from './notify.ts'
import { readWorkflow, workflowUid } from './workflow.ts'

/**
 * The sources whose bytes are parsed here; what agents and people say comes in by doors of its own.
 */
const parsedSources = ['run-complete', 'notify', 'github', 'sweep'] as const
export type ParsedSource = (typeof parsedSources)[number]
export const isParsedSource = (source: string): source is ParsedSource =>
  parsedSources.some((one) => one === source)

export interface ParseContext {
  readonly mayJudge: (repository: string) => boolean
  /** Logins of the Codex reviewer; `[bot]` is optional. */
  readonly reviewers: readonly string[]
  /** The context of the commit status this service sets. */
  readonly ourContext: string
}

export interface RawMessage {
  readonly source: ParsedSource
  readonly transport: Transport
  /** As they came, names in any case; credentials among them are not kept. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** One message, or the elements of a batch in their order. */
export type Parsed =
  | { readonly kind: 'one'; readonly message: Incoming | Malformed }
  | { readonly kind: 'batch'; readonly messages: readonly (Incoming | Malformed)[] }

export const isMalformed = (message: Incoming | Malformed): message is Malformed =>
  'error' in message
export const isReadable = (message: Incoming | Malformed): message is Incoming =>
  !isMalformed(message)

/**
 * From bytes to meaning, whichever way they came. Total: every input gives a message that was
 * understood, one that is none of ours (`event` null), or one that nobody can read; nothing is
 * thrown and nothing is lost.
 */
export const parse = (raw: RawMessage, context: ParseContext): Parsed =>
  understand(raw, open(raw), context)

/**
 * Opens the envelope, so that the credentials inside can be checked before anything else is read.
 */
export const open = (raw: RawMessage): Opened =>
  openEnvelope({ transport: raw.transport, headers: plainHeaders(raw), body: raw.body })

export function understand(raw: RawMessage, opened: Opened, context: ParseContext): Parsed {
  const headers = plainHeaders(raw)
  if (opened.kind === 'one')
    return { kind: 'one', message: meaning({ ...raw, headers }, opened.envelope, context) }
  // An element kept by itself must be readable by itself, and the request's headers name no single
  // element.
  const alone = { ...raw, headers: { 'content-type': 'application/cloudevents+json' } }
  return {
    kind: 'batch',
    messages: opened.envelopes.map((envelope) => meaning(alone, envelope, context)),
  }
}

/** Kafka's binding of CloudEvents writes `ce_id` where HTTP's writes `ce-id`. */
const plainHeaders = ({ headers, transport }: RawMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const lower = name.toLowerCase()
      return [transport === 'kafka' ? lower.replace(/^ce_/, 'ce-') : lower, value]
    }),
  )

function meaning(raw: RawMessage, envelope: Envelope, context: ParseContext): Incoming | Malformed {
  const kept = {
    source: raw.source,
    transport: raw.transport,
    headers: keptHeaders(raw.headers),
    body: envelope.body,
  }
  if (envelope.kind === 'broken')
    return { ...kept, error: { code: envelope.fault.code, message: envelope.fault.message } }
  const { message, cloudEvent } = envelope
  const { event, because, keys } = read(raw, message, context)
  return {
    ...kept,
    keys: [...new Set([...cloudEventKeys(cloudEvent), ...keys])],
    event,
    because: tidyText(because),
  }
}

type Meaning = Pick<Incoming, 'event' | 'because' | 'keys'>

function read(raw: RawMessage, message: JsonObject, context: ParseContext): Meaning {
  switch (raw.source) {
    case 'run-complete':
    case 'sweep':
      return {
        ...recoverEvent(readWorkflow(message), context.mayJudge),
        keys: workflowKeys(workflowUid(message), message),
      }
    case 'notify':
      return { ...recoverEvent(readNotify(message), context.mayJudge), keys: [] }
    case 'github':
      return readDelivery(raw.headers, message, context)
    default:
      return raw.source satisfies never
  }
}

function readDelivery(
  headers: RawMessage['headers'],
  message: JsonObject,
  context: ParseContext,
): Meaning {
  const delivery = githubDelivery(headers, message)
  const keys = githubKeys(delivery.deliveryId)
  const { event, because } = readWebhook(delivery.event, delivery.payload, context)
  if (event === null || context.mayJudge(event.repository)) return { event, because, keys }
  return {
    event: null,
    because: `${event.repository} is not among the repositories this service may judge.`,
    keys,
  }
}

const keptNames = new Set([
  'content-type',
  'user-agent',
  'traceparent',
  'x-github-event',
  'x-github-delivery',
])
const maxHeader = 1000

/** Headers that say what a message is; never one that proves who sent it. */
const keptHeaders = (headers: RawMessage['headers']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(
        ([name]) => keptNames.has(name) || (name.startsWith('ce-') && name !== 'ce-ingesttoken'),
      )
      .map(([name, value]) => [tidyText(name), tidyText(value.slice(0, maxHeader))]),
  )
