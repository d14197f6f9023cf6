import { expect, test } from 'vitest'
import { makeDiff } from '../../../../test/harness/make-diff.ts'
import { readChange } from './change-context.ts'
import { findReasons } from './explain-loss.ts'

const source = (before: string, after: string) =>
  findReasons(readChange(makeDiff({ 'src/cart.ts': [before, after] }), new Map()))

test.each([
  ['a function', 'export function discount(cart) {\n}\n', 'expect(discount(cart)).toBe(3)'],
  ['a method', 'class Cart {\n  count(sku) {\n  }\n}\n', 'expect(cart.count("tea")).toBe(2)'],
  ['a member', 'cart.now = clock\n', 'cart.now = () => start'],
  ['a message', "throw new Error('rock has no price')\n", "toThrow('rock has no price')"],
  ['a flag', "option('--version-short')\n", "run(['--version-short'])"],
])('%s that leaves the source is a reason', (_name, before, check) =>
  expect(source(before, '').explain(check)).toContain('is removed from the source'),
)

test.each([
  ['a local variable', 'function f() {\n  const basket = load()\n}\n', 'expect(basket).toBe(3)'],
  ['a comment', '// the basket is sorted\n', 'expect(basket).toBe(3)'],
  ['a general word', 'return result\n', 'expect(result).toBe(3)'],
])('%s that leaves the source is none', (_name, before, check) =>
  expect(source(before, 'function f() {\n}\n').explain(check)).toBeNull(),
)

test('what the source only moves or changes is no reason', () => {
  const moved = source('discount(cart)\n', 'if (cart) discount(cart)\n')
  expect(moved.explain('expect(discount(cart)).toBe(3)')).toBeNull()
})

const inTests = (...added: readonly string[]) =>
  findReasons(
    readChange(makeDiff({ 'src/a.test.ts': ['one\n', `one\n${added.join('\n')}\n`] }), new Map()),
  )
const check = "expect(skus()).toEqual(['tea', 'cup'])"

test('values that an added check or row has are checked there', () => {
  expect(inTests("expect(listed).toBe('tea', 'cup')").explain(check)).toContain('in another form')
  expect(inTests("  ['tea', 'cup'],").explain(check)).toContain('in another form')
})

test('values that are only given to the program, or stand in a comment, are not', () => {
  expect(inTests("const cart = fill('tea', 'cup')").explain(check)).toBeNull()
  expect(inTests("// expect(skus()).toEqual(['tea', 'cup'])").explain(check)).toBeNull()
})
