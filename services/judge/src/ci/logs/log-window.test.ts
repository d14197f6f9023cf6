import { test as property } from '@fast-check/vitest'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createJobLog, toolOutputs } from '../../../../../test/harness/job-logs.ts'
import { cleanLog } from './clean-log.ts'
import { cutLogWindow, MAX_WINDOW_CHARS } from './log-window.ts'

const cut = (raw: string) => cutLogWindow(cleanLog(raw))
const silent = 'a tool that says nothing of an error'
const noise = (lines: number, prefix = 'installing package') =>
  Array.from({ length: lines }, (_, index) => `${prefix} ${index}`)

test('the window is the failed step, without times, colours, markers and the steps around it', () => {
  const window = cut(createJobLog(toolOutputs.vitest?.output ?? ''))
  expect(window).toMatchInlineSnapshot(`
    "Run npm test
     RUN  v4.0.1 /home/runner/_work/widgets/widgets

     ✓ src/shelf.test.ts (12 tests) 34ms
     ❯ src/retry.test.ts (3 tests | 1 failed) 41ms
       × retries three times 12ms

    ⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

     FAIL  src/retry.test.ts > retries three times
    AssertionError: expected 2 to be 3 // Object.is equality

    - Expected
    + Received

    - 3
    + 2

     ❯ src/retry.test.ts:17:21

     Test Files  1 failed | 1 passed (2)
          Tests  1 failed | 14 passed (15)
       Duration  1.21s
    Error: Process completed with exit code 1."
  `)
})

test.each(Object.entries(toolOutputs))(
  'a long step of %s is shown from its first error on, and with its end',
  (tool, { output }) => {
    const marked = [...noise(2_000), ...output.split('\n'), ...noise(2_000, 'uploading'), 'the end']
    const window = cut(createJobLog(marked))
    expect(window.length).toBeLessThanOrEqual(MAX_WINDOW_CHARS)
    expect(window.split('\n').length).toBeLessThanOrEqual(130)
    expect(window).toMatch(/^Run npm test\n… \d+ lines left out …\n/)
    expect(window).toMatch(/\nthe end\nError: Process completed with exit code 1\.$/)
    expect(window).not.toContain('Cleaning up orphan processes')
    // Where no line is known to be an error, there is only the end.
    expect(window.match(/left out/g)).toHaveLength(tool === silent ? 1 : 2)
  },
)

test('what was printed by a step that succeeded is not shown', () => {
  const log = [
    '##[group]Run make lint',
    '##[endgroup]',
    'error: this is only a word',
    '##[group]Run make test',
    '##[endgroup]',
    '##[group]Downloading',
    'one file',
    '##[endgroup]',
    'the widget is broken',
    '##[error]Process completed with exit code 2.',
  ].join('\n')
  expect(cut(log)).toBe(
    'Run make test\nDownloading\none file\nthe widget is broken\nError: Process completed with exit code 2.',
  )
})

test('several failed steps share the window', () => {
  const step = (name: string) =>
    [`##[group]Run ${name}`, '##[endgroup]', ...noise(500, name), '##[error]no'].join('\n')
  const window = cut(['a', 'b', 'c', 'd'].map(step).join('\n'))
  expect(window.length).toBeLessThanOrEqual(MAX_WINDOW_CHARS)
  expect(window.match(/^Run \w$/gm)).toEqual(['Run a', 'Run c', 'Run d'])
})

test.each([
  [
    'the runner prints commands of its own',
    '##[debug]x\n##[warning]w\n##[notice]n',
    'Warning: w\nNotice: n',
  ],
  [
    'a command is not yet a marker',
    '::error file=a.ts,line=3::no\n::group::g\n::endgroup::',
    'Error: no\ng',
  ],
  ['a progress bar writes over itself', '10 %\r55 %\r100 %\r\n', '100 %'],
  [
    'a link and a title are escape sequences',
    '\u001B]8;;http://a\u0007text\u001B]8;;\u0007 \u001B]0;t\u001B\\end',
    'text end',
  ],
  ['there are NUL and other control characters', 'a\u0000b\u0008c\td', 'abc\td'],
  ['there is nothing', '', ''],
])('where %s, only its text is shown', (_what, raw, window) => {
  expect(cut(raw)).toBe(window)
})

property.prop([
  fc.array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 700 }),
      fc.constantFrom(
        '##[group]Run a',
        '##[endgroup]',
        '##[error]x',
        'error: y',
        'Post job cleanup.',
      ),
    ),
    { maxLength: 400 },
  ),
])('any log has one bounded window', (lines) => {
  const raw = lines.join('\n')
  const window = cut(raw)
  expect(window.length).toBeLessThanOrEqual(MAX_WINDOW_CHARS)
  expect(cut(raw)).toBe(window)
})
