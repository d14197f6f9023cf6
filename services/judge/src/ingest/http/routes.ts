import { createSecretKey, type KeyObject } from 'node:crypto'
import type {} from '@fastify/helmet'
import type {} from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify'
import type { Recorder } from '../../correlate/messages.ts'
import type { Millis } from '../../lib/instant.ts'
import { deriveLatest } from '../../lib/latest.ts'
import { createUnavailableProblem, Problem } from '../../lib/problem.ts'
import {
  describeProblems,
  listProblemStatuses,
  problemSchema,
} from '../../lib/problem-responses.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import { type DecodedEnvelopes, TOKEN_ATTRIBUTE, TOKEN_HEADER } from '../parse/envelope.ts'
import { readGithubDelivery } from '../parse/github-delivery.ts'
import {
  decodeMessage,
  interpretMessage,
  type ParseContext,
  type ParsedSource,
  type RawMessage,
} from '../parse/parse-message.ts'
import { storeParsed } from '../store-parsed.ts'
import { type Access, readBearerTokens } from './access.ts'
import { getBodyBytes } from './body-parser.ts'
import { type IngestAnswer, presentAnswer, type ShowRun } from './present-answer.ts'
import { isSigned } from './signature.ts'

export interface IngestDeps {
  readonly recorder: Recorder
  readonly context: ParseContext
  readonly access: Access
  /**
   * Secrets of GitHub's webhooks at this moment, two during a rotation; without one that route
   * answers 503.
   */
  readonly getWebhookSecrets: () => readonly string[]
  readonly showRun: ShowRun
  /** Called for each webhook whose signature is valid. */
  readonly onSigned: () => void
  /** Called for each message refused for its size or credentials; these are not stored. */
  readonly onRefused: (source: ParsedSource) => void
}

/**
 * Registers the routes that take events. A 2xx means that the bytes are on disk; what they mean is
 * decided afterwards. Needs `installBodyParser` and `installProblemHandlers` on the same instance.
 */
export function registerIngestRoutes(app: FastifyInstance, deps: IngestDeps): void {
  const ingest: IngestContext = {
    ...deps,
    getWebhookKeys: deriveLatest(deps.getWebhookSecrets, (secrets) =>
      secrets.map((secret) => createSecretKey(secret, 'utf8')),
    ),
  }
  app.post(
    '/api/codex/run-complete',
    buildRouteOptions('run-complete', 'Report a finished workflow.', ingest),
    async (request, reply) => {
      const authorize = authorizeByToken(request, ingest)
      return acceptMessage(toRawMessage('run-complete', request), authorize, { ingest, reply })
    },
  )
  app.post(
    '/api/codex/notify',
    buildRouteOptions('notify', "Report the end of an agent's turn.", ingest),
    async (request, reply) => {
      const authorize = authorizeByToken(request, ingest, 'notify')
      return acceptMessage(toRawMessage('notify', request), authorize, { ingest, reply })
    },
  )
  app.post(
    '/webhooks/github',
    buildRouteOptions('github', 'Deliver a signed GitHub webhook.', {
      ...ingest,
      signedOnly: true,
    }),
    async (request, reply) => {
      if (ingest.getWebhookKeys().length === 0)
        throw createUnavailableProblem(
          'GITHUB_WEBHOOK_SECRET is not set, so no webhook can be verified.',
        )
      requireSignature(request, ingest)
      return acceptMessage(toRawMessage('github', request), () => undefined, { ingest, reply })
    },
  )
  app.post(
    '/api/codex/github-events',
    buildRouteOptions('github', 'Deliver a GitHub webhook, signed or forwarded.', ingest),
    async (request, reply) => {
      const authorize = authorizeWebhook(request, ingest)
      return acceptMessage(toRawMessage('github', request), authorize, { ingest, reply })
    },
  )
}

interface IngestContext extends IngestDeps {
  /** The webhook secrets as keys, imported once and not for every webhook. */
  readonly getWebhookKeys: () => readonly KeyObject[]
}

/** Throws `Problem` if the request may not deliver these messages. */
type Authorize = (decoded: DecodedEnvelopes) => void

async function acceptMessage(
  message: RawMessage,
  authorize: Authorize,
  { ingest, reply }: { readonly ingest: IngestDeps; readonly reply: FastifyReply },
): Promise<IngestAnswer> {
  const decoded = decodeMessage(message)
  authorize(decoded)
  const parsed = interpretMessage(message, decoded, ingest.context)
  const answer = storeParsed(ingest.recorder, parsed).then((stored) =>
    presentAnswer(parsed, stored, ingest.showRun),
  )
  const accepted = await withTimeout(answer, STORE_TIMEOUT_MS, () =>
    createUnavailableProblem(
      `PostgreSQL has not stored the message within ${STORE_TIMEOUT_MS / 1_000} s; send it again.`,
    ),
  )
  reply.code(202)
  return accepted
}

/** What is stored after that is recognised as a duplicate when it is sent again. */
const STORE_TIMEOUT_MS: Millis = 9_000

const toRawMessage = (source: ParsedSource, request: FastifyRequest): RawMessage => ({
  source,
  transport: 'http',
  headers: Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  ),
  body: getBodyBytes(request),
})

/**
 * Authorizes by a token of the role, from the Authorization header or from the CloudEvents themselves.
 * If the header's token is not sufficient, every element of a batch needs its own. A request that
 * can carry no token in a CloudEvent is decided at once: parsing its body costs the most.
 */
function authorizeByToken(
  request: FastifyRequest,
  { access }: IngestDeps,
  role: 'ingest' | 'notify' = 'ingest',
): Authorize {
  if (!access.isGuarded(role)) return () => undefined
  const tokens = readBearerTokens(request)
  const mayCarryToken =
    request.headers[TOKEN_HEADER] !== undefined || getBodyBytes(request).includes(TOKEN_ATTRIBUTE)
  if (!mayCarryToken) {
    access.authorize(role, tokens, request.ip)
    return () => undefined
  }
  return (decoded) => {
    const envelopes = decoded.kind === 'one' ? [decoded.envelope] : decoded.envelopes
    for (const { token } of envelopes)
      access.authorize(role, token === null ? tokens : [...tokens, token], request.ip)
  }
}

/**
 * Authorizes GitHub's own form of a webhook by its signature, and any other by the ingest token: an
 * unsigned one, or one forwarded in its Kafka form, whose bytes are not the signed ones. A wrong
 * signature is always refused, and so is an unsigned webhook if webhooks are signed and no ingest
 * token is set.
 */
function authorizeWebhook(request: FastifyRequest, ingest: IngestContext): Authorize {
  const isGuarded = ingest.access.isGuarded('ingest')
  const isSignedRequest = request.headers['x-hub-signature-256'] !== undefined
  if (isGuarded && !isSignedRequest) return authorizeByToken(request, ingest)
  return (decoded) => {
    if (ingest.getWebhookKeys().length > 0 && !isForwarded(decoded))
      requireSignature(request, ingest)
    else authorizeByToken(request, ingest)(decoded)
  }
}

function isForwarded(decoded: DecodedEnvelopes): boolean {
  if (decoded.kind !== 'one') return true
  const { envelope } = decoded
  if (envelope.kind !== 'decoded') return false
  return envelope.cloudEvent !== null || readGithubDelivery({}, envelope.message).forwarded
}

function requireSignature(
  request: FastifyRequest,
  { getWebhookKeys, onSigned }: IngestContext,
): void {
  const signature = [request.headers['x-hub-signature-256'] ?? ''].flat()[0] ?? ''
  if (isSigned(getBodyBytes(request), signature, getWebhookKeys())) {
    onSigned()
    return
  }
  throw new Problem(
    'unauthenticated',
    signature === '' ? 'The webhook is not signed.' : 'The signature does not match.',
    { headers: { 'www-authenticate': 'Bearer' } },
  )
}

const refusalCodes = new Set(['unauthenticated', 'forbidden', 'too_many_requests', 'too_large'])

/**
 * What the routes share: a raw body, counted refusals and a description for the OpenAPI document.
 */
const buildRouteOptions = (
  source: ParsedSource,
  summary: string,
  { onRefused, signedOnly = false }: Pick<IngestDeps, 'onRefused'> & { signedOnly?: boolean },
): RouteShorthandOptions => ({
  config: { rawBody: true },
  // These headers protect pages; machines read these answers, many a second.
  helmet: false,
  schema: {
    summary,
    tags: ['ingest'],
    body: {
      description: 'JSON, whatever the Content-Type; CloudEvents 1.0 in any mode.',
      type: 'object',
      additionalProperties: true,
    },
    response: { 202: acceptedSchema, ...(signedOnly ? signedProblems : tokenProblems) },
  },
  // The parser validates the body; the schema only documents it.
  validatorCompiler: () => () => true,
  onError: async (_request, _reply, error) => {
    if (error instanceof Problem && refusalCodes.has(error.code)) onRefused(source)
  },
})

const tokenProblems = describeProblems(
  listProblemStatuses({ guarded: true, takesBody: true }),
  problemSchema,
)
/** A signature is right or wrong; it has no role. */
const signedProblems = describeProblems(
  [401, ...listProblemStatuses({ guarded: false, takesBody: true })],
  problemSchema,
)

const acceptedSchema = {
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
    because: { type: 'string', description: 'Why an ignored message was ignored.' },
    run: {},
    events: { type: 'array', items: { type: 'object', additionalProperties: true } },
  },
} as const
