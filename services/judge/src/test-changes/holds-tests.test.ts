import { expect, test } from 'vitest'
import { parseDiff } from '../diff/parse-diff.ts'
import { findTestChanges } from './find-test-changes.ts'
import { findOwnTests, holdsOwnTests, leaveOwnTests } from './holds-tests.ts'

/** A change of `src/ring.rs` with one hunk. */
function read(heading: string, ...lines: readonly string[]) {
  const count = (signs: string) => lines.filter((line) => signs.includes(line[0] ?? '')).length
  const text = [
    'diff --git a/src/ring.rs b/src/ring.rs',
    'index 1111111..2222222 100644',
    '--- a/src/ring.rs',
    '+++ b/src/ring.rs',
    `@@ -9,${count(' -')} +9,${count(' +')} @@ ${heading}`,
    ...lines,
    '',
  ].join('\n')
  const diff = parseDiff(text)
  const [file] = diff.files
  const [hunk] = file?.hunks ?? []
  if (file === undefined || hunk === undefined) throw new Error('no hunk')
  return { diff, file, hunk }
}

test.each([
  ['behind the mark of their module', '', [' fn f() {}', ' #[cfg(test)]', '-mod tests {'], 1],
  ['behind the mark of a test', '', [' }', ' #[tokio::test]', '-async fn a() {'], 1],
  ['as git names their module', 'mod tests {', ['-    assert!(a);'], 0],
  ['as values are compared', '', ['-    assert_eq!(a, 1);'], 0],
  ['nowhere, as a program asserts, too', 'impl Ring {', ['-    assert_eq!(a, 1);'], 1],
  ['nowhere, as a program asserts conditions', '', ['-    assert!(a > 0);'], 1],
])('tests begin %s', (_name, heading, lines, start) => {
  const { hunk, file } = read(heading, ...lines)
  expect(findOwnTests(hunk)).toBe(start)
  expect(holdsOwnTests(file)).toBe(start < lines.length)
  expect(leaveOwnTests(file).hunks[0]?.lines).toHaveLength(start)
})

test('an assertion of the program is no check that may be lost', () => {
  const { diff } = read('impl Ring {', '-    debug_assert!(self.len() < 9);', '     a()')
  expect(findTestChanges(diff, new Map())).toEqual([])
})

test('a test that goes is not explained by its own lines', () => {
  const { diff } = read(
    'mod tests {',
    '     }',
    ' ',
    '-    #[test]',
    '-    fn keeps_what_fits() {',
    '-        assert_eq!(fill(2).len(), 2);',
    '-    }',
    '-',
    '     #[test]',
    '     fn drops() {',
  )
  expect(findTestChanges(diff, new Map())).toMatchObject([
    { answer: 'weakened', kind: 'test_deleted', test: 'keeps_what_fits' },
  ])
})
