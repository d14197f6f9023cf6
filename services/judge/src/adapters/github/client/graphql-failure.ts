import { Failure } from '../../../lib/failure.ts'
import { clip } from '../../../lib/text.ts'
import type { GithubConnection } from './connection.ts'
import { type GraphqlError, isForbidden, isOptionalAbsence } from './graphql-errors.ts'
import { describeRemedy } from './remedy.ts'
import { RATE_LIMIT_WAIT_MS, scrubCredentials } from './to-failure.ts'

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
