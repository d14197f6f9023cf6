import { expect, test } from 'vitest'
import { createSeededRandom } from '../harness/seeded-random.ts'
import { formatMatrix, runFaultMatrix } from './matrix.ts'
import { type Cell, drawCells, listAllCells } from './systems.ts'

/** `npm run test:faults` tries every fault of every system; `SEED=…` repeats the random choices. */
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const { FAULTS, FAULT_SYSTEM, FAULT_KIND } = process.env
const isWhole = FAULTS === 'all'
const isWanted = ({ system, fault }: Cell): boolean =>
  (FAULT_SYSTEM ?? system) === system && (FAULT_KIND ?? fault) === fault

test(
  `whatever system fails in whatever way, no run is lost, nothing is done twice, and each run ends as it should (seed ${seed})`,
  async () => {
    const random = createSeededRandom(seed)
    const cells = isWhole ? listAllCells(random).filter(isWanted) : drawCells(random)
    const result = await runFaultMatrix(cells, {
      random,
      faultMs: isWhole ? 8_000 : 0,
      patienceMs: 150_000,
      settlesBetween: isWhole,
      onResult: ({ cell, hits, problems }) => {
        if (isWhole)
          console.log(
            `${cell.system}, ${cell.fault}: ${problems.length === 0 ? 'ok' : problems.join('; ')} (${hits} hits)`,
          )
      },
    })
    const table = formatMatrix(result, seed)
    if (isWhole) console.log(table)
    const wrong = result.cells.filter(({ problems }) => problems.length > 0)
    if (wrong.length > 0 || result.common.length > 0) expect.fail(table)
  },
  isWhole ? 4 * 3_600_000 : 400_000,
)
