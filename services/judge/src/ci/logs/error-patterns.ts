/*
 * How the lines look in which tools name what failed. Texts of the tools, so that a pattern matches
 * nothing else: what names a test, a file or a message of a compiler.
 */

/** The lines that say what failed, of the tools that are known. */
const toolErrors: readonly RegExp[] = [
  // Vitest, Jest, Go
  /^\s*FAIL\s+\S/,
  // Vitest and other reporters of JavaScript
  /^\s*[×✗✖✕]\s+\S/,
  // Jest; its output of `console.log` has the same bullet
  /^\s*● (?!Console$)\S/,
  // TAP
  /^\s*not ok \d+ /,
  // pytest
  /^(?:FAILED|ERROR) \S+/,
  /^\S+::\S+ (?:FAILED|ERROR)\b/,
  /^E {2,}\S/,
  // Go
  /^\s*--- FAIL: /,
  /^(?:panic|fatal error): /,
  /^(?:vet: )?\S+\.go:\d+(?::\d+)?: /,
  // Cargo
  /^error(?:\[E\d+\])?: /,
  /^test .+ \.\.\. FAILED$/,
  /^thread '.+' (?:\(\d+\) )?panicked at /,
  // TypeScript
  /(?:^|[\s)])error TS\d+: /,
  // ESLint and others that print place, severity and message
  /^\s*\d+:\d+\s+error\s+\S/,
  // Compilers: GCC, Clang, javac, Kotlin, Swift, mypy
  /^\S+:\d+(?::\d+)?: (?:fatal )?error: /,
  /^e: \S/,
  // MSBuild
  /: error [A-Z]+\d+: /,
  // Ruff, Flake8
  /^\S+:\d+:\d+: [A-Z]+\d+ /,
  // Maven
  /^\[ERROR\] +\S/,
  // Gradle
  /^\S.* > .+ FAILED$/,
  /^> Task \S+ FAILED$/,
  /^Execution failed for task /,
  // Bazel, RSpec
  /^FAIL: \/\//,
  /^rspec \.\//,
  // Exceptions, as most languages print them
  /^\s*(?:Uncaught |Unhandled |Caused by: |E +)?(?:[\w$]+\.)*(?:[A-Z][\w$]*)?(?:Error|Exception)\b[^:]{0,40}: \S/,
]

/** Lines that look like an error of a tool and only say where to find help, or how many there are. */
const notErrors: readonly RegExp[] = [
  /^\[ERROR\] +(?:-> )?(?:\[Help \d+\]|To see the full|Re-run Maven|For more information|After correcting)/,
  /^\[ERROR\] +Failed to execute goal /,
  /^✖ \d+ problems? \(/,
  /^error: (?:aborting due to|could not compile|test failed)\b/,
]

/** What a program says of the exit of another one that failed. */
const exits: readonly RegExp[] = [
  /^(?:\w*error:? )*process completed with exit code \d+\.?$/i,
  /^(?:\w*error:? )*['"`]?(?:the )?(?:command|script|process|recipe|task)\b.*\b(?:failed|exited|terminated|returned)\b.*\b(?:code|status|signal|error)\b/i,
  /^.{0,3}ELIFECYCLE\b/,
  /^exit (?:code|status):? \d+$/i,
  /^(?:g?make|ninja)(?:\[\d+\])?: /,
  /^npm (?:ERR!|error)(?: (?:code|errno|path|command|Test failed|A complete log)|\s*$)/i,
]

const someError = /(?:^|[\s:[(])(?:fatal|error|panic|exception|failure)\s*[:!\]]/i
const someFailure = /\b(?:error|fail(?:ed|ure)?|exception|panic|assert\w*)\b/i

/** Where a tool begins its report of what failed, some lines before the first error. */
const reports: readonly RegExp[] = [
  /^=+ (?:FAILURES|ERRORS) =+$/,
  /^[\s⎯]*⎯ Failed (?:Tests|Suites) \d+ ⎯/,
  /^Summary of all failing tests$/,
  /^failures:$/,
  /^\* What went wrong:$/,
]

const matchesAny = (patterns: readonly RegExp[], line: string): boolean =>
  patterns.some((pattern) => pattern.test(line))

export const isExit = (line: string): boolean => matchesAny(exits, line)
export const startsReport = (line: string): boolean => matchesAny(reports, line)

/** How an error is recognized, the surest first: by its tool, then by its words. */
export const errorKinds: readonly ((line: string) => boolean)[] = [
  (line) => matchesAny(toolErrors, line) && !matchesAny(notErrors, line) && !isExit(line),
  (line) => someError.test(line) && !isExit(line),
  (line) => someFailure.test(line) && !isExit(line),
]
