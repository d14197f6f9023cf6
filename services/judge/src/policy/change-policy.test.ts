import { expect, test } from 'vitest'
import { changePolicy } from './change-policy.ts'
import { toServicePolicy } from './read-policy-file.ts'

const service = toServicePolicy({ ci: { wait: '30m' }, locked: ['ci.wait'] })

test('a change keeps what it does not name', () => {
  const changed = changePolicy(service, { ci: { ignore: ['lint'] }, attempts: { max: 5 } })
  expect('ok' in changed && changed.ok.written).toMatchObject({
    ci: { wait: '30m', ignore: ['lint'] },
    attempts: { max: 5, infrastructure_max: 5 },
    locked: ['ci.wait'],
  })
})

test.each([
  [{ ci: { wait: 'soon' } }, '/ci/wait', /^"soon" is invalid; expected a duration/],
  [{ ci: { waits: '5m' } }, '/ci/waits', /unknown key/],
  [{ locked: ['nonsense'] }, '/locked/0', /is not a key of the policy/],
  ['nonsense', '', /./],
])('the faults of %j are named', (change, path, message) => {
  const { faults = [] } = { ...changePolicy(service, change) } as { faults?: readonly unknown[] }
  expect(faults[0]).toMatchObject({ path, message: expect.stringMatching(message) })
})
