import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { createAcceptedFacts, now, shipped } from '../../../../test/harness/accepted-facts.ts'
import { mayMove, statuses } from '../run/lifecycle.ts'
import { reasons } from '../run/reasons.ts'
import { endAfterFault } from './end-after-fault.ts'
import { computeFaultPause, isHopeless, normalizeFault } from './faults.ts'

test('the pauses double from 2 to 60 seconds', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 1_000_000].map((n) => computeFaultPause(n) / 1_000)
  expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60, 60])
})

test.each([
  { all: 1, equal: 1, isOverdue: false, hopeless: false },
  { all: 9, equal: 9, isOverdue: false, hopeless: false },
  { all: 10, equal: 10, isOverdue: false, hopeless: true },
  { all: 30, equal: 2, isOverdue: false, hopeless: false },
  { all: 2, equal: 2, isOverdue: true, hopeless: false },
  { all: 3, equal: 1, isOverdue: true, hopeless: true },
])('after $all faults, $equal of them equal, overdue $isOverdue: hopeless is $hopeless', (row) => {
  expect(isHopeless(row)).toBe(row.hopeless)
})

describe('faults are equal', () => {
  const equal = [
    ['row 12 is locked', 'row 7  is locked'],
    [
      'run 0190a1b2-0000-7000-8000-000000000001 failed',
      'run 0190a1b2-0000-7000-8000-00000000000f failed',
    ],
    ['head 1a2b3c4d5e6f is gone', 'head 9f8e7d6c is gone'],
  ] as const
  test.each(equal)('%s = %s', (a, b) => expect(normalizeFault(a)).toBe(normalizeFault(b)))
  test('if they say something else they are not', () => {
    expect(normalizeFault('x is null')).not.toBe(normalizeFault('y is null'))
  })
})

property.prop([fc.string({ unit: 'binary', maxLength: 2_000 })])(
  'a fault of any text has a bounded form that does not change again',
  (text) => {
    const once = normalizeFault(text)
    expect(once.length).toBeLessThanOrEqual(300)
    expect(normalizeFault(once)).toBe(once)
  },
)

property.prop([
  fc.constantFrom(
    ...statuses.filter(
      (status) => mayMove(status, 'needs_human', 'decision') || status === 'notified',
    ),
  ),
  fc.string({ unit: 'binary' }),
  fc.nat(),
  fc.boolean(),
])(
  'the end names the fault, asks one question and judges nothing',
  (status, message, all, isOverdue) => {
    const facts = createAcceptedFacts()
    const end = endAfterFault(
      { facts: { ...facts, run: { ...facts.run, status } }, policy: shipped, now, results: [] },
      { message, all, equal: all, isOverdue },
    )
    expect(end).toMatchObject({
      status: 'needs_human',
      reason: 'infrastructure_exhausted',
      causeReason: null,
      results: [],
      evidence: [],
      nextPrompt: null,
      escalation: { recommendation: 'resume', shared: null },
    })
    expect(mayMove(status, 'needs_human', end.mover)).toBe(true)
    expect(reasons[end.reason].work).toBe('none')
    expect(end.because.length).toBeLessThan(600)
    expect(end.effects.map(({ effect }) => effect.kind)).toEqual(
      expect.arrayContaining(['remember', 'discord']),
    )
  },
)
