import { parseCLI, startVitest, type TestModule } from 'vitest/node'

/**
 * `npm test`, and `npm test -- <what vitest takes>`. The last line is always `N passed, N failed`, with `, N skipped` where some
 * were. A file that cannot be loaded, a hook that throws, an error outside every test and a run that finds no test count as
 * failures like any other.
 */
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
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
// Whatever else vitest holds against the run (no test found, a set-up that failed) has set the exit code already.
const failed = seen === 0 && (passed === 0 || process.exitCode) ? 1 : seen

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed > 0 ? 1 : 0)
