import { expect, test } from 'vitest'
import { toKafkaFailure } from './to-kafka-failure.ts'

/** Errors as the client throws them: with their class as the name, and their cause within. */
const named = (name: string, message: string, cause?: Error) =>
  Object.assign(new Error(message, { cause }), { name })
const protocol = (type: string) =>
  Object.assign(named('KafkaJSProtocolError', `the broker says ${type}`), { type, code: 1 })
const retried = (cause: Error) => named('KafkaJSNumberOfRetriesExceeded', cause.message, cause)

test.each([
  [
    'a wrong password',
    retried(named('KafkaJSSASLAuthenticationError', 'SASL PLAIN authentication failed')),
    ['forbidden', 'credentials', expect.stringContaining('KAFKA_PASSWORD')],
  ],
  [
    'a mechanism that the broker lacks',
    retried(protocol('UNSUPPORTED_SASL_MECHANISM')),
    ['forbidden', 'credentials', expect.stringContaining('KAFKA_SASL_MECHANISM')],
  ],
  [
    'a topic without rights',
    protocol('TOPIC_AUTHORIZATION_FAILED'),
    ['forbidden', 'permission', 'let KAFKA_USERNAME read and describe the topics'],
  ],
  [
    'a group without rights',
    named('KafkaJSNonRetriableError', 'failed', protocol('GROUP_AUTHORIZATION_FAILED')),
    ['forbidden', 'permission', 'let KAFKA_USERNAME read the group KAFKA_GROUP_ID'],
  ],
  [
    'a broker that is not there',
    retried(named('KafkaJSConnectionError', 'connect ECONNREFUSED')),
    ['unavailable', 'permission', null],
  ],
] as const)('%s', (_name, error, expected) => {
  const { kind, refused, remedy } = toKafkaFailure(error)
  expect([kind, refused, remedy]).toEqual(expected)
})
