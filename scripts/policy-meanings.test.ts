import { expect, test } from 'vitest'
import { listMeanings } from './policy-meanings.ts'

test('a key has its own comment, that of the key above it, or that of its section', () => {
  const text = `# About the file.

# The format.
version: 1

# About money.
budget:
  run: 2
  # Labels that raise it:
  #   { large: 40 }
  labels: {}
  more: 1

flat: { a: 1, b: 2 }
`
  expect(Object.fromEntries(listMeanings(text))).toEqual({
    version: 'The format.',
    'budget.run': 'About money.',
    'budget.labels': 'Labels that raise it: { large: 40 }',
    'budget.more': 'Labels that raise it: { large: 40 }',
    'flat.a': '',
    'flat.b': '',
  })
})
