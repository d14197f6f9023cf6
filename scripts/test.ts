import { parseCLI } from 'vitest/node'
import { closingLine, runTests } from './run-tests.ts'

/**
 * `npm test`, and `npm test -- <what vitest takes>`: everything that needs no real server of other
 * people (`npm run test:infra` does). Its last line says how many passed and failed.
 */
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
const tally = await runTests(filter, {
  ...options,
  project: options.project ?? ['pure', 'outside'],
})
console.log(closingLine(tally))
process.exit(tally.failed > 0 ? 1 : 0)
