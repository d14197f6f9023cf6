import type { FastifyError, FastifyReply } from 'fastify'
import { ArgoFailure } from './argo-failure.ts'
import type { TaskFault } from './task.ts'

/** Every code of an error answer. Programs branch on it; `detail` is for people and may change. */
export const problemCodes = {
  bad_request: { status: 400, title: 'The task is invalid' },
  unauthenticated: { status: 401, title: 'A valid token is required' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  conflict: { status: 409, title: 'The workflow name is already taken' },
  too_large: { status: 413, title: 'The task is too large' },
  argo_refused: { status: 500, title: 'Argo rejected the workflow' },
  internal: { status: 500, title: 'The dispatcher failed' },
  unavailable: { status: 503, title: 'Argo is unavailable' },
} as const

export type ProblemCode = keyof typeof problemCodes

/** Thrown by a route or hook to answer with problem details (RFC 9457). */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly headers: Readonly<Record<string, string>>
  readonly errors: readonly TaskFault[] | null
  constructor(
    code: ProblemCode,
    detail: string,
    options: { headers?: Readonly<Record<string, string>>; errors?: readonly TaskFault[] } = {},
  ) {
    super(detail)
    this.name = 'Problem'
    this.code = code
    this.headers = options.headers ?? {}
    this.errors = options.errors ?? null
  }
}

/** The value of `Retry-After` if Argo did not send one. */
const RETRY_AFTER_SECONDS = 5

/**
 * The problem that answers a request that failed. After a rejection by Argo another try can
 * succeed, because a template can be fixed; a task that is too large never will.
 */
export function toProblem(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error
  if (error instanceof ArgoFailure) {
    switch (error.kind) {
      case 'away':
        return new Problem('unavailable', error.message, {
          headers: { 'retry-after': String(Math.max(1, error.retryAfter ?? RETRY_AFTER_SECONDS)) },
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
  return new Problem('internal', 'The dispatcher failed unexpectedly; see its log for details.')
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
