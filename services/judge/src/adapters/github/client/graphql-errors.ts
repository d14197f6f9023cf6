import { Failure } from '../../../lib/failure.ts'
import { clip } from '../../../lib/text.ts'
import type { GithubConnection } from './connection.ts'
import { describeRemedy } from './remedy.ts'
import type { RequestOutcome } from './settings.ts'
import { RATE_LIMIT_WAIT_MS, scrubCredentials } from './to-failure.ts'

/** One entry of a GraphQL answer's `errors`. */
export interface GraphqlError {
  readonly message: string
  readonly type: string | null
  readonly path: readonly (string | number)[]
}

export function parseErrors(body: unknown): readonly GraphqlError[] {
  const errors = (body as { errors?: unknown } | null | undefined)?.errors
  if (!Array.isArray(errors)) return []
  return errors.map((error: { message?: unknown; type?: unknown; path?: unknown }) => ({
    message: typeof error?.message === 'string' ? error.message : 'no message',
    type: typeof error?.type === 'string' ? error.type : null,
    path: Array.isArray(error?.path) ? error.path : [],
  }))
}

/** Whether GitHub answered that our credentials may not read this. */
const isForbidden = ({ type, message }: GraphqlError): boolean =>
  type === 'FORBIDDEN' ||
  type === 'INSUFFICIENT_SCOPES' ||
  /not accessible|must have (push|admin)/i.test(message)

/**
 * Whether an error means that the field is not permitted or does not exist. The messages are those
 * of GitHub and of the GraphQL reference implementation for an unknown field.
 */
export const isAbsenceError = (error: GraphqlError): boolean =>
  isForbidden(error) ||
  error.type === 'NOT_FOUND' ||
  /non-nullable|cannot represent|doesn['’]t exist on type|cannot query field/i.test(error.message)

const isOptionalAbsence = (error: GraphqlError, optional: readonly string[]): boolean =>
  isAbsenceError(error) && error.path.some((step) => optional.includes(String(step)))

/** The query that GitHub answered with errors. */
export interface FailedQuery {
  readonly connection: Pick<GithubConnection, 'settings'>
  readonly repository: string
  readonly action: string
}

/**
 * Throws `Failure` for every error but an absence (not permitted, not found) in an optional part. A
 * part that failed for another reason, such as a time-out inside GitHub, is unknown and must not
 * look like an absent one.
 */
export function throwUnlessOptional(
  errors: readonly GraphqlError[],
  optional: readonly string[],
  query: FailedQuery,
): void {
  const required = errors.filter((error) => !isOptionalAbsence(error, optional))
  if (required.length > 0) throw toGraphqlFailure(required, query)
}

/** The failure of a query. Of several errors, one that a person must act on counts. */
export function toGraphqlFailure(
  errors: readonly GraphqlError[],
  { connection: { settings }, repository, action }: FailedQuery,
): Failure {
  const forbidden = errors.find(isForbidden)
  const { message } = forbidden ?? errors[0] ?? { message: 'no answer' }
  const answer = scrubCredentials(clip(message, 300), settings)
  const text = `GitHub: ${action}: ${answer}`
  const types = errors.map(({ type }) => type)
  if (types.includes('RATE_LIMITED'))
    return new Failure('unavailable', text, { answer, retryAfter: RATE_LIMIT_WAIT_MS })
  if (forbidden !== undefined) {
    const refused = { repository, role: 'read', sent: true, status: null, headers: {} } as const
    const remedy = describeRemedy({ ...refused, message }, settings)
    return new Failure('forbidden', `${text}; ${remedy}`, { answer, remedy, scope: 'owner' })
  }
  return new Failure(types.includes('NOT_FOUND') ? 'refused' : 'unavailable', text, { answer })
}

/**
 * How the metric counts an answer with status 200: by the errors that are not expected. Any token
 * may lack what an optional part needs, and an issue may have been deleted or moved.
 */
export function toGraphqlOutcome(body: string, optional: readonly string[]): RequestOutcome {
  const errors = parseErrors(parseJson(body)).filter(
    (error) =>
      !isOptionalAbsence(error, optional) &&
      !(error.type === 'NOT_FOUND' && error.path.at(-1) === 'issue'),
  )
  if (errors.length === 0) return 'ok'
  if (errors.some(({ type }) => type === 'RATE_LIMITED')) return 'limited'
  return errors.every(isAbsenceError) ? 'refused' : 'failed'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
