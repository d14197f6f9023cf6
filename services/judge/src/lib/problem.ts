import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isFailure } from './failure.ts'

/**
 * Every code of an error response, with its HTTP status. Programs branch on the code; `detail` is
 * for people and may change.
 */
export const problemCodes = {
  malformed_event: { status: 400, title: 'The event is malformed' },
  bad_request: { status: 400, title: 'The request is malformed' },
  unauthenticated: { status: 401, title: 'A valid token is required' },
  forbidden: { status: 403, title: 'This is not allowed' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  timeout: { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'The current state does not allow this' },
  too_large: { status: 413, title: 'The request is too large' },
  invalid: { status: 422, title: 'The request is invalid' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'The service failed' },
  unavailable: { status: 503, title: 'The service is temporarily unavailable' },
} as const

export type ProblemCode = keyof typeof problemCodes

interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** Members of the body beyond those of RFC 9457. */
  readonly extra?: Readonly<Record<string, unknown>>
}

/** Thrown by a route or hook to respond with problem details. It is not logged as an error. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly options: ProblemOptions
  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail)
    this.name = 'Problem'
    this.code = code
    this.options = options
  }
}

/** The body of a problem response (RFC 9457). */
export const buildProblemBody = (problem: Problem): Readonly<Record<string, unknown>> => ({
  type: 'about:blank',
  title: problemCodes[problem.code].title,
  status: problemCodes[problem.code].status,
  code: problem.code,
  detail: problem.message,
  ...problem.options.extra,
})

/** Sent to clients if the right time for a retry is unknown. */
const RETRY_AFTER_SECONDS = 5

export const createUnavailableProblem = (
  detail: string,
  retryAfterMillis: number | null = null,
): Problem =>
  new Problem('unavailable', detail, {
    headers: {
      'retry-after': String(
        retryAfterMillis === null
          ? RETRY_AFTER_SECONDS
          : Math.max(1, Math.ceil(retryAfterMillis / 1000)),
      ),
    },
  })

/**
 * The problem that an error means for the client. A `Failure` of a dependency is `unavailable`
 * whatever its kind, because the client can only retry. A schema fault in the query is
 * `bad_request`, one in the body is `invalid` with every path named. Any other error is `internal`
 * and reveals nothing.
 */
export function toProblem(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error
  if (isFailure(error)) return createUnavailableProblem(error.message, error.retryAfter)
  if ('validation' in error && error.validation) return toValidationProblem(error)
  const status = 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) return new Problem('too_large', error.message)
  if (status === 429)
    return new Problem('too_many_requests', error.message, {
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    })
  if (status === 404) return new Problem('not_found', error.message)
  if (status !== undefined && status >= 400 && status < 500)
    return new Problem('bad_request', error.message)
  return new Problem('internal', 'The service failed unexpectedly; its log has the details.')
}

function toValidationProblem(error: FastifyError): Problem {
  const errors = (error.validation ?? []).map(({ instancePath, message, params }) => ({
    path:
      instancePath === '' && typeof params.missingProperty === 'string'
        ? `/${params.missingProperty}`
        : instancePath,
    message: message ?? 'is invalid',
  }))
  return new Problem(
    error.validationContext === 'body' ? 'invalid' : 'bad_request',
    error.message,
    {
      extra: { errors },
    },
  )
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problemCodes[problem.code].status)
    .headers({ ...problem.options.headers })
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(buildProblemBody(problem))
}

/** A route's URL as a regular expression over paths: `:name` is one segment, `*` is the rest. */
const compilePathPattern = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split(/(:[A-Za-z0-9_]+|\*)/)
      .map((part) =>
        part === '*'
          ? '.*'
          : part.startsWith(':')
            ? '[^/]+'
            : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
      )
      .join('')}/?$`,
  )

/**
 * Turns every error response into problem details: errors of routes and of Fastify, unknown paths
 * (404), and known paths with another method (405 with `Allow`). Call it on the root instance
 * before any route is added; plugins inherit it. A pattern that matches everything (the console's
 * files) offers no method to other paths. `describeOutage` says what an error of PostgreSQL means
 * that a later try may not meet, and returns null for any other. `answerUnknown` may answer a
 * request for a path that does not exist, and returns null to leave it.
 */
export function installProblemHandlers(
  app: FastifyInstance,
  describeOutage: (error: unknown) => string | null = () => null,
  answerUnknown: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null = () => null,
): void {
  const offered = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url === '*' || url === '/*') return
    const entry = offered.get(url) ?? {
      pattern: compilePathPattern(url),
      methods: new Set<string>(),
    }
    for (const one of [method].flat()) entry.methods.add(one)
    offered.set(url, entry)
  })

  app.setErrorHandler((error: FastifyError, request, reply) => {
    // Fastify refuses what a method must have before it finds that the path has no such method.
    if (request.is404 && !(error instanceof Problem))
      return sendProblem(reply, toRoutingProblem(request, [...offered.values()]))
    const outage = describeOutage(error)
    const problem = outage === null ? toProblem(error) : createUnavailableProblem(outage)
    if (problem.code === 'internal') request.log.error({ err: error }, 'a request failed')
    return sendProblem(reply, problem)
  })

  app.setNotFoundHandler((request, reply) => {
    const problem = toRoutingProblem(request, [...offered.values()])
    const answered = problem.code === 'not_found' ? answerUnknown(request, reply) : null
    return answered ?? sendProblem(reply, problem)
  })
}

function toRoutingProblem(
  request: FastifyRequest,
  offered: readonly { readonly pattern: RegExp; readonly methods: ReadonlySet<string> }[],
): Problem {
  const path = request.url.split('?', 1)[0] ?? '/'
  const methods = new Set(
    offered.filter(({ pattern }) => pattern.test(path)).flatMap((entry) => [...entry.methods]),
  )
  if (methods.size === 0 || methods.has(request.method))
    return new Problem('not_found', `Nothing exists at ${path}.`)
  const allow = [...methods].sort().join(', ')
  return new Problem('method_not_allowed', `${path} allows ${allow}.`, { headers: { allow } })
}
