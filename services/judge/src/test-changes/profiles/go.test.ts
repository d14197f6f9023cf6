import { expect, test } from 'vitest'
import { summarizeFacts } from '../../../../../test/harness/summarize-facts.ts'

const read = (...lines: readonly string[]) => summarizeFacts('a/a_test.go', lines.join('\n'))
const inTest = (...lines: readonly string[]) =>
  read('func TestA(t *testing.T) {', ...lines, '}')
    .slice(1)
    .map((fact) => fact.replace(/^\d+ /, ''))

test('tests, subtests and the rows of tables are found', () => {
  expect(
    read(
      'func TestA(t *testing.T) {',
      '\ttests := []struct{ name string }{',
      '\t\t{name: "a"},',
      '\t\t{name: "b"},',
      '\t}',
      '\tfor _, tt := range tests {',
      '\t\tt.Run(tt.name, func(t *testing.T) { check(t, tt) })',
      '\t}',
      '\tt.Run("empty", func(t *testing.T) {})',
      '\tusers := []User{{Name: "fixture"}}',
      '}',
      'func testB(t *testing.T) {}',
      'func Testament(t *testing.T) {}',
      'func helper(t *testing.T, n int) {}',
    ),
  ).toEqual([
    '1 test TestA',
    '3 parameter {name: "a"}',
    '4 parameter {name: "b"}',
    '7 equal: tt check',
    '9 test empty',
    '12 test testB (not collected)',
    '13 test Testament (not collected)',
  ])
})

test.each([
  ['if got != want { t.Errorf("x") }', ['equal: got == want']],
  ['if n < 1 { t.Fatal("x") }', ['shape: n >= 1']],
  [
    'if err := q.Push(1); !errors.Is(err, ErrFull) { t.Fatal(err) }',
    ['equal: q.Push(1) Is ErrFull'],
  ],
  ['if !strings.Contains(s, "a") { t.Error(s) }', ['shape: s Contains "a"']],
  ['if diff := cmp.Diff(a, b); diff != "" { t.Error(diff) }', ['equal: diff == ""']],
  ['if ok { use() } else { t.Error("no") }', ['exists: ok true']],
  ['if got != want { t.Logf("x") }', ['equal: got == want (swallowed)']],
  ['if got != want { use(got) }', []],
  ['require.NoError(t, q.Push(1))', ['runs: q.Push(1) NoError']],
  ['assert.Equal(t, 2, q.Len())', ['shape: q size Equal 2']],
  ['assert.NotNil(t, q)', ['exists: q NotNil']],
  ['assert.True(t, q.Len() == 2)', ['shape: q size == 2']],
  ['assert.True(t, true)', ['nothing: true true']],
  ['assert.InDelta(t, 1.0, x, 0.5)', ['equal: x InDelta 1.0 ±0.5']],
  ['s.Require().ErrorIs(err, ErrFull)', ['equal: err ErrorIs ErrFull']],
  ['assertPop(t, q, "a")', ['equal: q assertPop "a"']],
  ['goleak.VerifyNone(t)', ['runs: VerifyNone VerifyNone']],
  ['c.Assert(x, qt.Equals, 1)', ['equal: x Equals 1']],
  ['c.Check(err, IsNil)', ['equal: err IsNil']],
  ['setUp(t, q)', []],
  [
    'require.Eventually(t, func() bool { return n.State() == Joined }, time.Second, tick)',
    ['equal: n.State() == Joined'],
  ],
  [
    'select { case <-time.After(time.Second): t.Fatal("late") }',
    ['runs: case <-time.After not reached if case <-time.After(time.Second)'],
  ],
  ['Expect(x).To(Equal(1))', ['equal: x Equal 1']],
  ['Expect(err).NotTo(HaveOccurred())', ['runs: err HaveOccurred']],
  ['select { case <-done: default: t.Fatal("late") }', ['runs: default not reached if default']],
])('an assertion: %s', (line, facts) => expect(inTest(line)).toEqual(facts))

test('the call that an error came from is what is checked', () => {
  expect(inTest('got, err := q.Pop()', 'if err != nil { t.Fatal(err) }')).toEqual([
    'runs: q.Pop() == nil',
  ])
})

test.each([
  ['t.Skip("flaky")', ['skip']],
  [
    'if runtime.GOOS == "windows" { t.Skip("no links") }',
    ['skip if runtime.GOOS == "windows" (host)'],
  ],
  ['if runtime.GOOS == "windows" { t.Skip("flaky there") }', ['skip if runtime.GOOS == "windows"']],
  ['if os.Getenv("CI") != "" { t.Skip("x") }', ['skip if os.Getenv("CI") != ""']],
  ['if os.Getenv("API_KEY") == "" { t.Skip("x") }', ['skip if os.Getenv("API_KEY") == "" (host)']],
  [
    'if _, err := exec.LookPath("git"); err != nil { t.Skip("no git") }',
    ['skip if _, err := exec.LookPath("git"); err != nil (host)'],
  ],
  ['if testing.Short() { t.Skip("x") }', ['skip if testing.Short()']],
  ['skipIfNoDocker(t)', ['skip if skipIfNoDocker (host)']],
  ['if err != nil { os.Exit(0) }', ['process if err != nil']],
  ['defer func() { recover() }()', ['swallow recover()']],
  ['// if got != want {', ['commented if got != want {']],
])('what keeps a failure from counting: %s', (line, facts) => expect(inTest(line)).toEqual(facts))

test('a return before the checks is found, and one after a failed check is none', () => {
  expect(inTest('return', 'if a != b { t.Error() }')).toEqual(['early_return', 'equal: a == b'])
  expect(inTest('if a != b {', 't.Error()', 'return', '}', 'if c != d { t.Error() }')).toEqual([
    'equal: a == b',
    'equal: c == d',
  ])
})

test.each([
  ['//go:build integration', ['1 build_tag if integration']],
  ['//go:build linux && !arm64', ['1 build_tag if linux && !arm64 (host)']],
])('%s', (line, facts) => expect(read(line, '', 'package a')).toEqual(facts))

test('a fragment may show only rows of a table', () => {
  expect(
    read('\t\t\twant: 1,', '\t\t},', '\t\t{', '\t\t\tname: "b",', '\t\t\twant: 2,', '\t\t},'),
  ).toEqual(['1 parameter { want: 1, }', '3 parameter { name: "b", want: 2, }'])
})

test('a fragment may begin within the type of a table', () => {
  expect(read('\t\tname string', '\t}{', '\t\t{name: "a"},', '\t}', '\tfor {')).toEqual([
    '3 parameter {name: "a"}',
  ])
})

test('a fragment may begin within a case', () => {
  expect(
    read(
      '\t\tuse(m)',
      '\tcase <-time.After(time.Second):',
      '\t\tt.Fatal("late")',
      '\t}',
      '\tif a != b {',
      '\t\tt.Error("x")',
      '\t}',
      '}',
    ),
  ).toEqual([
    '3 runs: case <-time.After not reached if case <-time.After(time.Second)',
    '5 equal: a == b',
  ])
})

test('a fragment may begin within a function', () => {
  expect(
    read('\tif a != b {', '\t\tt.Error("x")', '\t}', '}', '', 'func TestB(t *testing.T) {'),
  ).toEqual(['1 equal: a == b', '6 test TestB'])
})
