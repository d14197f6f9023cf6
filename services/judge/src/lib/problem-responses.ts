import { problemCodes } from './problem.ts'

/** What each error status of the API means; 405 belongs to a path, and not to an operation. */
const descriptions: Readonly<Record<number, string>> = {
  400: 'The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`.',
  401: 'A valid token is required (`unauthenticated`).',
  403: 'The token, or the page that sent the request, does not allow this (`forbidden`).',
  404: 'It does not exist, or not yet (`not_found`).',
  405: 'The path has no such method; `Allow` lists those it has (`method_not_allowed`).',
  408: 'The request took too long to arrive (`timeout`).',
  409: 'The current state does not allow this (`conflict`).',
  413: 'The body is too large (`too_large`).',
  422: 'The body is invalid; `errors` names each fault with its path (`invalid`).',
  429:
    'Too many wrong tokens came from this address, or it has too many streams open ' +
    '(`too_many_requests`).',
  500: 'The service failed; its log has the details (`internal`).',
  503: 'PostgreSQL, or something else that is needed, is unavailable (`unavailable`).',
}

interface HeaderDescription {
  readonly description: string
  readonly schema: { readonly type: 'string' }
}

const retryAfter: Readonly<Record<string, HeaderDescription>> = {
  'Retry-After': { description: 'Seconds until another try.', schema: { type: 'string' } },
}
const headers: Readonly<Record<number, Readonly<Record<string, HeaderDescription>>>> = {
  401: {
    'WWW-Authenticate': { description: 'Always `Bearer`.', schema: { type: 'string' } },
  },
  405: { Allow: { description: 'The methods of the path.', schema: { type: 'string' } } },
  429: retryAfter,
  503: retryAfter,
}

/** The body of every error (RFC 9457). */
export const problemSchema = {
  description: 'RFC 9457 problem details; programs branch on `code`.',
  type: 'object',
  additionalProperties: true,
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(problemCodes) },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: true,
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
} as const

export interface RouteTraits {
  /** It needs a token. */
  readonly guarded: boolean
  /** It takes a body. */
  readonly takesBody: boolean
}

/** The error statuses that a route can answer, beside those that depend on what it does. */
export const listProblemStatuses = ({ guarded, takesBody }: RouteTraits): readonly number[] => [
  // Without a token, a write is still refused if a page of another site sent it.
  ...(guarded || takesBody ? [403] : []),
  ...(guarded ? [401, 429] : []),
  ...(takesBody ? [400, 408, 413] : []),
  500,
  503,
]

/** The response of an error status for the OpenAPI document. */
export const describeProblem = <T extends object>(status: number, schema: T) => ({
  description: descriptions[status] ?? 'Problem details.',
  ...(headers[status] ? { headers: headers[status] } : {}),
  content: { 'application/problem+json': { schema } },
})

export const describeProblems = (
  statuses: readonly number[],
  schema: object,
): Readonly<Record<number, object>> =>
  Object.fromEntries(
    [...new Set(statuses)].map((status) => [status, describeProblem(status, schema)]),
  )
