import { expect, test } from 'vitest'
import { toNatsFailure } from './to-nats-failure.ts'

const named = (name: string, message: string, cause?: Error) =>
  Object.assign(new Error(message, { cause }), { name })

test.each([
  ['AuthorizationError', 'Authorization Violation', 'forbidden', 'credentials', /NATS_PASSWORD/],
  ['UserAuthenticationExpiredError', 'Expired', 'forbidden', 'credentials', /NATS_PASSWORD/],
  ['PermissionViolationError', 'Permissions Violation', 'forbidden', 'permission', /agent-comms/],
  ['TimeoutError', 'timeout', 'unavailable', 'permission', /^$/],
] as const)('%s', (name, message, kind, refused, remedy) => {
  for (const error of [named(name, message), named('Error', message, named(name, message))]) {
    const failure = toNatsFailure(error)
    expect([failure.kind, failure.refused, failure.answer]).toEqual([kind, refused, message])
    expect(failure.remedy ?? '').toMatch(remedy)
  }
})
