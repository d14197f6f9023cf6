import { expect, test } from 'vitest'
import type { NamedResult } from '../gates/index.ts'
import { buildCheckRun } from './check-run.ts'

const about = {
  ...({ status: 'needs_iteration', reason: 'tests_weakened', causeReason: null } as const),
  ...{ because: 'A test was deleted.', commitSha: '691b4481', waitingFor: [], by: 'service' },
}
const passes: NamedResult = {
  name: 'commit',
  result: { result: 'pass', because: 'It is the head.', evidence: [] },
}
const refuses = (because: string, evidence: readonly object[]): NamedResult =>
  ({
    name: 'tests',
    result: { result: 'refuse', reason: 'tests_weakened', because, evidence },
  }) as NamedResult

test('the title is the headline, and what refuses is a table before what passed', () => {
  const { title, summary } = buildCheckRun(about, [
    passes,
    refuses('A test was deleted | by @codex <b>', []),
  ])
  expect(title).toBe('Needs another attempt: a test was deleted on 691b448')
  expect(summary).toBe(
    '| Gate | Result | Why |\n| --- | --- | --- |\n' +
      '| tests | refuses | A test was deleted \\| by @\u200Bcodex \\<b\\> |\n\nPassed (1): commit.',
  )
})

test('evidence with a place is an annotation there, at most a hundred', () => {
  const evidence = [
    { kind: 'finding', text: 'removed', path: 'a.test.ts', line: 4 },
    { kind: 'finding', text: 'whole file', path: 'b.test.ts', line: null },
    { kind: 'note', text: 'no place' },
    { kind: 'file', text: 'line 0', path: 'c.ts', line: 0 },
  ]
  expect(buildCheckRun(about, [refuses('x', evidence)]).annotations).toEqual([
    { path: 'a.test.ts', line: 4, level: 'failure', title: 'tests', message: 'removed' },
  ])
  const many = Array.from({ length: 300 }, () => evidence[0] ?? {})
  expect(buildCheckRun(about, [refuses('x', many)]).annotations).toHaveLength(100)
})
