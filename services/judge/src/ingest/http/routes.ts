import { createSecretKey, type KeyObject } from 'node:crypto'
import type {} from '@fastify/helmet'
import type {} from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify'
import type { Recorder } from '../../correlate/incoming.ts'
import { Problem, unavailable } from '../../lib/problem.ts'
import type { Opened } from '../parse/envelope.ts'
import { githubDelivery } from '../parse/github-delivery.ts'
import {
  open as openMessage,
  type ParseContext,
  type ParsedSource,
  type RawMessage,
  understand,
} from '../parse/parse.ts'
import { take } from '../take.ts'
import { answer, type IngestAnswer, type ShowRun } from './answer.ts'
import { type Access, bearerTokens } from './authenticate.ts'
import { bytesOf } from './bodies.ts'
import { isSigned } from './signature.ts'

export interface IngestDeps {
  readonly recorder: Recorder
  readonly context: ParseContext
  readonly access: Access
  /** Secrets of GitHub's webhooks, two during a rotation; none: that address answers 503. */
  readonly webhookSecrets: readonly string[]
  readonly showRun: ShowRun
  /** Told of every message refused for its size or credentials: those are counted, and not kept. */
  readonly refused: (source: ParsedSource) => void
}

/**
 * The addresses at which the world tells us things. A 2xx from any of them means that the bytes are
 * on disk; what they mean is worked out afterwards. Needs `installBodies` and `installProblems` on
 * the same instance.
 */
export function ingestRoutes(app: FastifyInstance, given: IngestDeps): void {
  const deps = {
    ...given,
    keys: given.webhookSecrets.map((secret) => createSecretKey(secret, 'utf8')),
  }
  app.post(
    '/api/codex/run-complete',
    route('run-complete', 'A workflow has finished.', deps),
    async (request, reply) =>
      accept(raw('run-complete', request), withIngestToken(request, deps), { deps, reply }),
  )
  app.post(
    '/api/codex/notify',
    route('notify', 'The agent ended a turn.', deps),
    async (request, reply) =>
      accept(raw('notify', request), withIngestToken(request, deps), { deps, reply }),
  )
  app.post(
    '/webhooks/github',
    route('github', "GitHub's webhook, signed.", deps),
    async (request, reply) => {
      if (deps.webhookSecrets.length === 0)
        throw unavailable('GITHUB_WEBHOOK_SECRET is not set, so no webhook can be believed.')
      requireSignature(request, deps)
      return accept(raw('github', request), () => undefined, { deps, reply })
    },
  )
  app.post(
    '/api/codex/github-events',
    route('github', "GitHub's webhook, signed or forwarded.", deps),
    async (request, reply) =>
      accept(raw('github', request), (opened) => believeGithub(opened, request, deps), {
        deps,
        reply,
      }),
  )
}

interface Doors extends IngestDeps {
  /** The secrets of the webhooks, made ready for use once and not at every webhook. */
  readonly keys: readonly KeyObject[]
}

type Believe = (opened: Opened) => void

async function accept(
  message: RawMessage,
  believe: Believe,
  { deps, reply }: { deps: IngestDeps; reply: FastifyReply },
): Promise<IngestAnswer> {
  const opened = openMessage(message)
  believe(opened)
  const parsed = understand(message, opened, deps.context)
  const said = await answer(parsed, await take(deps.recorder, parsed), deps.showRun)
  reply.code(202)
  return said
}

const raw = (source: ParsedSource, request: FastifyRequest): RawMessage => ({
  source,
  transport: 'http',
  headers: Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  ),
  body: bytesOf(request),
})

/**
 * The ingest token, from the Authorization header or from the CloudEvents themselves. Where the
 * header has none that will do, every element of a batch must bring its own.
 */
const withIngestToken =
  (request: FastifyRequest, { access }: IngestDeps): Believe =>
  (opened) => {
    const header = bearerTokens(request)
    const envelopes = opened.kind === 'one' ? [opened.envelope] : opened.envelopes
    for (const { token } of envelopes)
      access.admit('ingest', token === null ? header : [...header, token])
  }

/**
 * A webhook as GitHub sent it is believed for its signature; one without a signature, or forwarded
 * in the form it has in Kafka (whose bytes are no longer the signed ones), for the ingest token. A
 * signature that is there and wrong is never overlooked, and where webhooks are signed, an unsigned
 * one needs a token that exists.
 */
function believeGithub(opened: Opened, request: FastifyRequest, deps: Doors): void {
  const envelope = opened.kind === 'one' ? opened.envelope : null
  const forwarded =
    envelope === null ||
    (envelope.kind === 'open' &&
      (envelope.cloudEvent !== null || githubDelivery({}, envelope.message).forwarded))
  const signed = request.headers['x-hub-signature-256'] !== undefined
  const open = !deps.access.isGuarded('ingest')
  if (!forwarded && deps.webhookSecrets.length > 0 && (signed || open))
    requireSignature(request, deps)
  else withIngestToken(request, deps)(opened)
}

function requireSignature(request: FastifyRequest, { keys }: Doors): void {
  const signature = [request.headers['x-hub-signature-256'] ?? ''].flat()[0] ?? ''
  if (isSigned(bytesOf(request), signature, keys)) return
  throw new Problem(
    'unauthenticated',
    signature === '' ? 'The webhook is not signed.' : 'The signature does not match.',
    {
      headers: { 'www-authenticate': 'Bearer' },
    },
  )
}

const refusals = new Set(['unauthenticated', 'forbidden', 'too_large'])

/**
 * What the routes have in common: bytes as they came, refusals counted, and a description for the
 * API's document.
 */
const route = (source: ParsedSource, summary: string, deps: IngestDeps): RouteShorthandOptions => ({
  config: { rawBody: true },
  // Those headers protect pages, and these answers are read by machines, many a second.
  helmet: false,
  schema: {
    summary,
    tags: ['ingest'],
    body: { description: 'JSON, whatever the Content-Type says; CloudEvents 1.0 in any mode.' },
    response: { 202: accepted },
  },
  // The parser judges the body, not a schema; the schema above only documents it.
  validatorCompiler: () => () => true,
  onError: async (_request, _reply, error) => {
    if (error instanceof Problem && refusals.has(error.code)) deps.refused(source)
  },
})

const accepted = {
  description: 'The bytes are on disk.',
  type: 'object',
  additionalProperties: true,
  properties: {
    ok: { type: 'boolean' },
    event: {
      type: 'object',
      properties: { id: { type: 'string' }, duplicate: { type: 'boolean' } },
    },
    outcome: { type: 'string' },
    run: {},
    events: { type: 'array', items: { type: 'object', additionalProperties: true } },
  },
} as const
