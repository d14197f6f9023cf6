import fc from 'fast-check'
import type { Facts } from '../../services/judge/src/decide/facts.ts'
import type { AddedSecret } from '../../services/judge/src/diff/added-secret.ts'
import type { TestChanges } from '../../services/judge/src/gates/gate.ts'
import type { Waiver } from '../../services/judge/src/run/waiver.ts'
import { identifyFindings, type TestChange } from '../../services/judge/src/test-changes/finding.ts'
import { knownOr, moment, someText } from './arbitrary-observations.ts'

/* What the rules find in a change, and what people have accepted of it. */

const testEdits: fc.Arbitrary<TestChange> = fc.record({
  answer: fc.constantFrom('weakened', 'justified', 'retuned', 'question'),
  kind: fc.constantFrom('test_deleted', 'skip_added', 'assertion_loosened', 'not_analysed'),
  severity: fc.constantFrom('high', 'medium', 'low'),
  path: someText,
  side: fc.constantFrom('old', 'new'),
  line: fc.integer({ min: 0, max: 9 }),
  test: fc.option(someText),
  before: someText,
  because: someText,
})

const testChanges: fc.Arbitrary<TestChanges> = fc.record({
  findings: fc.array(testEdits, { maxLength: 3 }).map(identifyFindings),
  unread: fc.array(fc.record({ path: someText, because: someText }), { maxLength: 1 }),
})

const addedSecrets: fc.Arbitrary<readonly AddedSecret[]> = fc.array(
  fc.record({
    rule: fc.constantFrom('github', 'private-key'),
    path: someText,
    line: fc.integer({ min: 1, max: 9 }),
    digest: fc.constantFrom('ab'.repeat(16), 'cd'.repeat(16)),
  }),
  { maxLength: 2 },
)

/** Mostly nothing is found, so that properties of what follows these gates see enough cases. */
const orNothing = <T>(nothing: T, found: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(nothing) }, { weight: 1, arbitrary: found })

export const findings: {
  readonly [K in 'addedSecrets' | 'testChanges']: fc.Arbitrary<Facts[K]>
} & { readonly waivers: fc.Arbitrary<readonly Waiver[]> } = {
  addedSecrets: knownOr(orNothing([], addedSecrets)),
  testChanges: knownOr(orNothing({ findings: [], unread: [] }, testChanges)),
  waivers: fc.array(
    fc.record({ findingId: fc.constantFrom('test-1', 'secret-1'), by: someText, at: moment }),
    { maxLength: 2 },
  ),
}
