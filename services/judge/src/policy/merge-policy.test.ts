import { expect, test } from 'vitest'
import { mergePolicy, selectMode } from './merge-policy.ts'
import { readPolicyFile, type ServicePolicy } from './read-policy-file.ts'

const readService = (text = ''): ServicePolicy => {
  const read = readPolicyFile(text)
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return read.ok
}

test('a repository without a policy file has the policy of the service', () => {
  const { policy, reading } = mergePolicy(readService('ci: { wait: 10m }'), 'acme/widgets', null)
  expect(reading).toEqual({ kind: 'absent' })
  expect(policy).toMatchObject({ mode: 'act', ci: { wait: 600_000, no_checks_grace: 300_000 } })
})

test('a repository may set single keys and keeps the rest', () => {
  const text =
    'review: { required: false }\nci: { conclusions: { neutral: failure }, required: [unit] }\ndiff: { max_files: 5 }\ntests: { weakened: "off" }\n'
  const { policy, reading } = mergePolicy(readService(), 'acme/widgets', text)
  expect(reading).toEqual({ kind: 'applied', ignored: [] })
  expect(policy.review).toMatchObject({ required: false, wait: 3_600_000 })
  expect(policy.ci).toMatchObject({
    required: ['unit'],
    conclusions: { neutral: 'failure', skipped: 'success' },
  })
  expect(policy.diff.max_files).toBe(5)
  expect(policy.tests.weakened).toBe('off')
})

test('keys that a repository may not set are ignored and listed, whatever their value', () => {
  const text =
    'judge: { models: [] }\nsecrets: 7\nmode: observe\nlocked: []\nnonsense: 1\nbudget: { run_usd: 1000 }\nreview: { wait: 2h }\n'
  const { policy, reading } = mergePolicy(readService(), 'acme/widgets', text)
  expect(policy.judge.models).toEqual(['openai/gpt-5.2'])
  expect(policy.budget.run_usd).toBe(2)
  expect(policy.mode).toBe('act')
  expect(policy.review.wait).toBe(7_200_000)
  expect(reading.kind === 'applied' && reading.ignored.map((note) => note.split(':')[0])).toEqual([
    'judge',
    'secrets',
    'mode',
    'locked',
    'nonsense',
    'budget',
  ])
})

test('locked keys and locked sections are ignored', () => {
  const own = readService(
    'locked: [review.required, ci.conclusions, tests]\nreview: { required: true }\n',
  )
  const text =
    'review: { required: false, wait: 2h }\nci: { conclusions: { skipped: failure }, wait: 2h }\ntests: { weakened: "off" }\n'
  const { policy, reading } = mergePolicy(own, 'acme/widgets', text)
  expect(policy.review).toMatchObject({ required: true, wait: 7_200_000 })
  expect(policy.ci).toMatchObject({ wait: 7_200_000, conclusions: { skipped: 'success' } })
  expect(policy.tests.weakened).toBe('needs_iteration')
  expect(reading).toMatchObject({
    kind: 'applied',
    ignored: [
      expect.stringMatching(/^review\.required: locked/),
      expect.stringMatching(/^ci\.conclusions: locked/),
      expect.stringMatching(/^tests: locked/),
    ],
  })
})

test('a repository may say whose reviews count, unless the service locks it', () => {
  const text = 'review: { people: everyone }'
  expect(mergePolicy(readService(), 'acme/widgets', text).policy.review.people).toBe('everyone')
  const locked = readService('locked: [review.people]')
  expect(mergePolicy(locked, 'acme/widgets', text).policy.review.people).toBe('collaborators')
  expect(mergePolicy(readService(), 'acme/widgets', null).policy.review.people).toBe(
    'collaborators',
  )
})

test('a repository may have fewer attempts and longer pauses', () => {
  const { policy, reading } = mergePolicy(
    readService(),
    'acme/widgets',
    'attempts: { max: 1, backoff: [10m, 1h] }',
  )
  expect(policy.attempts).toMatchObject({ max: 1, backoff: [600_000, 3_600_000] })
  expect(reading).toEqual({ kind: 'applied', ignored: [] })
})

test.each([
  ['more attempts', 'attempts: { max: 4 }'],
  ['more infrastructure failures', 'attempts: { infrastructure_max: 6 }'],
  ['a shorter first pause', 'attempts: { backoff: [1m, 15m, 45m] }'],
  ['a shorter later pause', 'attempts: { backoff: [10m] }'],
  ['a shorter pause beyond the end of the list', 'attempts: { backoff: [5m, 15m, 45m, 10m] }'],
])('%s than the service allows is ignored and listed', (_what, text) => {
  const { policy, reading } = mergePolicy(readService(), 'acme/widgets', text)
  expect(policy.attempts).toEqual(mergePolicy(readService(), 'acme/widgets', null).policy.attempts)
  expect(reading.kind === 'applied' && reading.ignored).toHaveLength(1)
})

test.each([
  ['not YAML', 'ci: {'],
  ['a wrong type', 'ci:\n  wait: 12\n'],
  ['an unknown key in a section', 'ci:\n  waits: 12m\n'],
  ['a list', '- ci'],
  ['another version', 'version: 2'],
])('a repository file that is %s is invalid and changes nothing', (_what, text) => {
  const { policy, reading } = mergePolicy(readService(), 'acme/widgets', text)
  expect(reading).toMatchObject({ kind: 'invalid', faults: [expect.stringMatching(/^line \d+: /)] })
  expect(policy).toEqual(mergePolicy(readService(), 'acme/widgets', null).policy)
})

test('an empty repository file applies and sets nothing', () => {
  expect(mergePolicy(readService(), 'acme/widgets', '# nothing yet\n').reading).toEqual({
    kind: 'applied',
    ignored: [],
  })
})

test.each([
  ['acme/widgets', 'act'],
  ['Acme/Widgets', 'act'],
  ['acme/gears', 'observe'],
  ['acme/.github', 'observe'],
  ['other/thing', 'act'],
])('the longest pattern that matches %s decides: %s', (repository, mode) => {
  expect(
    selectMode({ default: 'act', 'acme/*': 'observe', 'acme/widgets': 'act' }, repository),
  ).toBe(mode)
})

test('of two patterns of equal length, observe wins', () => {
  expect(selectMode({ 'acme/a*': 'act', 'acme/*a': 'observe' }, 'acme/aba')).toBe('observe')
  expect(selectMode({ 'acme/*a': 'observe', 'acme/a*': 'act' }, 'acme/aba')).toBe('observe')
})

test('a run of an unknown repository has the default mode', () => {
  expect(selectMode({ default: 'observe', '**': 'act' }, null)).toBe('observe')
  expect(selectMode({ 'acme/*': 'observe' }, null)).toBe('act')
})

test('the version is equal only for equal rules', () => {
  const version = (own: string, text: string | null) =>
    mergePolicy(readService(own), 'acme/widgets', text).policy.version
  expect(version('ci: { wait: 60m }', null)).toBe(version('', null))
  expect(version('ci: { wait: 1h }', '# no change')).toBe(version('', null))
  expect(version('', 'ci: { wait: 61m }')).not.toBe(version('', null))
  expect(version('mode: observe', null)).not.toBe(version('', null))
})

test('the origin of each key says who set it', () => {
  const service = readService(
    'ci: { wait: 10m, required: [unit] }\nlocked: [review.required]\njudge: { models: [codex] }\n',
  )
  const text =
    'ci: { wait: 20m }\nreview: { required: false, wait: 2h }\nattempts: { max: 9 }\nbudget: { run_usd: 9 }\n'
  const { origins } = mergePolicy(service, 'acme/widgets', text)
  expect(origins).toMatchObject({
    'ci.wait': 'repository',
    'ci.required': 'service',
    'ci.ignore': 'default',
    'review.required': 'default',
    'review.wait': 'repository',
    'attempts.max': 'default',
    'budget.run_usd': 'default',
    'judge.models': 'service',
  })
  expect(mergePolicy(service, 'acme/widgets', 'ci: {').origins).toEqual(
    mergePolicy(service, 'acme/widgets', null).origins,
  )
  expect(Object.values(mergePolicy(service, 'acme/widgets', null).origins)).not.toContain(
    'repository',
  )
})

test('a file of a repository is bounded, and so is what is said about it', () => {
  const read = (text: string) => mergePolicy(readService(), 'acme/widgets', text).reading
  const keys = Array.from({ length: 1_000 }, (_, n) => `k${n}: 1`)
  expect(read(keys.join('\n'))).toMatchObject({
    kind: 'applied',
    ignored: expect.arrayContaining(['and 950 more']),
  })
  const unknown = keys.map((key) => `  ${key}`)
  const reading = read(`ci:\n${unknown.join('\n')}`)
  expect(reading).toMatchObject({ faults: expect.arrayContaining(['and 950 more']) })
  expect(read(`# ${'x'.repeat(16_384)}`)).toMatchObject({
    faults: [expect.stringMatching(/longer than 16384 characters/)],
  })
  for (const glob of [`"${'{a,b}'.repeat(30)}"`, `"${'a'.repeat(1_001)}"`])
    expect(read(`diff: { allowed_paths: [${glob}] }`)).toMatchObject({
      kind: 'invalid',
      faults: [expect.stringMatching(/a glob such as src/)],
    })
})
