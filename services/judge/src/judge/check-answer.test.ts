import { describe, expect, test } from 'vitest'
import {
  answer,
  coverage,
  createDiff,
  file,
  greeting,
  line,
  proof,
  verdict,
} from '../../../../test/judge/samples.ts'
import { type AnswerCheck, type AnswerContext, checkAnswer, checkVerdicts } from './check-answer.ts'
import { settleTestEdits } from './test-edits.ts'
import type { Citation, TestEditAnswer, VerdictAnswer } from './verdict.ts'

const world = (over: Partial<AnswerContext> = {}): AnswerContext => ({
  requirements: [{ number: 1, text: 'It greets' }],
  testEdits: [],
  diff: createDiff(greeting),
  files: new Map(),
  ...over,
})
const citing = (...evidence: readonly Citation[]): VerdictAnswer =>
  answer({ requirements_coverage: [coverage(1, { evidence })] })
const readFault = (check: AnswerCheck): string =>
  check.kind === 'invalid' ? check.fault : check.kind
const read = (text: string | null): AnswerContext =>
  world({ files: new Map([['src/other.ts', text]]) })

test('a pass that proves every requirement with a line of the diff is valid', () => {
  expect(checkAnswer(answer(), world())).toEqual({ kind: 'valid' })
})

test('an answer that leaves out a requirement is invalid, whether pass or fail', () => {
  const two = world({
    requirements: [
      { number: 1, text: 'a' },
      { number: 2, text: 'b' },
    ],
  })
  expect(readFault(checkAnswer(answer(), two))).toContain('requirement 2')
  expect(readFault(checkAnswer(answer({ decision: 'fail' }), two))).toContain('requirement 2')
})

test('an entry counts for the number it begins with, and 12 is not 1', () => {
  for (const requirement of ['1. a', '1) a', '1: a', '1', ' 1 - a', '1 a']) {
    expect(
      checkAnswer(answer({ requirements_coverage: [coverage(1, { requirement })] }), world()).kind,
      requirement,
    ).toBe('valid')
  }
  for (const requirement of ['12. a', 'It greets', 'Requirement 1', '1.5 a', '']) {
    expect(
      checkAnswer(answer({ requirements_coverage: [coverage(1, { requirement })] }), world()).kind,
      requirement,
    ).toBe('invalid')
  }
})

test('a pass with an unmet requirement is invalid, even if the issue has no such requirement', () => {
  expect(
    readFault(
      checkAnswer(answer({ requirements_coverage: [coverage(1, { met: false })] }), world()),
    ),
  ).toContain('not met')
  expect(
    readFault(
      checkAnswer(
        answer({ requirements_coverage: [coverage(1), coverage(9, { met: false })] }),
        world(),
      ),
    ),
  ).toContain('not met')
})

test('a pass that lists missing items is invalid; blank items do not count', () => {
  expect(readFault(checkAnswer(answer({ missing_items: [' ', 'the tests'] }), world()))).toContain(
    'the tests',
  )
  expect(checkAnswer(answer({ missing_items: [' '] }), world()).kind).toBe('valid')
})

test('a fail needs no proof', () => {
  expect(
    checkAnswer(
      answer({
        decision: 'fail',
        requirements_coverage: [coverage(1, { met: false, evidence: [] })],
      }),
      world(),
    ),
  ).toEqual({ kind: 'valid' })
})

test('a quote is valid up to three lines away, and not at four', () => {
  for (const at of [1, 2, 3, 4, 5])
    expect(checkAnswer(citing({ ...proof, line: at }), world()).kind, String(at)).toBe('valid')
  expect(
    checkAnswer(citing({ ...proof, line: 6 }), world({ files: new Map([[proof.path, null]]) }))
      .kind,
  ).toBe('invalid')
})

test('removed and unchanged lines can be cited, too, removed ones by their old number', () => {
  const moved = file({
    lines: [
      line('removed', 'old()', 40, null),
      line('added', 'fresh()', null, 10),
      line('context', 'same()', 41, 11),
    ],
  })
  const seen = world({ diff: createDiff(moved), files: new Map([['src/greet.ts', null]]) })
  const at = (quote: string, number: number): string =>
    checkAnswer(citing({ path: 'src/greet.ts', line: number, quote }), seen).kind
  expect([at('old()', 40), at('old()', 10)]).toEqual(['valid', 'invalid'])
  expect([at('fresh()', 10), at('fresh()', 40)]).toEqual(['valid', 'invalid'])
  expect([at('same()', 11), at('same()', 41), at('same()', 25)]).toEqual([
    'valid',
    'valid',
    'invalid',
  ])
})

test('white space around a quote is ignored, inside it counts', () => {
  const tabbed = world({
    diff: createDiff(file({ lines: [line('added', '\tconst a  = 1 \r', null, 2)] })),
    files: new Map([['src/greet.ts', null]]),
  })
  expect(
    checkAnswer(citing({ path: 'src/greet.ts', line: 2, quote: '  const a  = 1\n' }), tabbed).kind,
  ).toBe('valid')
  expect(
    checkAnswer(citing({ path: 'src/greet.ts', line: 2, quote: 'const a = 1' }), tabbed).kind,
  ).toBe('invalid')
})

test('a line with invisible characters can be cited as it is, and as the model was shown it', () => {
  const text = '\uFEFFconst a\u200B = 1\r'
  const seen = world({
    diff: createDiff(file({ lines: [line('added', text, null, 2)] })),
    files: new Map([['src/greet.ts', `\n${text}\n`]]),
  })
  const cite = (quote: string): string =>
    checkAnswer(citing({ path: 'src/greet.ts', line: 2, quote }), seen).kind
  expect(cite('⟨U+FEFF⟩const a⟨U+200B⟩ = 1')).toBe('valid')
  expect(cite(text)).toBe('valid')
  expect(cite('const a\u200B = 1')).toBe('valid')
  expect(cite('const a = 1')).toBe('invalid')
})

test('part of a line, several lines and an empty quote are never valid', () => {
  const blank = world({
    diff: createDiff(
      file({
        lines: [
          line('added', '', null, 2),
          line('added', 'a', null, 3),
          line('added', 'b', null, 4),
        ],
      }),
    ),
    files: new Map([['src/greet.ts', '\n\na\nb\n']]),
  })
  for (const quote of ['', '   ', '\n', 'a\nb', 'retur'])
    expect(
      checkAnswer(citing({ path: 'src/greet.ts', line: 3, quote }), blank).kind,
      JSON.stringify(quote),
    ).toBe('invalid')
})

test('an empty quote does not cause a file to be read', () => {
  expect(checkAnswer(citing({ path: 'src/other.ts', line: 3, quote: ' ' }), world()).kind).toBe(
    'invalid',
  )
})

test('a quote that is not in the diff is looked up in the file at the commit, which is requested first', () => {
  const elsewhere = citing({ path: 'src/other.ts', line: 6, quote: 'found()' })
  expect(checkAnswer(elsewhere, world())).toEqual({ kind: 'needs_files', paths: ['src/other.ts'] })
  expect(checkAnswer(elsewhere, read('1\n2\n  found()\n4')).kind).toBe('valid')
  expect(checkAnswer(elsewhere, read('1\n  found()\n3\n4')).kind).toBe('invalid')
  expect(checkAnswer(elsewhere, read(null)).kind).toBe('invalid')
})

test('no file is requested if another citation is already valid', () => {
  expect(
    checkAnswer(citing({ path: 'src/other.ts', line: 6, quote: 'found()' }, proof), world()).kind,
  ).toBe('valid')
})

test('a path that no repository can have is not read', () => {
  for (const path of ['../secret', '/etc/passwd', 'a/../b', '', 'a\nb', './a', 'a//b']) {
    expect(checkAnswer(citing({ path, line: 1, quote: 'x' }), world()).kind, path).toBe('invalid')
  }
})

test('an answer can request only a bounded number of files', () => {
  const many = Array.from({ length: 500 }, (_, index) => ({
    path: `f${index}`,
    line: 1,
    quote: 'x',
  }))
  const check = checkAnswer(citing(...many), world())
  expect(check.kind === 'needs_files' && check.paths.length).toBe(20)
})

test('a change without lines is proven by what the header of the diff says of that path', () => {
  const mode = file({
    path: 'run.sh',
    change: 'mode',
    headerLines: ['old mode 100644', 'new mode 100755'],
  })
  const seen = world({ diff: createDiff(mode), files: new Map([['run.sh', '#!/bin/sh\n']]) })
  const cite = (path: string, quote: string) =>
    checkAnswer(citing({ path, line: 1, quote }), seen).kind
  expect(cite('run.sh', 'new mode 100755')).toBe('valid')
  expect(cite('run.sh', '#!/bin/sh')).toBe('valid')
  expect(cite('run.sh', 'new mode 100644')).toBe('invalid')
  expect(cite('other.sh', 'new mode 100755')).not.toBe('valid')
})

test('a renamed file can be cited by either name, each with its own line numbers', () => {
  const renamed = file({
    path: 'new.ts',
    oldPath: 'old.ts',
    change: 'renamed',
    lines: [line('removed', 'gone()', 70, null), line('added', 'come()', null, 7)],
  })
  const seen = world({
    diff: createDiff(renamed),
    files: new Map([
      ['new.ts', null],
      ['old.ts', null],
    ]),
  })
  const at = (path: string, number: number, quote: string): string =>
    checkAnswer(citing({ path, line: number, quote }), seen).kind
  expect([
    at('old.ts', 70, 'gone()'),
    at('new.ts', 70, 'gone()'),
    at('new.ts', 7, 'come()'),
    at('old.ts', 7, 'come()'),
  ]).toEqual(['valid', 'valid', 'valid', 'invalid'])
})

test('checking verdicts marks the invalid ones and collects the files that the others need', () => {
  const kept = verdict('m', { kind: 'unavailable', because: 'away', failure: null })
  const good = verdict('m', { kind: 'valid', answer: answer() })
  const bad = verdict('m', { kind: 'valid', answer: answer({ requirements_coverage: [] }) })
  const open = verdict('m', {
    kind: 'valid',
    answer: citing({ path: 'src/other.ts', line: 1, quote: 'x' }),
  })
  const { verdicts, paths } = checkVerdicts([kept, good, bad, open], world())
  expect(verdicts.map(({ result }) => result.kind)).toEqual([
    'unavailable',
    'valid',
    'invalid',
    'valid',
  ])
  expect(paths).toEqual(['src/other.ts'])
})

describe('an edit of tests that no rule can settle is a question of its own', () => {
  const asked = world({
    testEdits: [
      { number: 1, place: 'test/greet.test.ts:4', text: 'The check moved into a helper.' },
      { number: 2, place: 'test/greet.test.ts:9', text: 'The table was generated.' },
    ],
  })
  const edit = (number: number, over: Partial<TestEditAnswer> = {}): TestEditAnswer => ({
    question: `${number}. test/greet.test.ts`,
    evidence: [proof],
    still_checks: true,
    ...over,
  })
  const answering = (...test_edits: readonly TestEditAnswer[]) => answer({ test_edits })

  test('a pass that answers each with a citation that holds is valid', () => {
    expect(checkAnswer(answering(edit(1), edit(2)), asked)).toEqual({ kind: 'valid' })
  })
  test('an answer that leaves one out is invalid, whether pass or fail', () => {
    expect(readFault(checkAnswer(answer(), asked))).toContain('edits 1, 2')
    expect(readFault(checkAnswer(answering(edit(2)), asked))).toContain('edit 1.')
    const fail = answer({ decision: 'fail', test_edits: [edit(1)] })
    expect(readFault(checkAnswer(fail, asked))).toContain('edit 2.')
  })
  test('a yes without a citation that holds is invalid', () => {
    expect(readFault(checkAnswer(answering(edit(1), edit(2, { evidence: [] })), asked))).toBe(
      'The answer about edit 2 is a yes without any evidence.',
    )
    const invented = edit(2, { evidence: [{ path: 'src/greet.ts', line: 2, quote: 'no such' }] })
    expect(checkAnswer(answering(edit(1), invented), asked)).toEqual({
      kind: 'needs_files',
      paths: ['src/greet.ts'],
    })
    const read = { ...asked, files: new Map([['src/greet.ts', 'nothing\n']]) }
    expect(readFault(checkAnswer(answering(edit(1), invented), read))).toContain('for edit 2')
  })
  test('a line that was removed proves nothing about what is checked now', () => {
    const removed = { path: 'src/greet.ts', line: 2, quote: "return 'Hello!'" }
    const [one] = asked.testEdits
    const single = { ...asked, testEdits: one ? [one] : [], files: new Map([['src/greet.ts', '']]) }
    const citing = answering(edit(1, { evidence: [removed] }))
    expect(readFault(checkAnswer(citing, single))).toContain('No citation for edit 1 is valid')
    expect(checkAnswer(answering(edit(1, { evidence: [removed, proof] })), single)).toEqual({
      kind: 'valid',
    })
  })
  test('a no is no pass, whatever the decision says, and what is missing names the edit', () => {
    const no = answering(edit(1, { still_checks: false, evidence: [] }), edit(2))
    expect(checkAnswer(no, asked)).toEqual({ kind: 'valid' })
    const settled = settleTestEdits(no, asked.testEdits)
    expect(settled.decision).toBe('fail')
    expect(settled.missing_items).toEqual([
      'The edit of tests at test/greet.test.ts:4 checks less than before. The check moved into a helper.',
    ])
    expect(settled.next_prompt).toContain('Restore')
  })
  test('of several answers to one question, one no counts', () => {
    const both = answering(edit(1), edit(1, { still_checks: false }), edit(2))
    expect(settleTestEdits(both, asked.testEdits).decision).toBe('fail')
  })
  test('answers to other questions change nothing', () => {
    const other = answering(edit(1), edit(2), edit(12, { still_checks: false }))
    expect(settleTestEdits(other, asked.testEdits)).toBe(other)
    expect(settleTestEdits(answer(), [])).toEqual(answer())
  })
})
