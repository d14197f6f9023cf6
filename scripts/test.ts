import { parseCLI } from 'vitest/node'
import { formatTally, runTests } from './run-tests.ts'

/**
 * `npm test`, or `npm test -- <arguments of vitest>`: every test that needs no real external server
 * (see `npm run test:infra`). The last line counts passed and failed tests.
 */
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
const tally = await runTests(filter, {
  ...options,
  project: options.project ?? ['pure', 'outside'],
})
console.log(formatTally(tally))
process.exit(tally.failed > 0 ? 1 : 0)
