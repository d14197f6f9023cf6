import { expect, test } from 'vitest'
import { joinHeadline, splitNext } from './headline.ts'

test('the headline is the status words and the sentence', () => {
  expect(joinHeadline({ statusWords: 'Closed', headline: 'ana merged it' })).toBe(
    'Closed: ana merged it',
  )
  expect(joinHeadline({ statusWords: 'Closed', headline: '' })).toBe('Closed')
})

const pickStrong = (text: string, needsYou: boolean): readonly string[] =>
  splitNext({ text, needsYou }).flatMap((part) => (part.isStrong ? [part.text] : []))

test('what a person has to do is strong, and else that there is nothing', () => {
  expect(pickStrong('Merge #2140. The service never merges.', true)).toEqual(['Merge #2140.'])
  expect(
    pickStrong('Attempt 2 starts at 08:56. There is nothing for you to do here.', false),
  ).toEqual(['There is nothing for you to do here.'])
  expect(pickStrong('If no review comes by 10:21, a person is asked.', false)).toEqual([
    'If no review comes by 10:21, a person is asked.',
  ])
})

test('a version or a file name ends no sentence', () => {
  expect(splitNext({ text: 'Uses gpt-5.2 and a.ts now.', needsYou: false })).toHaveLength(1)
})
