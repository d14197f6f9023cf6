import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { statuses } from '../run/lifecycle.ts'
import { isReason, reasons } from '../run/reasons.ts'
import { buildStatusLine, MAX_DESCRIPTION_CHARS } from './status-line.ts'

const none = { reason: null, because: null, waitsFor: [], commitSha: null, by: null } as const

test.each([
  ['notified', 'pending'],
  ['run_complete', 'pending'],
  ['waiting_for_ci', 'pending'],
  ['waiting_for_review', 'pending'],
  ['judging', 'pending'],
  ['completed', 'success'],
  ['needs_iteration', 'failure'],
  ['needs_human', 'error'],
  ['superseded', undefined],
  ['closed', undefined],
] as const)('%s is shown as %s', (status, state) => {
  expect(buildStatusLine({ ...none, status })?.state).toBe(state)
})

test('a waiting run names what it waits for, and an ended one its reason', () => {
  expect(
    buildStatusLine({ ...none, status: 'waiting_for_ci', waitsFor: ['unit', 'lint'] })?.description,
  ).toBe('Waiting for unit and lint.')
  expect(
    buildStatusLine({
      ...none,
      status: 'needs_human',
      reason: 'attempts_exhausted',
      causeReason: 'ci_failed',
    })?.description,
  ).toBe('Needs a person: every allowed attempt has been used')
})

const anyReason = fc.constantFrom(...Object.keys(reasons).filter(isReason))
property.prop([
  fc.constantFrom(...statuses),
  fc.option(anyReason),
  fc.option(fc.string({ unit: 'grapheme', maxLength: 500, size: 'max' })),
  fc.array(fc.string({ maxLength: 80 })),
])(
  'every description is one line within the limit of GitHub',
  (status, reason, because, waitsFor) => {
    const line = buildStatusLine({ ...none, status, reason, because, waitsFor })
    expect(line?.description.length ?? 0).toBeLessThanOrEqual(MAX_DESCRIPTION_CHARS)
    expect(line?.description ?? '').not.toMatch(/\n/)
  },
)
