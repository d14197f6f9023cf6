import type { RequestOutcome } from './settings.ts'

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
export const isForbidden = ({ type, message }: GraphqlError): boolean =>
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

export const isOptionalAbsence = (error: GraphqlError, optional: readonly string[]): boolean =>
  isAbsenceError(error) && error.path.some((step) => optional.includes(String(step)))

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
