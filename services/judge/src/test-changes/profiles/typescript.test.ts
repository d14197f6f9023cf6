import { expect, test } from 'vitest'
import { summarizeFacts } from '../../../../../test/harness/summarize-facts.ts'

const read = (...lines: readonly string[]) => summarizeFacts('src/a.test.ts', lines.join('\n'))
const inTest = (...lines: readonly string[]) =>
  read("it('a', async () => {", ...lines, '})')
    .slice(1)
    .map((fact) => fact.replace(/^\d+ /, ''))

test('suites, tests and the rows of tables are found', () => {
  expect(
    read(
      "describe('Cart', () => {",
      "  it('adds', () => {})",
      '  it.each([',
      '    [1, 2],',
      '    [3, 4],',
      "  ])('doubles %i', (n, double) => {})",
      '  test(`empty`, async function () {})',
      "  it('later')",
      "  helper('no test', () => {})",
      '})',
      "Deno.test('deno', () => {})",
    ),
  ).toEqual([
    '1 suite Cart',
    '2 test adds',
    '3 test doubles %i',
    '4 parameter [1, 2]',
    '5 parameter [3, 4]',
    '7 test empty',
    '11 test deno',
  ])
})

test.each([
  ['expect(a.b).toEqual([1, 2])', ['equal: a.b toEqual [1, 2]']],
  ['await expect(load()).resolves.toBe(3)', ['equal: load() toBe 3']],
  ['expect(a).not.toBeNull()', ['exists: a toBeNull']],
  ['expect(a).toBeTruthy()', ['exists: a toBeTruthy']],
  ['expect(a).toContain("x")', ['shape: a toContain "x"']],
  ['expect(a).toEqual(expect.anything())', ['exists: a toEqual expect.anything()']],
  ['expect(a).toEqual(expect.any(Number))', ['shape: a toEqual expect.any(Number)']],
  ['expect(a).toBeCloseTo(0.5, 1)', ['shape: a toBeCloseTo 0.5, 1 ±0.05']],
  ['expect(() => f()).toThrow()', ['exists: () => f() toThrow']],
  ['expect(() => f()).toThrow("no price")', ['shape: () => f() toThrow "no price"']],
  ['expect(() => f()).not.toThrow()', ['runs: () => f() toThrow']],
  ['expect(a).toMatchInlineSnapshot()', ['exists: a toMatchInlineSnapshot']],
  ['user && expect(user.name).toBe(1)', ['equal: user.name toBe 1 if user']],
  ['expect(load()).resolves.toBe(3)', ['equal: load() toBe 3 (swallowed)']],
  ['expect(true).toBe(true)', ['nothing: true toBe true']],
  ['expect(a).toBe(a)', ['nothing: a toBe a']],
  ['expect(a.b).to.be.true', ['equal: a.b true']],
  ['expect(a).to.deep.equal({ b: 1 })', ['equal: a equal { b: 1 }']],
  ["assert.strictEqual(a.length, 2, 'two')", ['equal: a.length strictEqual 2']],
  ['assert.ok(a)', ['exists: a ok']],
  ['assert(true)', ['nothing: true assert']],
  ['t.deepEqual(a, [1])', ['equal: a deepEqual [1]']],
  ["cy.get('#a').should('have.text', 'b')", ["equal: cy.get('#a') text 'b'"]],
  ['expectTotal(cart, 3)', ['equal: cart expectTotal 3']],
  ['use(a)', []],
])('an assertion: %s', (line, facts) => expect(inTest(line)).toEqual(facts))

test.each([
  ["it.skip('a', () => {})", ['1 test a', '1 skip']],
  ["xit('a', () => {})", ['1 test a', '1 skip']],
  ["describe.only('a', () => {})", ['1 suite a', '1 focus']],
  ["fit('a', () => {})", ['1 test a', '1 focus']],
  ["test.failing('a', () => {})", ['1 test a', '1 expected_failure']],
  ["it.todo('a')", ['1 test a', '1 skip']],
  ["it.skipIf(slow)('a', () => {})", ['1 test a', '1 skip if slow']],
  [
    "it.skipIf(process.platform === 'win32')('a', () => {})",
    ['1 test a', "1 skip if process.platform === 'win32' (host)"],
  ],
  ["it('a', { retry: 3 }, () => {})", ['1 test a', '1 retry 3']],
  ["test('a', { skip: true }, () => {})", ['1 test a', '1 skip']],
  ["test('a', { skip: false }, () => {})", ['1 test a']],
  ['jest.retryTimes(2)', ['1 retry 2']],
  ["vi.mock('./cart.ts')", ['1 mock ./cart.ts']],
  ["vi.spyOn(cart, 'total').mockReturnValue(3)", ['1 mock total']],
  ["vi.spyOn(cart, 'total')", []],
  ['process.exit(0)', ['1 process']],
  ['process.exit(1)', []],
  ['expect.assertions(2)', ['1 plan 2']],
  ['// expect(a).toBe(1)', ['1 commented expect(a).toBe(1)']],
  ['// a sentence about expect and what it does', []],
])('what keeps a test from counting: %s', (line, facts) => expect(read(line)).toEqual(facts))

test('an assertion knows under which condition it runs, and whether its failure is dropped', () => {
  expect(inTest('if (a) {', '  expect(a).toBe(1)', '} else {', '  expect(b).toBe(1)', '}')).toEqual(
    ['equal: a toBe 1 if a', 'equal: b toBe 1 if not (a)'],
  )
  expect(inTest('try {', '  expect(a).toBe(1)', '} catch (e) {', '  log(e)', '}')).toEqual([
    'equal: a toBe 1 (swallowed)',
  ])
  expect(inTest('try {', '  expect(a).toBe(1)', '} catch (e) {', '  throw e', '}')).toEqual([
    'equal: a toBe 1',
  ])
  expect(
    inTest('try {', '  expect(a).toBe(1)', '} catch (e) {', '  if (late(e)) throw e', '}'),
  ).toEqual(['equal: a toBe 1 (swallowed)'])
  expect(inTest('if (!a) return', 'expect(a).toBe(1)')).toEqual([
    'early_return if !a',
    'equal: a toBe 1',
  ])
})

test.each([
  ['it begins in the middle', ['    expect(a).toBe(1)', '  })', '', "  it('b', () => {"]],
  ['it ends in a call', ["  it('b', () => {", '    expect(a).toBe(1)', '    expect(', '      c,']],
])('a fragment is read though %s', (_name, lines) => {
  const facts = read(...lines)
  expect(facts.filter((fact) => fact.endsWith('equal: a toBe 1'))).toHaveLength(1)
  expect(facts.filter((fact) => fact.endsWith('test b'))).toHaveLength(1)
})
