import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAcceptedFacts, now, shipped } from '../../../../test/harness/accepted-facts.ts'
import { anyFactsWith } from '../../../../test/harness/arbitrary-facts.ts'
import { policies } from '../../../../test/harness/arbitrary-policies.ts'
import { decide } from '../decide/decide.ts'
import { decidePersonAction, type PersonAction } from '../decide/decide-person-action.ts'
import { endAfterFault } from '../decide/end-after-fault.ts'
import type { Facts } from '../decide/facts.ts'
import type { EndStep } from '../decide/step.ts'
import { parseDiff } from '../diff/parse-diff.ts'
import { hashJson } from '../lib/ids.ts'
import { type Json, parseJson } from '../lib/json.ts'
import { known } from '../lib/known.ts'
import type { Policy } from '../policy/policy.ts'
import { digestPart, formatCanonical, fromPlainJson, toPlainJson } from './canonical-json.ts'
import { type DecisionRecord, formatParts } from './decision-record.ts'
import { findDifferences } from './find-differences.ts'
import { factNames } from './read-record.ts'
import { type Receipt, readReceipt, sealDecision, sealReceipt } from './receipt.ts'
import { verifyReceipt } from './verify-receipt.ts'

const release = '1.2.3'
const diffText = `diff --git a/src/a.ts b/src/a.ts
index 1111111..2222222 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1 +1,2 @@
 let budget = 0
+budget = 3
`
const withDiff = (facts: Facts): Facts => ({
  ...facts,
  diff: facts.diff.kind === 'known' ? known(parseDiff(diffText), now) : facts.diff,
})

const createRecord = (
  facts: Facts,
  step: EndStep,
  over: Partial<DecisionRecord> = {},
): DecisionRecord => ({
  facts,
  policy: shipped,
  origins: { 'ci.wait': 'default' },
  now,
  trigger: { kind: 'observation' },
  readings: null,
  prompts: [],
  diffText,
  step,
  ...over,
})

function createReceipt(record: DecisionRecord, decidedBy = release): Receipt {
  const { step, facts, policy } = record
  const texts: readonly [string, string][] = Object.entries(formatParts(record))
  const named: readonly [string, Json][] = [
    ...texts.map(([name, text]): [string, Json] => [name, parseJson(text)]),
    ...(facts.diff.kind === 'known' ? [['diff', diffText] as [string, Json]] : []),
  ]
  const decision = sealDecision({
    id: 'decision-1',
    decidedAt: '2026-11-21T12:00:00.000Z',
    outcome: step.status,
    reason: step.reason,
    because: step.because,
    by: 'service',
    commitSha: facts.run.commitSha,
    policyVersion: policy.version,
    release: decidedBy,
    judged: step.results.length > 0,
    parts: Object.fromEntries(named.map(([name, part]) => [name, digestPart(part)])),
  })
  return sealReceipt({
    run: { id: facts.run.id },
    decisions: [decision],
    parts: Object.fromEntries(named.map(([, part]) => [digestPart(part), part])),
    transitions: [],
  })
}

function verify(text: string): readonly string[] {
  const read = readReceipt(parseJson(text))
  if ('because' in read) return [read.because]
  return verifyReceipt(read.ok, { release })
    .filter(({ state }) => state === 'differs')
    .map((line) => line.text)
}

/** A policy is named by the digest of its rules. */
const nameByRules = ({ version: _, ...rules }: Policy): Policy => ({
  ...rules,
  version: hashJson(rules),
})
const withoutModels = nameByRules({ ...shipped, judge: { ...shipped.judge, models: [] } })

function complete(): DecisionRecord {
  const facts = withDiff(createAcceptedFacts({ verdicts: [] }))
  const step = decide(facts, now, withoutModels)
  if (step.kind !== 'end') throw new Error('the run did not end')
  return createRecord(facts, step, { policy: withoutModels })
}

test('every decision is derived again from its receipt, whatever the facts and the policy', () => {
  let ended = 0
  fc.assert(
    fc.property(anyFactsWith(), policies, (anyFacts, anyPolicy) => {
      const facts = withDiff(anyFacts)
      const policy = nameByRules(anyPolicy)
      const step = decide(facts, now, policy)
      if (step.kind !== 'end') return
      ended += 1
      const record = createRecord(facts, step, { policy })
      expect(verify(formatCanonical(createReceipt(record)))).toEqual([])
    }),
    { numRuns: 120 },
  )
  expect(ended).toBeGreaterThan(20)
})

test('what a person decided is derived again, whatever the run was', () => {
  const actions = fc.constantFrom<PersonAction>(
    { kind: 'stop', reason: 'not now' },
    { kind: 'rerun', prompt: null, note: 'once more' },
    ...(['completed', 'needs_human', 'closed'] as const).map(
      (outcome): PersonAction => ({
        kind: 'override',
        outcome,
        reason: 'I have looked at it.',
      }),
    ),
  )
  let ended = 0
  fc.assert(
    fc.property(anyFactsWith(), actions, (anyFacts, action) => {
      const facts = withDiff(anyFacts)
      const input = { action, actor: 'ann', openSibling: null, storedPrompt: 'Go on.' }
      const situation = { facts, policy: shipped, now, results: [] }
      const decided = decidePersonAction(situation, input)
      if (decided.kind === 'refused' || decided.step.kind !== 'end') return
      ended += 1
      const trigger = { kind: 'action', input } as const
      const receipt = createReceipt(createRecord(facts, decided.step, { trigger }))
      expect(verify(formatCanonical(receipt))).toEqual([])
    }),
    { numRuns: 80 },
  )
  expect(ended).toBeGreaterThan(10)
})

test('a changed, removed or added byte of a receipt is found', () => {
  const text = formatCanonical(createReceipt(complete()))
  fc.assert(
    fc.property(
      fc.nat(text.length - 1),
      fc.constantFrom('0', '1', 'x', ' ', '"', ',', '{', '\\'),
      fc.constantFrom('replace', 'remove', 'insert'),
      (at, character, how) => {
        const changed =
          text.slice(0, at) +
          (how === 'remove' ? '' : character) +
          text.slice(how === 'insert' ? at : at + 1)
        const value = parseOrNull(changed)
        // White space between tokens and escapes that mean the same change no value.
        if (value === null || formatCanonical(value) === text) return
        expect(verify(changed)).not.toEqual([])
      },
    ),
    { numRuns: 200 },
  )
})

const parseOrNull = (text: string): Json | null => {
  try {
    return parseJson(text)
  } catch {
    return null
  }
}

/** Changes a part of the only decision, and computes every digest again, as a forger would. */
function forge(receipt: Receipt, name: string, change: (part: Json) => Json): Receipt {
  const [decision] = receipt.decisions
  if (decision === undefined) throw new Error('there is no decision')
  const { digest: _, ...fields } = decision
  const parts = Object.entries(fields.parts).map(([key, digest]): [string, Json] => {
    const part = receipt.parts[digest] ?? null
    return [key, key === name ? change(part) : part]
  })
  return sealReceipt({
    ...receipt,
    decisions: [
      sealDecision({
        ...fields,
        parts: Object.fromEntries(parts.map(([key, part]) => [key, digestPart(part)])),
      }),
    ],
    parts: Object.fromEntries(parts.map(([, part]) => [digestPart(part), part])),
  })
}

const replaceText =
  (from: string | RegExp, to: string) =>
  (part: Json): Json =>
    typeof part === 'string'
      ? part.replace(from, to)
      : parseJson(formatCanonical(part).replace(from, to))

test.each<[string, string, (part: Json) => Json, RegExp]>([
  [
    'a gate that refused is shown as passed',
    'step',
    replaceText('"name":"metadata","result":{"because"', '"name":"metadata","result":{"why"'),
    /^step\.results\.0\.result\.because: recorded nothing, derived "/,
  ],
  [
    'the text of a message is another',
    'step',
    replaceText('Codex completed', 'Codex finished'),
    /^step\.effects\.\d+\.effect\.text: recorded ".*finished.*derived ".*completed/,
  ],
  ['a fact is another', 'facts', replaceText('"draft":false', '"draft":true'), /^step\./],
  ['the diff is another', 'diff', replaceText('budget = 3', 'budget = 4'), /^council|^step\./],
  [
    'a rule of the policy is another',
    'policy',
    replaceText('"max_files":200', '"max_files":9'),
    /policy/,
  ],
  ['a fact is missing', 'facts', replaceText('"siblings":', '"others":'), /lack "siblings"/],
  ['the facts are nonsense', 'facts', () => ({ run: 1 }), /cannot be derived|lack/],
])('a forged receipt is found although its digests match: %s', (_what, name, change, expected) => {
  const forged = forge(createReceipt(complete()), name, change)
  const differences = verify(formatCanonical(forged))
  expect(differences.join('\n')).toMatch(new RegExp(expected, 'm'))
})

test('a gate that the other release did not know is not compared', () => {
  const { step, ...rest } = complete()
  const results = step.results.filter(({ name }) => name !== 'scope')
  const old = createReceipt(createRecord(rest.facts, { ...step, results }, rest), '0.9.0')
  expect(verify(formatCanonical(old))).toEqual([])
})

test('the decision of another release is compared without its texts', () => {
  const old = forge(
    createReceipt(complete(), '0.9.0'),
    'step',
    replaceText('completed', 'done with'),
  )
  const read = readReceipt(parseJson(formatCanonical(old)))
  if ('because' in read) throw new Error(read.because)
  const lines = verifyReceipt(read.ok, { release })
  expect(lines.find(({ text }) => text.includes('release 0.9.0'))).toMatchObject({
    state: 'recorded',
    text: expect.stringContaining('this is release 1.2.3'),
  })
})

test('what a fault of the service ended is derived again, with and without its effects', () => {
  const facts = withDiff(createAcceptedFacts())
  const fault = { all: 10, equal: 10, isOverdue: false, message: 'out of memory' }
  const end = endAfterFault({ facts, policy: shipped, now, results: [] }, fault)
  for (const withoutEffects of [false, true]) {
    const step = withoutEffects ? { ...end, effects: [] } : end
    const trigger = { kind: 'fault', fault, withoutEffects } as const
    const receipt = createReceipt(createRecord(facts, step, { trigger }))
    expect(verify(formatCanonical(receipt))).toEqual([])
  }
})

test('a secret that was found is recorded and not derived, and the decision about it is derived', () => {
  const secret = { rule: 'github', path: 'src/a.ts', line: 2, digest: 'a1'.repeat(16) }
  const facts = withDiff(createAcceptedFacts({ addedSecrets: known([secret], now) }))
  const step = decide(facts, now, shipped)
  if (step.kind !== 'end') throw new Error('the run did not end')
  expect(step.reason).toBe('secret_found')
  const read = readReceipt(parseJson(formatCanonical(createReceipt(createRecord(facts, step)))))
  if ('because' in read) throw new Error(read.because)
  const lines = verifyReceipt(read.ok, { release })
  expect(lines.filter(({ state }) => state === 'differs')).toEqual([])
  expect(lines).toContainEqual({
    state: 'recorded',
    text: expect.stringMatching(/^facts: 1 secret that the change adds: only kind and place/),
  })
})

test('a part that is gone, and a decision of a release that kept nothing, are named', () => {
  const receipt = createReceipt(complete())
  const [decision] = receipt.decisions
  if (decision === undefined) throw new Error('there is no decision')
  const { [decision.parts.facts ?? '']: _, ...rest } = receipt.parts
  const gone = sealReceipt({ ...receipt, parts: rest })
  const nothing = sealReceipt({
    ...receipt,
    parts: {},
    decisions: [sealDecision({ ...decision, release: null, parts: {} })],
  })
  const read = (of: Receipt) => {
    const found = readReceipt(parseJson(formatCanonical(of)))
    if ('because' in found) throw new Error(found.because)
    return verifyReceipt(found.ok, { release }).map(({ state, text }) => `${state} ${text}`)
  }
  expect(read(gone)).toContainEqual(
    expect.stringMatching(/^recorded the decision: facts .*not kept/),
  )
  expect(read(nothing)).toContainEqual(expect.stringMatching(/^recorded the decision: its release/))
})

test.each<[string, Json, RegExp]>([
  ['a list', [], /not a JSON object/],
  ['another format', { format: 'receipt/9' }, /its format is "receipt\/9"/],
  ['no decisions', { format: 'codex-judge-receipt/1', run: {} }, /a field of it is missing/],
])('%s is no receipt', (_what, value, expected) => {
  expect(readReceipt(value)).toEqual({ because: expect.stringMatching(expected) })
})

test('a mark stands for the secret that was there, and for nothing else', () => {
  const recorded = { text: 'key [masked: token] and [masked: aws-access-key].' }
  expect(findDifferences(recorded, { text: 'key abc and def.' })).toEqual([])
  expect(findDifferences(recorded, { text: 'key abc or def.' })).toHaveLength(1)
  expect(findDifferences(recorded, { text: 'key abc and def' })).toHaveLength(1)
  expect(findDifferences({ text: 'key abc' }, { text: 'key [masked: token]' })).toHaveLength(1)
})

test('a value is the same after it was JSON, and equal values have one text', () => {
  const text = fc.string({ unit: 'grapheme' })
  const entries = fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }))
  fc.assert(
    fc.property(entries, (of) => {
      const value = { of, map: new Map(Object.entries(of)), set: new Set(Object.keys(of)) }
      const json = toPlainJson(value)
      expect(toPlainJson(fromPlainJson(json))).toEqual(json)
      expect(JSON.parse(formatCanonical(json))).toEqual(JSON.parse(JSON.stringify(json)))
    }),
  )
  expect(toPlainJson('a\0b\ud800')).toBe('a\uFFFDb\uFFFD')
  expect(fromPlainJson(toPlainJson(new Map([[1, { $map: [] }]])))).toEqual(
    new Map([[1, { $map: [] }]]),
  )
  expect(formatCanonical({ b: 1, a: [{ d: null, c: '\n' }] })).toBe(
    '{"a":[{"c":"\\n","d":null}],"b":1}',
  )
})

test('the names of the facts are those of the facts', () => {
  expect(factNames.toSorted()).toEqual(Object.keys(createAcceptedFacts()).toSorted())
})
