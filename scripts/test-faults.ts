import { parseArgs } from 'node:util'
import { formatTally, runTests } from './run-tests.ts'

/**
 * `npm run test:faults`: lets every system that the service uses fail in every way, while runs are
 * in flight and replicas are killed, and prints a table. `-- --seed 7` repeats the random choices,
 * `-- --system GitHub` and `-- --fault hung` try only these.
 */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, system: { type: 'string' }, fault: { type: 'string' } },
})
process.env.FAULTS = 'all'
process.env.SEED = values.seed ?? String(Date.now() % 1_000_000)
if (values.system !== undefined) process.env.FAULT_SYSTEM = values.system
if (values.fault !== undefined) process.env.FAULT_KIND = values.fault
const tally = await runTests(['test/faults/matrix.test.ts'], { project: ['outside'] })
console.log(formatTally(tally))
process.exit(tally.failed > 0 ? 1 : 0)
