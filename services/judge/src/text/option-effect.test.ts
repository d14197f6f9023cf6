import { expect, test } from 'vitest'
import { describeOptionEffect } from './option-effect.ts'
import { optionIds } from './question.ts'

test('every option says what follows outside, and an unknown one says that it is unknown', () => {
  const texts = optionIds.map((option) => describeOptionEffect(option, { attempt: 2 }))
  expect(new Set(texts).size).toBe(optionIds.length)
  expect(texts[0]).toContain('after attempt 2')
  for (const unknown of ['', 'toString', '__proto__'])
    expect(describeOptionEffect(unknown, { attempt: 1 })).toMatch(/does not know/)
})
