import { describe, expect, test } from 'vitest'
import {
  createAcceptedFacts,
  createPolicy,
  diff,
  now,
  shipped,
} from '../../../../test/harness/accepted-facts.ts'
import { decide } from '../decide/decide.ts'
import type { Facts } from '../decide/facts.ts'
import type { DiffFile } from '../diff/diff.ts'
import { known } from '../lib/known.ts'
import type { Waiver } from '../run/waiver.ts'
import { identifyFindings, type TestChange, type TestFinding } from '../test-changes/finding.ts'
import type { EvidenceItem, GateResult } from './gate.ts'
import { secrets } from './secrets.ts'
import { tests } from './tests.ts'

const change = (over: Partial<TestChange> = {}): TestChange => ({
  answer: 'weakened',
  kind: 'assertion_removed',
  severity: 'medium',
  path: 'test/upload.test.ts',
  side: 'old',
  line: 7,
  test: 'retries three times',
  before: 'expect(tries).toBe(3)',
  because: 'No equal check appears elsewhere in the change',
  ...over,
})
const [first, second, third, asked] = identifyFindings([
  change(),
  change({ kind: 'skip_added', severity: 'high', line: 20, side: 'new', before: 'sends once' }),
  change({ answer: 'justified', line: 40, because: 'The tested function is gone, too' }),
  change({ answer: 'question', line: 50, kind: 'expectation_changed' }),
]) as [TestFinding, TestFinding, TestFinding, TestFinding]

const withFindings = (...findings: readonly TestFinding[]): Partial<Facts> => ({
  testChanges: known({ findings, unread: [] }, now),
})
const accept = (findingId: string): Waiver => ({ findingId, by: 'ada', at: now })
const evaluate = (over: Partial<Facts>, policy = shipped): GateResult =>
  tests.evaluate(createAcceptedFacts(over), policy, now)
const listTexts = (result: GateResult, kind: EvidenceItem['kind']) =>
  result.evidence.filter((item) => item.kind === kind).map(({ text }) => text)
const endReason = (over: Partial<Facts>, policy = shipped) => {
  const step = decide(createAcceptedFacts(over), now, policy)
  return step.kind === 'end' ? `${step.status}/${step.reason}` : step.kind
}

describe('the gate "tests"', () => {
  test('names every weakened test, the worst first, with what was checked and why it counts', () => {
    const result = evaluate(withFindings(first, third, second, asked))
    expect(result).toMatchObject({
      result: 'refuse',
      reason: 'tests_weakened',
      because:
        'The change checks less than before: skip added at test/upload.test.ts:20 and ' +
        'assertion removed at test/upload.test.ts:7.',
    })
    expect(listTexts(result, 'finding')).toEqual([
      expect.stringMatching(/^skip added in "retries three times": before, it was "sends once"\./),
      'assertion removed in "retries three times": before, it was "expect(tries).toBe(3)". ' +
        'No equal check appears elsewhere in the change.',
    ])
    expect(result.evidence[1]).toMatchObject({
      path: 'test/upload.test.ts',
      line: 7,
      findingId: first.id,
    })
  })

  test('shows what is justified and what is asked, without refusing for it', () => {
    const result = evaluate(withFindings(third, asked))
    expect(result.result).toBe('pass')
    expect(listTexts(result, 'settled')).toEqual([
      expect.stringContaining('The tested function is gone, too'),
      expect.stringMatching(/^a question to the judge: expectation changed/),
    ])
  })

  test('passes what a person has accepted, says who, and refuses the rest', () => {
    const waivers = [accept(first.id)]
    const passed = evaluate({ ...withFindings(first), waivers })
    expect(passed.result).toBe('pass')
    expect(listTexts(passed, 'settled')[0]).toMatch(/^accepted by ada at 2026-11-21 12:00 UTC: /)
    const refused = evaluate({ ...withFindings(first, second), waivers })
    expect(refused.result).toBe('refuse')
    expect(listTexts(refused, 'finding')).toHaveLength(1)
  })

  test('sends to the agent or to a person as policy says, and compares nothing if it is off', () => {
    const by = (weakened: string) => createPolicy(`tests: { weakened: ${weakened} }`)
    expect(endReason(withFindings(first))).toBe('needs_iteration/tests_weakened')
    expect(endReason(withFindings(first), by('needs_human'))).toBe('needs_human/tests_weakened')
    expect(endReason(withFindings(first), by('off'))).toBe('completed/accepted')
  })

  const [sample] = diff.files as [DiffFile]
  const edit = (over: Partial<DiffFile>): Partial<Facts> => ({
    diff: known({ ...diff, files: [{ ...sample, ...over }] }, now),
  })
  const golden = 'test/golden/a.txt'
  test.each([
    ['an edit', edit({ path: golden, oldPath: golden }), 'refuse'],
    ['a deletion', edit({ path: golden, oldPath: golden, change: 'deleted' }), 'refuse'],
    ['a new mode', edit({ path: golden, oldPath: golden, change: 'mode', hunks: [] }), 'refuse'],
    ['an addition', edit({ path: golden, oldPath: golden, change: 'added' }), 'refuse'],
    ['a rename away', edit({ path: 'x.txt', oldPath: golden, change: 'renamed' }), 'refuse'],
    ['a rename into', edit({ path: golden, oldPath: 'x.txt', change: 'renamed' }), 'refuse'],
    [
      'other capitals',
      edit({ path: 'Test/Golden/A.txt', oldPath: 'x', change: 'added' }),
      'refuse',
    ],
    ['a link in its place', edit({ path: 'test', oldPath: 'test', newMode: '120000' }), 'refuse'],
    ['a copy from it', edit({ path: 'x.txt', oldPath: golden, change: 'copied' }), 'pass'],
    ['another file', edit({}), 'pass'],
  ] as const)('never lets a protected path be changed: %s', (_what, over, expected) => {
    for (const weakened of ['needs_iteration', 'off']) {
      const policy = createPolicy(
        `tests: { weakened: ${weakened}, protected_paths: ["test/golden/*.txt"] }`,
      )
      const result = evaluate(over, policy)
      expect(result.result).toBe(expected)
      const [found] = result.evidence
      if (expected === 'refuse')
        expect(
          evaluate({ ...over, waivers: [accept(found?.findingId ?? '')] }, policy).result,
        ).toBe('pass')
    }
  })

  test('says which files could not be compared as a whole', () => {
    const result = evaluate({
      testChanges: known(
        { findings: [], unread: [{ path: 'test/big.test.ts', because: 'it is too large' }] },
        now,
      ),
    })
    expect(result.result).toBe('pass')
    expect(listTexts(result, 'settled')).toEqual([
      'only its changed lines were compared: it is too large',
    ])
  })

  test('shows a limited number of findings and counts the others', () => {
    const many = identifyFindings(
      Array.from({ length: 400 }, (_, index) => change({ before: `check ${index}` })),
    )
    const result = evaluate(withFindings(...many))
    expect(result.because).toContain('and 397 more')
    expect(listTexts(result, 'finding')).toHaveLength(300)
    expect(listTexts(result, 'settled')).toEqual(['and 100 more findings'])
  })
})

describe('the gate "secrets"', () => {
  const secret = { rule: 'github', path: 'src/a.ts', line: 3, digest: 'ab'.repeat(16) }
  const other = { ...secret, line: 9, digest: 'cd'.repeat(16) }
  const withSecrets = (...found: readonly (typeof secret)[]): Partial<Facts> => ({
    addedSecrets: known(found, now),
  })
  const evaluateSecrets = (over: Partial<Facts>) =>
    secrets.evaluate(createAcceptedFacts(over), shipped, now)

  test('refuses every secret, with its place and what to do, and sends it where policy says', () => {
    const result = evaluateSecrets(withSecrets(secret, other))
    expect(result).toMatchObject({ result: 'refuse', reason: 'secret_found' })
    expect(result.because).toBe(
      'The change adds what looks like a secret (github) at src/a.ts:3 (2 in all).',
    )
    expect(result.evidence).toHaveLength(2)
    expect(result.evidence[0]).toMatchObject({ kind: 'finding', path: 'src/a.ts', line: 3 })
    expect(result.evidence[0]?.text).toContain('revoke it')
    expect(endReason(withSecrets(secret))).toBe('needs_human/secret_found')
    expect(
      endReason(withSecrets(secret), createPolicy('secrets: { found: needs_iteration }')),
    ).toBe('needs_iteration/secret_found')
  })

  test('passes the one that a person has accepted, wherever it stands now, and no other', () => {
    const [item] = evaluateSecrets(withSecrets(secret)).evidence
    const waivers = [accept(item?.findingId ?? '')]
    const moved = evaluateSecrets({ ...withSecrets({ ...secret, line: 30 }), waivers })
    expect(moved.result).toBe('pass')
    expect(moved.evidence[0]?.text).toContain('accepted by ada')
    expect(evaluateSecrets({ ...withSecrets(secret, other), waivers }).result).toBe('refuse')
    const elsewhere = withSecrets({ ...secret, path: 'src/b.ts' })
    expect(evaluateSecrets({ ...elsewhere, waivers }).result).toBe('refuse')
  })
})
