import { setImmediate } from 'node:timers/promises'
import { createSecretFinder } from '../../services/judge/src/adapters/secrets/find-added-secrets.ts'
import { createMasker } from '../../services/judge/src/adapters/secrets/masker.ts'
import { parseDiff } from '../../services/judge/src/diff/parse-diff.ts'
import { evaluateGates } from '../../services/judge/src/gates/index.ts'
import { known } from '../../services/judge/src/lib/known.ts'
import { runWithPauses } from '../../services/judge/src/lib/steps.ts'
import { findTestChangesInSteps } from '../../services/judge/src/test-changes/find-test-changes.ts'
import { createAcceptedFacts, now, shipped } from '../harness/accepted-facts.ts'
import { createMixedChange } from './mixed-diff.ts'

/* Measures the gates in a process of their own, because its peak of memory never falls again. */

const ROUNDS = 5
/** As much text as the service compares as a whole; of other test files it compares the hunks. */
const MAX_WHOLE_CHARACTERS = 200_000

const change = createMixedChange(20_000)
const findAddedSecrets = createSecretFinder(createMasker(), 'a key of the benchmark')

/**
 * The time of a core that the fastest of some rounds takes, and that the first one takes, in
 * milliseconds. What else the machine does then counts little.
 */
async function measure(run: () => unknown): Promise<{ first: number; best: number }> {
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const before = process.cpuUsage()
    await run()
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
    // Syntax trees are freed by the collector, and only between two tasks.
    global.gc?.()
    await setImmediate()
  }
  return { first: times[0] ?? Number.NaN, best: Math.min(...times.slice(1)) }
}

const parsing = await measure(() => parseDiff(change.text))
const diff = parseDiff(change.text)
let left = MAX_WHOLE_CHARACTERS
const files = new Map(
  [...change.tests].filter(([, { head }]) => {
    left -= head.length
    return left >= 0
  }),
)

/** The gates with everything that they evaluate and that a program computes from the change. */
const evaluate = async () => {
  const addedSecrets = known(await findAddedSecrets(diff), now)
  // As in the thread that compares tests, which pauses after each file.
  const findings = await runWithPauses(findTestChangesInSteps(diff, files))
  const testChanges = known({ findings, unread: [] }, now)
  const facts = createAcceptedFacts({ diff: known(diff, now), addedSecrets, testChanges })
  return evaluateGates(facts, shipped, now)
}
global.gc?.()
const peakBefore = process.resourceUsage().maxRSS
const gates = await measure(evaluate)
const extraMb = (process.resourceUsage().maxRSS - peakBefore) / 1024

const lines = diff.added + diff.removed
console.log(JSON.stringify({ lines, files: diff.files.length, parsing, gates, extraMb }))
