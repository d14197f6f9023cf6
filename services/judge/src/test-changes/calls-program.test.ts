import { expect, test } from 'vitest'
import { callsProgram } from './calls-program.ts'

test.each([
  ["it('a', () => {})"],
  ["it('a', () => {\n  const sum = 1 + 2\n  expect(sum).toBe(3)\n})"],
  ['def test_a():\n    # later: price(3)\n    pass'],
  ['func test_a(t *testing.T) {\n\tfor _, role := range []string{"a"} {\n\t\tt.Log(role)\n\t}\n}'],
])('a test that cannot fail: %s', (code) => expect(callsProgram(code, 'test_a')).toBe(false))

test.each([
  ["it('a', () => {\n  expect(price(3)).toBe(3)\n})"],
  ["it('a', () => {\n  const { all } = summary\n  expect(all).toBe(3)\n})"],
  ["it('a', () => {\n  expect(['x'].map(parse)).toEqual([1])\n})"],
  ["it('a', () => {\n  render(<Cart />)\n})"],
  ['def test_a():\n    assert total == 3'],
  ['func test_a(t *testing.T) {\n\tif got := Price(3); got != 3 {\n\t\tt.Error(got)\n\t}\n}'],
])('a test that may fail: %s', (code) => expect(callsProgram(code, 'test_a')).toBe(true))
