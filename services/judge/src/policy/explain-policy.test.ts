import { expect, test } from 'vitest'
import { listKeys } from './dotted-keys.ts'
import { explainPolicy } from './explain-policy.ts'
import { toServicePolicy } from './read-policy-file.ts'

const service = toServicePolicy({
  mode: { default: 'observe', 'acme/*': 'act' },
  ci: { wait: '30m' },
  judge: { prices: { 'openai/gpt-5.2': { input: 1, cached_input: 0.1, output: 8 } } },
  locked: ['review.required', 'diff'],
})
const explain = (text: string | null, repository: string | null = 'acme/widgets') => {
  const { keys, ...rest } = explainPolicy(service, repository, text)
  return { ...rest, find: (key: string) => keys.find((one) => one.key === key), keys }
}

test('every key of the policy has a value, an origin and a meaning', () => {
  const { keys } = explainPolicy(toServicePolicy({}), null, null)
  const known = listKeys(toServicePolicy({}).written).filter((key) => key !== 'version')
  expect(keys.map(({ key }) => key)).toEqual(known)
  expect(keys.filter(({ meaning }) => meaning === '')).toEqual([])
  for (const { value, default: shipped } of keys) expect(value).toEqual(shipped)
  expect(new Set(keys.map((key) => key.origin))).toEqual(new Set(['default']))
})

test('a key says who set it: the service, the repository, or no one', () => {
  const { find } = explain('review:\n  wait: 5m\n')
  expect(find('ci.wait')).toMatchObject({ value: '30m', default: '60m', origin: 'service' })
  expect(find('review.wait')).toMatchObject({ value: '5m', default: '60m', origin: 'repository' })
  expect(find('review.arrival')).toMatchObject({ value: '5m', origin: 'default' })
  expect(find('mode')).toMatchObject({ value: 'act', origin: 'service' })
  expect(explain(null, 'other/one').find('mode')?.value).toBe('observe')
})

test('what a repository says in vain is shown with its value and why', () => {
  const { find, faults } = explain(
    'review: { required: false }\ndiff: { max_files: 9 }\nbudget: { run_usd: 99 }\n' +
      'attempts: { max: 50 }\nmode: observe\n',
  )
  expect(faults).toEqual([])
  expect(find('review.required')).toMatchObject({
    value: true,
    locked: true,
    ignored: [{ value: false, because: "locked by the service's policy" }],
  })
  expect(find('diff.max_files')).toMatchObject({ value: 200, ignored: [{ value: 9 }] })
  expect(find('diff.max_lines')).toMatchObject({ locked: true, ignored: [] })
  expect(find('budget.run_usd')).toMatchObject({
    value: 2,
    locked: false,
    ignored: [{ value: 99, because: "only the service's own policy sets it" }],
  })
  expect(find('attempts.max')).toMatchObject({ value: 3, ignored: [{ value: 50 }] })
  expect(find('mode')?.ignored).toEqual([
    { value: 'observe', because: "only the service's own policy sets it" },
  ])
})

test('an unusable file changes nothing, and says why', () => {
  const { faults, find } = explain('review: { wait: soon }\n')
  expect(faults).toEqual([expect.stringMatching(/^line 1: review\.wait: "soon" is invalid/)])
  expect(find('review.wait')).toMatchObject({ value: '60m', origin: 'default' })
})

test('a map by names is one key, whatever its names contain', () => {
  expect(explain(null).find('judge.prices')).toMatchObject({
    value: { 'openai/gpt-5.2': { input: 1 } },
    default: {},
    origin: 'service',
  })
})

test('a key that nothing acts on says so', () => {
  expect(explain(null).find('tuning.enabled')?.enforced).toBe(false)
  expect(explain(null).find('ci.wait')?.enforced).toBe(true)
})
