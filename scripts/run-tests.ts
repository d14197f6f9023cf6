import { startVitest, type TestModule, type TestUserConfig } from 'vitest/node'

/** How a run of tests ended, in numbers. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * Runs tests, and counts. A file that cannot be loaded, a hook that throws, an error outside every
 * test and a run that finds no test count as failures like any other.
 */
export async function runTests(filter: readonly string[], options: TestUserConfig): Promise<Tally> {
  let modules: readonly TestModule[] = []
  let outside = 0
  const vitest = await startVitest('test', [...filter], {
    ...options,
    watch: false,
    reporters: [
      'default',
      {
        onTestRunEnd: (ended, unhandled) => {
          modules = ended
          outside = unhandled.length
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
  const broken = groups.filter((group) => group.errors().length > 0).length + outside
  const seen = states.length - passed - skipped + broken
  // Whatever else vitest holds against the run (no test found, a set-up that failed) has set the
  // exit code already.
  const failed = seen === 0 && (states.length === 0 || process.exitCode) ? 1 : seen
  return { passed, failed, skipped }
}

/**
 * The last line of whoever runs tests: `N passed, N failed`, with `, N skipped` where some were.
 */
export const closingLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
