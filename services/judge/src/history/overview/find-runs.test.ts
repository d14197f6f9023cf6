import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_FIND_CHARACTERS, parseWanted } from './find-runs.ts'

const id = '0199aaaa-0000-7000-8000-0000000000ab'

test.each([
  [id.toUpperCase(), { kind: 'run', id }],
  [`https://judge.example/runs/${id}?tab=x`, { kind: 'run', id }],
  ['acme/widgets#12', { kind: 'numbered', repository: 'acme/widgets', number: 12 }],
  [' acme/widgets #12 ', { kind: 'numbered', repository: 'acme/widgets', number: 12 }],
  [
    'https://github.com/acme/widgets/pull/12/files#diff',
    { kind: 'numbered', repository: 'acme/widgets', number: 12 },
  ],
  [
    'https://ghe.example/acme/widgets/issues/7',
    { kind: 'numbered', repository: 'acme/widgets', number: 7 },
  ],
  ['acme/widgets/issues/7', { kind: 'numbered', repository: 'acme/widgets', number: 7 }],
  ['#123', { kind: 'number', number: 123 }],
  ['123', { kind: 'number', number: 123 }],
  ['1234567', { kind: 'commit', prefix: '1234567' }],
  ['691B448', { kind: 'commit', prefix: '691b448' }],
  ['691b44', { kind: 'words', words: ['691b44'] }],
  ['#0', { kind: 'words', words: ['#0'] }],
  ['#99999999999', { kind: 'words', words: ['#99999999999'] }],
  ['round widget', { kind: 'words', words: ['round', 'widget'] }],
  ['', { kind: 'words', words: [] }],
])('%j is read as what it names', (given, wanted) => {
  expect(parseWanted(given)).toEqual(wanted)
})

test('any text is read as something, and in time linear to its length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2 * MAX_FIND_CHARACTERS }), (given) => {
      const wanted = parseWanted(given)
      if (wanted.kind === 'words') expect(wanted.words.length).toBeLessThanOrEqual(8)
    }),
  )
})
