import { expect, test } from 'vitest'
import { rateOutput } from './rate-output.ts'

test.each([
  ['Tests  41 passed (41)', 'success'],
  ['Tests  1 failed | 40 passed (41)', 'failure'],
  ['===== 3 passed, 1 skipped in 0.12s =====', 'success'],
  ['===== 1 failed, 2 passed in 0.12s =====', 'failure'],
  ['test result: ok. 4 passed; 0 failed; 0 ignored', 'success'],
  ['test result: FAILED. 3 passed; 1 failed', 'failure'],
  ['ok  \tacme/widgets/pkg\t0.004s', 'success'],
  ['--- FAIL: TestUpload (0.00s)\nFAIL', 'failure'],
  ['10 examples, 0 failures', 'success'],
  ['Tests run: 5, Failures: 1, Errors: 0', 'failure'],
  ['BUILD SUCCESSFUL in 3s', 'success'],
  ["src/a.ts(1,2): error TS2304: Cannot find name 'x'.", 'failure'],
  ['# pass 3\n# fail 0', 'success'],
  ['sum.js\nREADME.md', null],
  ['', null],
])('%j is %s', (output, expected) => {
  expect(rateOutput(output)).toBe(expected)
})

test('only the end of a long output counts', () => {
  expect(rateOutput(`1 failed\n${'.'.repeat(30_000)}\n12 passed`)).toBe('success')
})
