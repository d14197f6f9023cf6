import type { FastifyError, FastifyReply } from 'fastify'
import { ArgoFailure } from './argo-failure.ts'
import type { Fault } from './task.ts'

/**
 * Every code an error answer can carry. Programs branch on the code; `detail` is for people and may
 * change.
 */
export const problemCodes = {
  bad_request: { status: 400, title: 'The task cannot be taken' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  not_found: { status: 404, title: 'There is nothing here' },
  method_not_allowed: { status: 405, title: 'This method is not offered here' },
  conflict: { status: 409, title: 'The name of the workflow is taken' },
  too_large: { status: 413, title: 'The task is too large' },
  argo_refused: { status: 500, title: 'Argo does not take the workflow' },
  internal: { status: 500, title: 'The dispatcher failed' },
  unavailable: { status: 503, title: 'Argo cannot be asked now' },
} as const

export type ProblemCode = keyof typeof problemCodes

/** Thrown by a route or hook to answer with problem details (RFC 9457). */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly headers: Readonly<Record<string, string>>
  readonly errors: readonly Fault[] | null
  constructor(
    code: ProblemCode,
    detail: string,
    options: { headers?: Readonly<Record<string, string>>; errors?: readonly Fault[] } = {},
  ) {
    super(detail)
    this.name = 'Problem'
    this.code = code
    this.headers = options.headers ?? {}
    this.errors = options.errors ?? null
  }
}

/** When to come back, in seconds, where Argo did not say. */
const retryAfter = 5

/**
 * What an error means to the sender. A refusal by Argo is worth another try (a template can be put
 * right); a task that is too large is not.
 */
export function problemOf(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error
  if (error instanceof ArgoFailure) {
    switch (error.kind) {
      case 'away':
        return new Problem('unavailable', error.message, {
          headers: { 'retry-after': String(Math.max(1, error.retryAfter ?? retryAfter)) },
        })
      case 'refused':
        return new Problem('argo_refused', error.message)
      case 'too_large':
        return new Problem('too_large', error.message)
      case 'taken':
        return new Problem('conflict', error.message)
      default:
        return error.kind satisfies never
    }
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500
  if (status === 413) return new Problem('too_large', error.message)
  if (status >= 400 && status < 500) return new Problem('bad_request', error.message)
  return new Problem(
    'internal',
    'The dispatcher met an error it did not expect; its log has the details.',
  )
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, title } = problemCodes[problem.code]
  const errors = problem.errors === null ? {} : { errors: problem.errors }
  return reply
    .code(status)
    .headers({ ...problem.headers })
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send({
      type: 'about:blank',
      title,
      status,
      code: problem.code,
      detail: problem.message,
      ...errors,
    })
}
