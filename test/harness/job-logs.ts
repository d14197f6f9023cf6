/*
 * Logs of failed jobs as GitHub Actions stores them: every line with a time, colours, the groups of
 * the runner, and what stands around the step that failed.
 */

export interface JobLogOptions {
  /** When the first line was printed. Two runs of one job differ in it. */
  readonly at?: string
  /** Where the repository is checked out. */
  readonly workspace?: string
  readonly command?: string
  readonly exitCode?: number
}

/** The log of a job whose last own step printed `output` and failed. */
export function createJobLog(
  output: string | readonly string[],
  {
    at = '2026-11-30T10:00:00.000Z',
    workspace = '/home/runner/_work/widgets/widgets',
    command = 'npm test',
    exitCode = 1,
  }: JobLogOptions = {},
): string {
  const lines = typeof output === 'string' ? output.split('\n') : output
  return stamp(
    [
      '##[group]Runner Image',
      'Image: ubuntu-24.04',
      '##[endgroup]',
      '##[group]Run actions/checkout@v5',
      'with:',
      '  repository: acme/widgets',
      '##[endgroup]',
      `[command]/usr/bin/git init ${workspace}`,
      `##[group]Run ${command}`,
      `\u001B[36;1m${command}\u001B[0m`,
      'shell: /usr/bin/bash -e {0}',
      'env:',
      '  CI: true',
      '##[endgroup]',
      ...lines.map((line) => line.replaceAll('{workspace}', workspace)),
      `##[error]Process completed with exit code ${exitCode}.`,
      'Post job cleanup.',
      '[command]/usr/bin/git version',
      'git version 2.51.0',
      'Cleaning up orphan processes',
    ],
    at,
  )
}

function stamp(lines: readonly string[], at: string): string {
  const start = Date.parse(at)
  const stamped = lines.map(
    (line, index) => `${new Date(start + index * 13).toISOString().replace('Z', '1234Z')} ${line}`,
  )
  return `\uFEFF${stamped.join('\r\n')}\r\n`
}

/** What tools print when something is wrong, and which lines say what it is. */
export const toolOutputs: Readonly<
  Record<string, { readonly output: string; readonly errors: readonly string[] }>
> = {
  vitest: {
    output: `
\u001B[1m\u001B[46m RUN \u001B[49m\u001B[22m v4.0.1 {workspace}

 \u001B[32m✓\u001B[39m src/shelf.test.ts (12 tests) 34ms
 \u001B[31m❯\u001B[39m src/retry.test.ts (3 tests | 1 failed) 41ms
   \u001B[31m×\u001B[39m retries three times 12ms

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
   Duration  1.21s`,
    errors: [
      'fail <path>/retry.test.ts > retries three times',
      'assertionerror: expected <n> to be <n> // object.is equality',
      '× retries three times <duration>',
    ],
  },
  jest: {
    output: `
PASS src/shelf.test.js
FAIL src/retry.test.js (5.12 s)
  ● retry › gives up after three tries

    expect(received).toBe(expected) // Object.is equality

    Expected: 3
    Received: 2

      at Object.<anonymous> ({workspace}/src/retry.test.js:17:21)

Tests:       1 failed, 14 passed, 15 total`,
    errors: ['fail <path>/retry.test.js (<duration>)', '● retry › gives up after three tries'],
  },
  pytest: {
    output: `
============================= test session starts ==============================
platform linux -- Python 3.14.0, pytest-9.0.0
collected 15 items

tests/test_shelf.py ............                                         [ 80%]
tests/test_retry.py F..                                                  [100%]

=================================== FAILURES ===================================
_______________________________ test_three_tries _______________________________

    def test_three_tries():
>       assert count_tries() == 3
E       assert 2 == 3
E        +  where 2 = count_tries()

tests/test_retry.py:17: AssertionError
=========================== short test summary info ============================
FAILED tests/test_retry.py::test_three_tries - assert 2 == 3
========================= 1 failed, 14 passed in 1.21s =========================`,
    errors: [
      'e + where <n> = count_tries()',
      'e assert <n> == <n>',
      'failed <path>/test_retry.py::test_three_tries - assert <n> == <n>',
    ],
  },
  'go test': {
    output: `
ok  	example.com/widgets/shelf	0.012s
--- FAIL: TestThreeTries (0.00s)
    retry_test.go:17: got 2 tries, want 3
FAIL
FAIL	example.com/widgets/retry	0.034s
FAIL`,
    errors: ['--- fail: testthreetries (<duration>)', 'fail <path>/retry <duration>'],
  },
  'go build': {
    output: `
# example.com/widgets/retry
retry/retry.go:12:9: undefined: backOff`,
    errors: ['<path>/retry.go:<n>:<n>: undefined: backoff'],
  },
  cargo: {
    output: `
   Compiling widgets v0.1.0 ({workspace})
running 2 tests
test shelf::tests::holds_widgets ... ok
test retry::tests::three_tries ... FAILED

failures:

---- retry::tests::three_tries stdout ----

thread 'retry::tests::three_tries' (4711) panicked at src/retry.rs:17:9:
assertion \`left == right\` failed
  left: 2
 right: 3

error: test failed, to rerun pass \`--lib\``,
    errors: [
      'test retry::tests::three_tries ... failed',
      "thread 'retry::tests::three_tries' (<n>) panicked at <path>/retry.rs:<n>:<n>:",
    ],
  },
  rustc: {
    output: `
error[E0308]: mismatched types
 --> src/retry.rs:12:5
error: aborting due to 1 previous error
error: could not compile \`widgets\` (lib) due to 1 previous error`,
    errors: ['error[e<n>]: mismatched types'],
  },
  tsc: {
    output: `
##[error]src/retry.ts(12,5): error TS2322: Type 'string' is not assignable to type 'number'.`,
    errors: [
      "<path>/retry.ts(<n>): error ts<n>: type 'string' is not assignable to type 'number'.",
    ],
  },
  eslint: {
    output: `

{workspace}/src/retry.ts
##[warning]  3:7   warning  Unexpected console statement  no-console
##[error]  12:5  error  'tries' is never reassigned. Use 'const' instead  prefer-const

✖ 2 problems (1 error, 1 warning)`,
    errors: [
      "<path>/retry.ts <n>:<n> error 'tries' is never reassigned. use 'const' instead prefer-const",
    ],
  },
  maven: {
    output: `
[INFO] Running com.acme.RetryTest
[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.041 s <<< FAILURE!
[ERROR] com.acme.RetryTest.threeTries -- Time elapsed: 0.012 s <<< FAILURE!
[ERROR] Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:3.5.4:test
[ERROR] -> [Help 1]
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.`,
    errors: [
      '[error] com.acme.retrytest.threetries -- time elapsed: <duration> <<< failure!',
      '[error] tests run: <n>, failures: <n>, errors: <n>, skipped: <n>, time elapsed: <duration> <<< failure!',
    ],
  },
  gradle: {
    output: `
> Task :test FAILED

RetryTest > threeTries() FAILED
    org.opentest4j.AssertionFailedError at RetryTest.java:17

FAILURE: Build failed with an exception.

* What went wrong:
Execution failed for task ':test'.
> There were failing tests.`,
    errors: [
      '> task :test failed',
      "execution failed for task ':test'.",
      'retrytest > threetries() failed',
    ],
  },
  'a tool that says error': {
    output: `
Checking 14 pages
error: page 3 has a dead link to https://example.com/a?at=1764496800
make: *** [Makefile:7: links] Error 1`,
    errors: ['error: page <n> has a dead link to <url>'],
  },
  'a tool that says nothing of an error': {
    output: `
Checking 14 pages
the page "retries" links to a page that is gone
make: *** [Makefile:7: links] Interrupt`,
    errors: ['checking <n> pages', 'the page "retries" links to a page that is gone'],
  },
}
