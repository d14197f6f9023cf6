import { createTwoFilesPatch } from 'diff'
import { expect, test } from 'vitest'
import { parseDiff } from '../diff/parse-diff.ts'
import { findTestChanges } from './find-test-changes.ts'

const path = 'queue/queue_test.go'
const write = (...lines: readonly string[]) =>
  [
    'package queue',
    '',
    'func TestPop(t *testing.T) {',
    ...lines.map((line) => `\t${line}`),
    '}',
    '',
  ].join('\n')

function judge(before: string, after: string) {
  const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, '', '', { context: 3 })
  const text = `diff --git a/${path} b/${path}\n${patch.replace(/^=+\n/, '')}`
  return findTestChanges(parseDiff(text), new Map()).map(({ answer, kind }) => `${answer} ${kind}`)
}

const checked = ['got, err := q.Pop()', 'if err != nil {', '\tt.Fatal(err)', '}', 'use(got)']

test('an error of the tested call that is dropped is lost', () => {
  expect(judge(write(...checked), write('got, _ := q.Pop()', 'use(got)'))).toEqual([
    'weakened assertion_removed',
  ])
})

test('a call that has no error any more needs no check of it', () => {
  expect(judge(write(...checked), write('got := q.Pop()', 'use(got)'))).toEqual([])
})

test('a call of the standard library sets a test up', () => {
  const before = write(
    'dir, err := os.MkdirTemp("", "q")',
    'if err != nil {',
    '\tt.Fatal(err)',
    '}',
    'use(dir)',
  )
  expect(judge(before, write('dir := t.TempDir()', 'use(dir)'))).toEqual([])
})

test('a call that is gone with the check of its error is asked about', () => {
  expect(judge(write(...checked, 'done()'), write('got := "a"', 'use(got)', 'done()'))).toEqual([
    'question assertion_removed',
  ])
})

test('checks that move into a helper are no loss, however many they replace', () => {
  const helper = [
    '',
    'func pop(t *testing.T, q *Queue) string {',
    ...checked.slice(0, 4).map((line) => `\t${line}`),
    '\treturn got',
    '}',
    '',
  ]
  const twice =
    write(...checked) +
    write(...checked)
      .replace('package queue\n\n', '')
      .replace('TestPop', 'TestPopAgain')
  const called =
    write('use(pop(t, q))') +
    write('use(pop(t, q))').replace('package queue\n\n', '').replace('TestPop', 'TestPopAgain')
  const answers = judge(twice, called + helper.join('\n'))
  expect(answers.filter((answer) => answer.startsWith('weakened'))).toEqual([])
})
