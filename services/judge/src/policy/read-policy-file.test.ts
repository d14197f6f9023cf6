import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PolicyFault, readPolicyFile, toServicePolicy } from './read-policy-file.ts'

const shipped = readFileSync(new URL('../../../../config/policy.yml', import.meta.url), 'utf8')

const readFaults = (text: string): readonly PolicyFault[] => {
  const read = readPolicyFile(text)
  return 'faults' in read ? read.faults : []
}

test('the shipped policy contains exactly the defaults', () => {
  const { written, values } = toServicePolicy({})
  expect(readPolicyFile(shipped)).toEqual({ ok: expect.objectContaining({ written, values }) })
})

test('the defaults are those of the contract', () => {
  const { values } = toServicePolicy({})
  expect(values).toMatchObject({
    version: 1,
    mode: 'act',
    attempts: {
      max: 3,
      backoff: [300_000, 900_000, 2_700_000],
      infrastructure_max: 5,
      dispatch_patience: 3_600_000,
    },
    ci: {
      wait: 3_600_000,
      no_checks_grace: 300_000,
      rerun_failed_once: true,
      allow_only_neutral: false,
    },
    review: {
      required: true,
      wait: 3_600_000,
      arrival: 300_000,
      request_after: 300_000,
      blocking_severity: 'P3',
      people: 'collaborators',
    },
    diff: {
      allow_empty: false,
      max_files: 200,
      max_lines: 20_000,
      allowed_paths: ['**'],
      denied_paths: ['.github/workflows/**', '.codex-judge.yml'],
      base: null,
    },
    judge: {
      models: ['openai/gpt-5.2'],
      escalate_below: 0.6,
      timeout: 120_000,
      patience: 900_000,
      max_input_tokens: 120_000,
      invalid_answers_max: 3,
    },
    budget: {
      run_usd: 2,
      issue_usd: 10,
      repository_day_usd: 50,
      unknown_call_usd: 0.25,
      labels: {},
      count_agent: false,
    },
    escalation: { remind: 86_400_000, close: 14 * 86_400_000 },
    patience: { github: 3_600_000, artifacts: 900_000, completion: 86_400_000 },
    retention: { inbox: 30 * 86_400_000, memories: 365 * 86_400_000, runs: null },
    locked: [],
  })
  expect(values.ci.conclusions).toEqual({
    neutral: 'success',
    skipped: 'success',
    cancelled: 'failure',
    stale: 'pending',
    timed_out: 'failure',
    startup_failure: 'failure',
    action_required: 'human',
  })
})

test('a missing key has its default beside keys that are set', () => {
  const read = readPolicyFile('review: { wait: 2h, request_after: 0 }\njudge:\n  models: []\n')
  if (!('ok' in read)) throw new Error('the file should be valid')
  expect(read.ok.values.review).toMatchObject({
    wait: 7_200_000,
    request_after: 0,
    arrival: 300_000,
  })
  expect(read.ok.values.judge).toMatchObject({ models: [], timeout: 120_000 })
})

test('all faults are reported at once, each with its line and what is expected', () => {
  const faults = readFaults(
    [
      'version: 1',
      'attempts:',
      '  max: three',
      '  backoff: [5m, soon]',
      'revew: {}',
      'ci:',
      '  wait: 300',
      'judge:',
      '  escalate_below: 2',
      '  prices: { openai/x: { input: 1 } }',
    ].join('\n'),
  )
  expect(faults.map(({ line, key }) => [line, key])).toEqual([
    [3, 'attempts.max'],
    [4, 'attempts.backoff.1'],
    [5, 'revew'],
    [7, 'ci.wait'],
    [9, 'judge.escalate_below'],
    [10, 'judge.prices.openai/x.cached_input'],
    [10, 'judge.prices.openai/x.output'],
  ])
  expect(faults[1]).toMatchObject({
    wrong: '"soon" is invalid',
    remedy: expect.stringContaining('90s, 5m, 2h or 14d'),
  })
  expect(faults[2]).toMatchObject({ wrong: 'unknown key', remedy: 'did you mean review?' })
})

test.each([
  ['a duration without a unit', 'review: { wait: 60 }', 'review.wait'],
  ['a negative duration', 'review: { wait: -5m }', 'review.wait'],
  ['a timeout of nothing', 'judge: { timeout: 0 }', 'judge.timeout'],
  ['no back-off at all', 'attempts: { backoff: [] }', 'attempts.backoff'],
  ['a number of attempts below one', 'attempts: { max: 0 }', 'attempts.max'],
  ['a fraction of an attempt', 'attempts: { max: 1.5 }', 'attempts.max'],
  ['people of another kind', 'review: { people: members }', 'review.people'],
  ['an unknown severity', 'review: { blocking_severity: P4 }', 'review.blocking_severity'],
  ['a model without a vendor', 'judge: { models: [gpt-5.2] }', 'judge.models.0'],
  ['a text where a list belongs', 'ci: { required: unit }', 'ci.required'],
  ['a yes that is a text', 'review: { required: yes }', 'review.required'],
  ['an unknown mode', 'mode: dry-run', 'mode'],
  ['an unknown mode for some', 'mode: { "acme/*": maybe }', 'mode'],
  ['another version', 'version: 2', 'version'],
  ['a section without keys', 'ci:', 'ci'],
  ['a locked key that does not exist', 'locked: [review.requird]', 'locked.0'],
  ['retention of nothing', 'retention: { inbox: 0 }', 'retention.inbox'],
  ['a list as the whole file', '- a\n- b', ''],
])('%s is one fault, at its key', (_what, text, key) => {
  expect(readFaults(text).map((fault) => fault.key)).toEqual([key])
})

test.each([
  ['a key written twice', 'ci: {}\nci: {}\n', 2],
  ['a text that is not YAML', 'ci: {\n  wait: 5m\n', 2],
  ['two documents', 'ci: {}\n---\nci: {}\n', 2],
])('%s is a syntax fault with its line', (_what, text, line) => {
  const faults = readFaults(text)
  expect(faults.length).toBeGreaterThan(0)
  expect(faults[0]?.line).toBeGreaterThanOrEqual(line)
})

test('a locked key that does not exist is reported together with all other faults', () => {
  const found = readFaults('mode: maybe\nlocked: [review.requird, 3]\n').map(({ key }) => key)
  expect(found.toSorted()).toEqual(['locked.0', 'locked.1', 'mode'])
})

test('an alias bomb is rejected', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`),
  ].join('\n')
  expect(readFaults(bomb).length).toBeGreaterThan(0)
})

test('a key named __proto__ is an unknown key like any other', () => {
  expect(readFaults('__proto__: { max: 1 }').map(({ key }) => key)).toEqual(['__proto__'])
})

test('no text makes the reader throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json()),
      (text) => Object.keys(readPolicyFile(text)).length === 1,
    ),
  )
})
