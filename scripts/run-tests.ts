import { startVitest, type TestModule, type TestUserConfig } from 'vitest/node'

/** The number of tests by result. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * Runs and counts tests. Each file that cannot be loaded, hook that throws, and error outside of
 * tests counts as a failure, and so does a run without tests.
 */
export async function runTests(filter: readonly string[], options: TestUserConfig): Promise<Tally> {
  let modules: readonly TestModule[] = []
  let unhandledErrors = 0
  const vitest = await startVitest('test', [...filter], {
    ...options,
    watch: false,
    reporters: [
      'default',
      {
        onTestRunEnd: (ended, unhandled) => {
          modules = ended
          unhandledErrors = unhandled.length
        },
      },
    ],
  })
  await vitest.close()

  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const states = tests.map((test) => test.result().state)
  const groups = modules.flatMap((module) => [module, ...module.children.allSuites()])

  const passed = states.filter((state) => state === 'passed').length
  const skipped = states.filter((state) => state === 'skipped').length
  const broken = groups.filter((group) => group.errors().length > 0).length + unhandledErrors
  const seen = states.length - passed - skipped + broken
  // vitest has set the exit code for any other failure, such as a failed global set-up.
  const failed = seen === 0 && (states.length === 0 || process.exitCode) ? 1 : seen
  return { passed, failed, skipped }
}

/** The last line of every test command: `N passed, N failed`, then `, N skipped` if any were. */
export const formatTally = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
