import { expect, test } from 'vitest'
import { makeDiff } from '../../../../test/harness/make-diff.ts'
import { findTestChanges } from './find-test-changes.ts'

const write = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')
const find = (path: string, base: string, head: string) =>
  findTestChanges(makeDiff({ [path]: [base, head] }), new Map([[path, { base, head }]]))
    .filter(({ answer }) => answer !== 'justified')
    .map(({ answer, kind, before }) => `${answer} ${kind}: ${before}`)

const typescript = (...body: readonly string[]) => write("it('adds', () => {", ...body, '})')
const before = typescript('  expect(area(20, 30)).toBe(600)', '  expect(area(0, 30)).toBe(0)')
const helper = [
  'const checkArea = (width: number, height: number, expected: number) => {',
  '  expect(area(width, height)).toBe(expected)',
  '}',
]

test.each([
  [
    'a.test.ts',
    before,
    write(...helper) + typescript('  checkArea(20, 30, 600)', '  checkArea(0, 30, 0)'),
  ],
  [
    'test_a.py',
    write('def test_a():', '    assert area(20, 30) == 600', '    assert area(0, 30) == 0'),
    write(
      'def check(width, height, expected):',
      '    assert area(width, height) == expected',
      '',
      'def test_a():',
      '    check(20, 30, 600)',
      '    check(0, 30, 0)',
    ),
  ],
  [
    'a_test.go',
    write(
      'func TestA(t *testing.T) {',
      '\tif area(20, 30) != 600 {',
      '\t\tt.Error("wrong area")',
      '\t}',
      '}',
    ),
    write(
      'func wantArea(t *testing.T, width, height, want int) {',
      '\tif got := area(width, height); got != want {',
      '\t\tt.Errorf("area = %d, want %d", got, want)',
      '\t}',
      '}',
      '',
      'func TestA(t *testing.T) {',
      '\twantArea(t, 20, 30, 600)',
      '}',
    ),
  ],
  [
    'ATest.java',
    write(
      'class ATest {',
      '  @Test',
      '  void a() {',
      '    assertEquals(600, area(20, 30));',
      '  }',
      '}',
    ),
    write(
      'class ATest {',
      '  @Test',
      '  void a() {',
      '    expectArea(600, 20, 30);',
      '  }',
      '',
      '  private void expectArea(int expected, int width, int height) {',
      '    assertEquals(expected, area(width, height));',
      '  }',
      '}',
    ),
  ],
])('%s: assertions become calls of a helper', (path, base, head) =>
  expect(find(path, base, head)).toEqual([]),
)

test.each([
  [
    'demands less',
    0,
    'const checkArea = (width: number, height: number, expected: number) => {',
    1,
    '  expect(area(width, height)).toBeGreaterThan(expected)',
  ],
  [
    'looks at something else',
    1,
    '  expect(volume(width, height)).toBe(expected)',
    1,
    '  expect(volume(width, height)).toBe(expected)',
  ],
  [
    'looks only sometimes',
    1,
    '  if (expected) expect(area(width, height)).toBe(expected)',
    1,
    '  if (expected) expect(area(width, height)).toBe(expected)',
  ],
])('a helper that %s', (_, first, one, second, two) => {
  const lines = helper.with(first, one).with(second, two)
  const head = write(...lines) + typescript('  checkArea(20, 30, 600)', '  checkArea(0, 30, 0)')
  expect(find('a.test.ts', before, head)).not.toEqual([])
})

test.each([
  ['with other values', '  checkArea(20, 30, 500)'],
  ['only sometimes', '  if (process.env.FULL) checkArea(20, 30, 600)'],
])('a helper is called %s', (_, call) => {
  const head = write(...helper) + typescript(call, '  checkArea(0, 30, 0)')
  expect(find('a.test.ts', before, head)).not.toEqual([])
})

test('assertions stand in a function that nothing calls', () => {
  const head =
    write('function unused() {', ...before.split('\n').slice(1, 3), '}') +
    typescript('  area(20, 30)')
  expect(find('a.test.ts', before, head)).toEqual([
    'weakened assertion_removed: expect(area(20, 30)).toBe(600)',
    'weakened assertion_removed: expect(area(0, 30)).toBe(0)',
  ])
})
