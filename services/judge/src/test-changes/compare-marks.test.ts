import { expect, test } from 'vitest'
import { makeDiff } from '../../../../test/harness/make-diff.ts'
import { findTestChanges } from './find-test-changes.ts'

const before = `import { total } from './cart'

describe('cart', () => {
  it('adds', () => {
    const sum = total([1, 2])
    expect(sum).toBe(3)
  })
})
`
const edit = (path: string, from: string, to: string) =>
  findTestChanges(makeDiff({ [path]: [before, before.replace(from, to)] }), new Map()).map(
    ({ answer, kind }) => `${answer} ${kind}`,
  )
const addAbove = (line: string) =>
  edit('src/cart.test.ts', "\ndescribe('cart'", `\n${line}\n\ndescribe('cart'`)

test.each([
  ["vi.mock('./cart')"],
  ["jest.mock('../src/cart.ts', () => ({ total: () => 3 }))"],
  ["vi.spyOn(cart, 'total').mockReturnValue(3)"],
])('what is under test is replaced: %s', (line) =>
  expect(addAbove(line)).toEqual(['weakened subject_mocked']),
)

test.each([
  ["vi.mock('./cart.store')"],
  ["vi.mock('../cart/prices')"],
  ["vi.spyOn(prices, 'load').mockReturnValue(3)"],
  ["vi.spyOn(cart, 'total')"],
  ['vi.useFakeTimers()'],
])('something else is replaced, or only watched: %s', (line) => expect(addAbove(line)).toEqual([]))

test.each([
  ["it.skip('adds'", ['weakened skip_added']],
  ["it.skipIf(process.env.CI)('adds'", ['weakened skip_added']],
  ["it.skipIf(process.platform === 'win32')('adds'", []],
  ["it.skipIf(!process.env.DATABASE_URL)('adds'", []],
  ["it.skipIf(!process.env.RUN_SLOW)('adds'", ['weakened skip_added']],
  ["it.fails('adds'", ['weakened expected_failure']],
])('the first line of a test becomes %s', (line, found) =>
  expect(edit('src/cart.test.ts', "it('adds'", line)).toEqual(found),
)

test('a file that is renamed so that no runner collects it is a loss, one that moves is none', () => {
  const rename = (to: string) => {
    const { files, ...diff } = makeDiff({ 'src/cart.test.ts': [before, `${before}\n`] })
    const renamed = files.map((file) => ({
      ...file,
      path: to,
      change: 'renamed' as const,
      hunks: [],
    }))
    return findTestChanges({ ...diff, files: renamed }, new Map()).map(({ kind }) => kind)
  }
  expect(rename('src/cart.skip.ts')).toEqual(['collection_lost'])
  expect(rename('src/__tests__/cart.off.ts')).toEqual(['collection_lost'])
  expect(rename('test/unit/cart.test.ts')).toEqual([])
  expect(rename('src/cart.spec.ts')).toEqual([])
})
