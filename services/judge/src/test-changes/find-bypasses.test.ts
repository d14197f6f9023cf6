import { expect, test } from 'vitest'
import { makeDiff } from '../../../../test/harness/make-diff.ts'
import { findTestChanges } from './find-test-changes.ts'

const write = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')
const find = (path: string, base: string, head: string) =>
  findTestChanges(makeDiff({ [path]: [base, head] }), new Map([[path, { base, head }]])).map(
    ({ answer, kind, line }) => `${answer} ${kind} ${line}`,
  )

const javascript = write("it('adds', () => {", '  expect(area(2, 3)).toBe(6)', '})')
const python = write('def test_area():', '    assert area(2, 3) == 6')

test.each([
  ["it['skip']('adds', () => {\n", 'weakened skip_added 1'],
  ["const it = test.skip\nit('adds', () => {\n", 'weakened skip_added 1'],
  ["const it = (..._: unknown[]) => {}\nit('adds', () => {\n", 'weakened always_true 1'],
  ["function expect() { return { toBe() {} } }\nit('adds', () => {\n", 'weakened always_true 1'],
])('%j gets around the runner', (lines, found) => {
  const head = javascript.replace("it('adds', () => {\n", lines)
  expect(find('a.test.ts', javascript, head)).toContain(found)
})

test.each([
  write('later = pytest.mark.skip', '', '@later') + python,
  python + write('', 'del test_area'),
  python + write('', 'def test_area():', '    pass'),
])('%j gets around pytest', (head) =>
  expect(find('test_area.py', python, head).join()).toMatch(
    /weakened (skip_added|collection_lost)/,
  ),
)

test.each([
  ['    session.exitstatus = 0', 'weakened exit_code_ignored 2'],
  ['    items[:] = [item for item in items if "slow" not in item.name]', 'question deselected 2'],
])('a hook with %j changes what the run says', (line, found) => {
  const base = 'import pytest\n'
  expect(find('tests/conftest.py', base, `${base}${line}\n`)).toContain(found)
})

test.each([
  ['a.test.ts', "import { area } from './area.ts'\n", 'const area = () => 6\n', javascript],
  ['test_area.py', 'from shop import area\n', 'def area(*_):\n    return 6\n\n', python],
])('%s: what is tested is defined by the test itself', (path, imports, fake, rest) =>
  expect(find(path, imports + rest, fake + rest)).toEqual(['question subject_mocked 1']),
)

test.each([
  ['a.test.ts', javascript, `// const it = test.skip\n${javascript}`],
  ['a.test.ts', javascript, `const maybe = process.env.DATABASE_URL ? it : it.skip\n${javascript}`],
  ['test_area.py', python, `slow = pytest.mark.slow\n\n${python}`],
  ['test_area.py', `from shop import area\n${python}`, `from shop.area import area\n${python}`],
])('%s: an honest edit', (path, base, head) => expect(find(path, base, head)).toEqual([]))
