import { expect, test } from 'vitest'
import { now } from '../../../../../test/harness/accepted-facts.ts'
import { Failure } from '../../lib/failure.ts'
import { toUnreadable } from './observe-deps.ts'

test('a refusal says what to set, unless the system that was asked says it', () => {
  for (const [system, variable] of [
    ['github', 'GITHUB_TOKEN'],
    ['argo', 'ARGO_TOKEN'],
    ['artifacts', 'MINIO_ACCESS_KEY'],
  ] as const)
    expect(toUnreadable(new Failure('forbidden', 'answered 401'), now, system)).toMatchObject({
      because: expect.stringMatching(new RegExp(`^answered 401; .*${variable}`)),
      forbidden: true,
      source: { system, scope: 'system' },
    })
  const remedied = new Failure('forbidden', '403; install it', {
    remedy: 'install it',
    scope: 'owner',
  })
  expect(toUnreadable(remedied, now, 'github')).toMatchObject({
    because: '403; install it',
    source: { scope: 'owner' },
  })
})

test('what the other side does not know is about the repository alone, and an outage about all', () => {
  expect(toUnreadable(new Failure('refused', '404'), now, 'github')).toMatchObject({
    forbidden: false,
    source: { scope: 'repository' },
  })
  expect(toUnreadable(new Error('broken'), now, 'github')).toMatchObject({
    forbidden: false,
    source: { system: 'github', scope: 'system' },
  })
})

test('a failure that names its system is of that system', () => {
  const failure = new Failure('unavailable', 'Argo answered 503', { system: 'argo' })
  expect(toUnreadable(failure, now, 'artifacts')).toMatchObject({ source: { system: 'argo' } })
})
