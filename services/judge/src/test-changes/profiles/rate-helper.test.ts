import { expect, test } from 'vitest'
import { rateHelper } from './rate-helper.ts'

test.each([
  ['assertPop', 'equal'],
  ['assert_frame_equal', 'equal'],
  ['assert_same_tree', 'equal'],
  ['assertContainsLine', 'shape'],
  ['expect_at_least', 'shape'],
  ['assert_ok', 'exists'],
  ['checkValid', 'exists'],
  ['requireNoError', 'runs'],
  ['VerifyNone', 'runs'],
])('%s demands as much as its name says: %s', (name, strength) =>
  expect(rateHelper(name)).toBe(strength),
)
