import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isFailure } from './failure.ts'

/**
 * Every code an error answer can carry, with its HTTP status. Programs branch on the code; `detail`
 * is for people and may change.
 */
export const problemCodes = {
  malformed_event: { status: 400, title: 'The event cannot be read' },
  bad_request: { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'This token may not do that' },
  not_found: { status: 404, title: 'There is nothing here' },
  method_not_allowed: { status: 405, title: 'This method is not offered here' },
  timeout: { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'The present state does not allow that' },
  too_large: { status: 413, title: 'The request is too large' },
  invalid: { status: 422, title: 'The request asks for something invalid' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'The service failed' },
  unavailable: { status: 503, title: 'The service cannot do this now' },
} as const

export type ProblemCode = keyof typeof problemCodes

interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** Further members of the answer, beside those of RFC 9457. */
  readonly extra?: Readonly<Record<string, unknown>>
}

/**
 * Thrown by a route or hook to answer with problem details; nothing about it is logged as a fault
 * of ours.
 */
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

/** The body of a problem answer (RFC 9457). */
export const problemBody = (problem: Problem): Readonly<Record<string, unknown>> => ({
  type: 'about:blank',
  title: problemCodes[problem.code].title,
  status: problemCodes[problem.code].status,
  code: problem.code,
  detail: problem.message,
  ...problem.options.extra,
})

/** Where the other side did not say when to come back. */
const retryAfterSeconds = 5

export const unavailable = (detail: string, retryAfterMillis: number | null = null): Problem =>
  new Problem('unavailable', detail, {
    headers: {
      'retry-after': String(
        retryAfterMillis === null
          ? retryAfterSeconds
          : Math.max(1, Math.ceil(retryAfterMillis / 1000)),
      ),
    },
  })

/**
 * What an error means to the caller. A `Failure` of something we depend on is `unavailable`,
 * whatever its kind: the caller can only come back. A fault in the query is a `bad_request`, one in
 * a body that was there is `invalid` with every path named. Anything unforeseen is `internal`, and
 * says nothing about our insides.
 */
export function problemOf(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error
  if (isFailure(error)) return unavailable(error.message, error.retryAfter)
  if ('validation' in error && error.validation) return invalid(error)
  const status = 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) return new Problem('too_large', error.message)
  if (status === 429)
    return new Problem('too_many_requests', error.message, {
      headers: { 'retry-after': String(retryAfterSeconds) },
    })
  if (status === 404) return new Problem('not_found', error.message)
  if (status !== undefined && status >= 400 && status < 500)
    return new Problem('bad_request', error.message)
  return new Problem(
    'internal',
    'The service met an error it did not expect; its log has the details.',
  )
}

function invalid(error: FastifyError): Problem {
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
    .send(problemBody(problem))
}

/**
 * A route's URL pattern as a regular expression over paths: `:name` is one segment, `*` is the
 * rest.
 */
const pathPattern = (url: string): RegExp =>
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
 * Makes every error answer of the service problem details: what routes throw, what Fastify refuses,
 * unknown paths (404) and known paths with another method (405 with `Allow`). Call it on the root
 * instance before any route is added; plugins inherit it. A pattern that matches everything (the
 * console's files) offers no method to other paths. `isAway` knows the errors by which something we
 * cannot do without says that it is gone for now.
 */
export function installProblems(
  app: FastifyInstance,
  isAway: (error: unknown) => boolean = () => false,
): void {
  const offered = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url === '*' || url === '/*') return
    const entry = offered.get(url) ?? { pattern: pathPattern(url), methods: new Set<string>() }
    for (const one of [method].flat()) entry.methods.add(one)
    offered.set(url, entry)
  })

  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = isAway(error)
      ? unavailable(`PostgreSQL is away: ${error.message}`)
      : problemOf(error)
    if (problem.code === 'internal') request.log.error({ err: error }, 'a request failed')
    return sendProblem(reply, problem)
  })

  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, notHere(request, [...offered.values()])),
  )
}

function notHere(
  request: FastifyRequest,
  offered: readonly { readonly pattern: RegExp; readonly methods: ReadonlySet<string> }[],
): Problem {
  const path = request.url.split('?', 1)[0] ?? '/'
  const methods = new Set(
    offered.filter(({ pattern }) => pattern.test(path)).flatMap((entry) => [...entry.methods]),
  )
  if (methods.size === 0 || methods.has(request.method))
    return new Problem('not_found', `There is nothing at ${path}.`)
  const allow = [...methods].sort().join(', ')
  return new Problem('method_not_allowed', `${path} takes ${allow}.`, { headers: { allow } })
}
