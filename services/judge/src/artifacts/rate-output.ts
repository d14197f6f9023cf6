/** How much of the end of an output is read: the sum of a runner stands there. */
const TAIL_CHARS = 20_000

const failures: readonly RegExp[] = [
  /\b[1-9]\d* (?:tests? |specs? |suites? |examples? )?(?:failed|failing|failures?|errors?)\b/i,
  /(?:failures?|errors?|failed)[:=] ?[1-9]/i,
  /^FAIL\b|\bFAILED\b|^--- FAIL|^not ok\b|\bBUILD FAIL(?:ED|URE)\b/m,
  /error TS\d+|^error(?:\[E\d+\])?: |npm ERR!|ELIFECYCLE|^make: \*\*\* /m,
  /^\w*Error: |Traceback \(most recent call last\)/m,
]
const successes: readonly RegExp[] = [
  /\b[1-9]\d* (?:tests? |specs? |suites? |examples? )?pass(?:ed|ing)?\b/i,
  /test result: ok|^ok\s+\S+|^PASS\b|\bBUILD SUCCESS(?:FUL)?\b|^OK \(|^# fail 0$/m,
  /\b0 failures\b|\b0 errors?\b|\bcompiled successfully\b|no issues found|all checks passed/i,
]

/**
 * What the end of a command's output says about its result; null: nothing that is known. A failure
 * counts more than a success, because runners print both.
 */
export function rateOutput(output: string): 'success' | 'failure' | null {
  const tail = output.slice(-TAIL_CHARS)
  if (failures.some((pattern) => pattern.test(tail))) return 'failure'
  return successes.some((pattern) => pattern.test(tail)) ? 'success' : null
}
