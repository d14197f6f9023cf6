import { Failure, getErrorMessage, isFailure } from '../../lib/failure.ts'

const MAX_DEPTH = 5

/** The errors of the client from the outermost to its first cause. */
function listCauses(error: unknown): readonly Error[] {
  const causes: Error[] = []
  for (let next = error; next instanceof Error && causes.length < MAX_DEPTH; next = next.cause)
    causes.push(next)
  return causes
}

const readType = (error: Error): string =>
  'type' in error && typeof error.type === 'string' ? error.type : error.name

const remedies: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED: 'let KAFKA_USERNAME read and describe the topics',
  GROUP_AUTHORIZATION_FAILED: 'let KAFKA_USERNAME read the group KAFKA_GROUP_ID',
  CLUSTER_AUTHORIZATION_FAILED: 'let KAFKA_USERNAME describe the cluster',
}

const isAuthentication = (type: string): boolean =>
  /^KafkaJSSASLAuthenticationError$|SASL/.test(type)

/**
 * The failure that an error of the Kafka client means: refused credentials or rights are
 * `forbidden`, anything else `unavailable`.
 */
export function toKafkaFailure(error: unknown): Failure {
  if (isFailure(error)) return error
  const message = getErrorMessage(error)
  for (const cause of listCauses(error)) {
    const type = readType(cause)
    if (isAuthentication(type)) {
      const remedy = 'set KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD'
      return toRefusal({ error, message, remedy, refused: 'credentials' })
    }
    const remedy = remedies[type]
    if (remedy !== undefined) return toRefusal({ error, message, remedy, refused: 'permission' })
  }
  return new Failure('unavailable', message, { cause: error })
}

const toRefusal = ({
  error,
  message,
  remedy,
  refused,
}: {
  readonly error: unknown
  readonly message: string
  readonly remedy: string
  readonly refused: 'credentials' | 'permission'
}): Failure =>
  new Failure('forbidden', `${message}; ${remedy}`, {
    cause: error,
    answer: message,
    remedy,
    refused,
  })
