import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { type FileChange, makeDiff } from '../../../../test/harness/make-diff.ts'
import { findTestChanges } from './find-test-changes.ts'
import type { FileTexts } from './side-text.ts'

const path = 'src/cart.test.ts'
const source = 'src/cart.ts'
const write = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')
const suite = (...lines: readonly string[]) => write("describe('Cart', () => {", ...lines, '})')
const adds = [
  "  it('adds', () => {",
  "    const cart = fill('tea', 'cup')",
  '    expect(cart.total()).toBe(1250)',
  "    expect(cart.skus()).toEqual(['tea', 'cup'])",
  '  })',
]
const refuses = [
  "  it('refuses', () => {",
  "    expect(() => fill('rock')).toThrow('rock has no price')",
  '  })',
]
const before = suite(...adds, ...refuses)

const find = (files: Readonly<Record<string, FileChange>>, texts: FileTexts = new Map()) =>
  findTestChanges(makeDiff(files), texts)
const summarize = (files: Readonly<Record<string, FileChange>>, texts?: FileTexts) =>
  find(files, texts).map(({ answer, kind, side, line }) => `${answer} ${kind} ${side}:${line}`)

/** The same change described by hunks alone, and with the whole files. */
function expectBoth(
  after: string,
  found: readonly string[],
  more: Record<string, FileChange> = {},
) {
  const files = { [path]: [before, after] as const, ...more }
  const texts = new Map(
    Object.entries(files).map(([name, [base, head]]) => [name, { base, head }] as const),
  )
  expect(summarize(files)).toEqual(found)
  expect(summarize(files, texts)).toEqual(found)
}

describe('less is checked', () => {
  test('a test is deleted', () => expectBoth(suite(...adds), ['weakened test_deleted old:7']))

  test('an assertion depends on a switch of the environment', () =>
    expectBoth(
      suite(
        ...adds.with(2, '    if (process.env.FULL) expect(cart.total()).toBe(1250)'),
        ...refuses,
      ),
      ['weakened assertion_conditional new:4'],
    ))

  test('an assertion moves to another test, and demands less there', () =>
    expectBoth(
      suite(
        ...adds.toSpliced(2, 1),
        ...refuses.toSpliced(2, 0, '    expect(cart.total()).toBeTruthy()'),
      ),
      ['weakened assertion_loosened new:8'],
    ))

  test('a test file is deleted', () =>
    expect(summarize({ [path]: [before, null] })).toEqual([
      'weakened file_deleted old:1',
      'weakened test_deleted old:2',
      'weakened test_deleted old:7',
    ]))

  test.each([
    [3, 'expect(cart.total()).toBeGreaterThan(0)', 'assertion_loosened new:4'],
    [2, "const cart = fill('tea', 'cup'); if (!cart.ready) return", 'assertion_conditional new:3'],
    [1, "it.skip('adds', () => {", 'skip_added new:2'],
    [1, "it.only('adds', () => {", 'focus_added new:2'],
    [1, "it.fails('adds', () => {", 'expected_failure new:2'],
    [1, "it('adds', { retry: 2 }, () => {", 'retry_added new:2'],
    [3, 'expect(true).toBe(true)', 'always_true new:4'],
  ])('line %i of a test becomes `%s`', (line, text, found) =>
    expectBoth(suite(...adds.with(line - 1, `    ${text}`), ...refuses), [`weakened ${found}`]),
  )

  test('one of two assertions is removed', () =>
    expectBoth(suite(...adds.toSpliced(3, 1), ...refuses), ['weakened assertion_removed old:5']))

  test('an assertion becomes a comment', () =>
    expectBoth(
      suite(...adds.with(3, "    // expect(cart.skus()).toEqual(['tea', 'cup'])"), ...refuses),
      ['weakened assertion_removed old:5', 'weakened commented_out new:5'],
    ))
})

describe('lines stay, but something is put around them', () => {
  const around = (open: string, close: string) =>
    suite(...adds.toSpliced(2, 0, `    ${open}`).toSpliced(5, 0, `    ${close}`), ...refuses)

  test('a condition', () =>
    expectBoth(around('if (cart.ready) {', '}'), [
      'weakened assertion_conditional new:5',
      'weakened assertion_conditional new:6',
    ]))

  test('a catch', () =>
    expectBoth(around('try {', '} catch {}'), [
      'weakened error_swallowed new:5',
      'weakened error_swallowed new:6',
      'question error_swallowed new:7',
    ]))

  test('a comment', () =>
    expectBoth(around('/*', '*/'), [
      'weakened commented_out old:4',
      'weakened commented_out old:5',
    ]))
})

describe('as much is checked as before', () => {
  test('a test moves to another file', () =>
    expect(
      summarize({
        [path]: [before, suite(...adds)],
        'src/refusal.test.ts': [null, suite(...refuses)],
      }),
    ).toEqual([]))

  test('a test gets another name', () =>
    expectBoth(suite(...adds, ...refuses.with(0, "  it('rejects rocks', () => {")), []))

  test('two tests become one', () =>
    expectBoth(suite(...adds.slice(0, -1), ...refuses.slice(1)), ['justified test_deleted old:7']))

  test('but not within a test that does not run', () => {
    const skipped = adds.with(0, "  it.skip('adds', () => {")
    const base = suite(...skipped, ...refuses)
    const head = suite(...skipped.slice(0, -1), ...refuses.slice(1))
    const texts = new Map([[path, { base, head }]])
    expect(summarize({ [path]: [base, head] }, texts)).toEqual(['weakened test_deleted old:7'])
  })

  test('several assertions become one about the whole value', () => {
    const parts = [
      '    expect(cart.skus().length).toBe(2)',
      "    expect(cart.skus()).toContain('tea')",
    ]
    const files = {
      [path]: [suite(...adds.toSpliced(3, 1, ...parts), ...refuses), before],
    } as const
    expect(summarize(files)).toEqual([])
  })

  test.each([
    ["{ name: 'tea', cents: 350 }", []],
    ["{ name: 'tea', cents: 3500 }", ['question']],
    ["{ name: 'tea', cents: expect.any(Number) }", ['question']],
  ])('or one about %s', (whole, answers) => {
    const head = adds.toSpliced(2, 2, `    expect(cart.first()).toEqual(${whole})`)
    const parts = ["    expect(item.name).toBe('tea')", '    expect(item.cents).toBe(350)']
    const base = adds.toSpliced(2, 2, '    const item = cart.first()', ...parts)
    const found = find({ [path]: [suite(...base), suite(...head)] })
    expect(found.map(({ answer }) => answer)).toEqual(answers)
  })

  test('assertions are only laid out in another way', () =>
    expectBoth(
      suite(
        ...adds.toSpliced(
          3,
          1,
          '    expect(',
          '      cart.skus(),',
          '    ).toEqual([',
          "      'tea',",
          "      'cup',",
          '    ])',
        ),
        ...refuses,
      ),
      [],
    ))

  test('a skip speaks of the machine', () =>
    expectBoth(
      suite(
        ...adds.with(0, "  it.skipIf(process.platform === 'win32')('adds', () => {"),
        ...refuses,
      ),
      [],
    ))

  test('a new test is skipped', () =>
    expectBoth(
      suite(...adds, ...refuses, "  it.skip('later', () => {", '    expect(1).toBe(2)', '  })'),
      [],
    ))
})

describe('there is a reason', () => {
  const priced = write(
    'export function price(sku) {',
    "  throw new Error(sku + ' has no price')",
    '}',
  )

  test('the tested function goes, too', () =>
    expectBoth(suite(...adds), ['justified test_deleted old:7'], {
      [source]: [priced.replace('price(', 'fill('), ''],
    }))

  test('a message follows the source', () =>
    expectBoth(
      suite(
        ...adds,
        ...refuses.with(1, "    expect(() => fill('rock')).toThrow('rock lacks a price')"),
      ),
      ['retuned expectation_changed new:8'],
      { [source]: [priced, priced.replace('has no', 'lacks a')] },
    ))

  test('without a change of the source, another value is a question', () =>
    expectBoth(suite(...adds.with(2, '    expect(cart.total()).toBe(1300)'), ...refuses), [
      'question expectation_changed new:4',
    ]))
})

test('a finding keeps its id when lines move, and loses it when the check is another one', () => {
  const [first] = find({ [path]: [before, suite(...adds)] })
  const [moved] = find({
    [path]: [`// a comment\n\n${before}`, `// a comment\n\n${suite(...adds)}`],
  })
  const [other] = find({ [path]: [before, suite(...refuses)] })
  expect(first?.id).toMatch(/^test-[0-9a-f]{16}$/)
  expect(moved?.id).toBe(first?.id)
  expect(other?.id).not.toBe(first?.id)
})

test('a test file that cannot be read is asked about, never passed over', () => {
  const binary = makeDiff({ [path]: [before, suite(...adds)] })
  const files = binary.files.map((file) => ({ ...file, binary: true, hunks: [] }))
  expect(findTestChanges({ ...binary, files }, new Map()).map(({ answer }) => answer)).toEqual([
    'question',
  ])
})

const names = [
  'src/a.test.ts',
  'a_test.py',
  'a_test.go',
  'src/ATest.java',
  'ATest.kt',
  'tests/a.rs',
]
const more = [
  'spec/a_spec.rb',
  '.github/workflows/ci.yml',
  'package.json',
  'src/__snapshots__/a.snap',
]
const anyText = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.constantFrom(...before.split('\n'), 'def test_a():', '  assert x == 1', '}', '(', '"'),
    ),
    { maxLength: 12 },
  )
  .map((lines) => write(...lines))

property.prop([fc.constantFrom(...names, ...more), anyText, anyText])(
  'any text of any file has an answer, and each finding has a place in it',
  (name, old, head) => {
    fc.pre(old !== head)
    const lines = Math.max(old.split('\n').length, head.split('\n').length)
    for (const finding of find({ [name]: [old, head] })) {
      expect(finding.path).toBe(name)
      expect(finding.line).toBeLessThanOrEqual(lines)
    }
  },
)

property.prop([anyText])('a file that does not change has no findings', (text) => {
  const texts = new Map([['src/a.test.ts', { base: text, head: `${text}\n` }]])
  expect(find({ 'src/a.test.ts': [text, `${text}\n`] }, texts)).toEqual([])
})
