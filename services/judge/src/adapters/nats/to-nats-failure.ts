import { Failure, getErrorMessage, isFailure } from '../../lib/failure.ts'

/** Names of errors of the NATS client that are about the login. */
const loginErrors: ReadonlySet<string> = new Set([
  'AuthorizationError',
  'UserAuthenticationExpiredError',
])

/**
 * The failure that an error of the NATS client means: a refused login or subject is `forbidden`,
 * anything else `unavailable`.
 */
export function toNatsFailure(error: unknown): Failure {
  if (isFailure(error)) return error
  const message = getErrorMessage(error)
  const names = [error, error instanceof Error ? error.cause : null].map((one) =>
    one instanceof Error ? one.name : '',
  )
  const isLogin = names.some((name) => loginErrors.has(name))
  if (!isLogin && !names.includes('PermissionViolationError'))
    return new Failure('unavailable', message, { cause: error })
  const remedy = isLogin
    ? 'set valid NATS_USER and NATS_PASSWORD'
    : 'let NATS_USER use JetStream, with the stream agent-comms and its consumer'
  return new Failure('forbidden', `${message}; ${remedy}`, {
    cause: error,
    refused: isLogin ? 'credentials' : 'permission',
    answer: message,
    remedy,
  })
}
