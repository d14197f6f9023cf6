import { Worker } from 'node:worker_threads'
import type { ObserveDeps } from '../engine/observe/observe-deps.ts'
import { hashJson } from '../lib/ids.ts'
import type { Millis } from '../lib/instant.ts'
import { memoize } from '../lib/memoize.ts'
import { findTestChanges } from '../test-changes/find-test-changes.ts'

type Compare = ObserveDeps['findTestChanges']
type ComparedChange = Parameters<Compare>[0]

/** The newest changes whose tests were compared; a waiting run is looked at again and again. */
const MAX_COMPARED_CHANGES = 100
/** A change with more characters is compared in a thread of its own: it takes seconds. */
const MAX_CHARACTERS_AT_ONCE = 100_000
const TIME_LIMIT_MS = 120_000
/** The most memory of such a thread, beyond that of the parsers. */
const MAX_HEAP_MB = 1_024
/** Syntax trees are freed when this is full: they take many times as much. */
const MAX_YOUNG_MB = 6

/**
 * Compares the tests of a change, each change once, without holding up the process. Rejects if that
 * takes longer than two minutes, which is a fault of our rules.
 */
export function createFindTestChanges(timeLimit: Millis = TIME_LIMIT_MS): Compare {
  return memoize(
    async (change: ComparedChange) =>
      countCharacters(change) <= MAX_CHARACTERS_AT_ONCE
        ? findTestChanges(change.diff, change.files)
        : compareInThread(change, timeLimit),
    {
      identify: ({ diff, files }) => hashJson([diff.digest, [...files]]),
      max: MAX_COMPARED_CHANGES,
    },
  )
}

function countCharacters({ diff, files }: ComparedChange): number {
  const lines = diff.files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines))
  const whole = [...files.values()].map(
    ({ base, head }) => (base ?? '').length + (head ?? '').length,
  )
  return (
    lines.reduce((sum, { text }) => sum + text.length, 0) +
    whole.reduce((sum, length) => sum + length, 0)
  )
}

type Findings = Awaited<ReturnType<Compare>>

function compareInThread(change: ComparedChange, timeLimit: Millis): Promise<Findings> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./compare-tests-worker.ts', import.meta.url), {
      workerData: change,
      resourceLimits: {
        maxOldGenerationSizeMb: MAX_HEAP_MB,
        maxYoungGenerationSizeMb: MAX_YOUNG_MB,
      },
    })
    const fail = (error: Error): void => {
      clearTimeout(timer)
      reject(error)
      void worker.terminate()
    }
    const timer = setTimeout(
      () => fail(new Error(`comparing the tests of a change took over ${timeLimit / 1_000} s`)),
      timeLimit,
    )
    // Neither keeps a process alive that has to stop.
    timer.unref()
    worker.unref()
    worker.once('message', (findings: Findings) => {
      clearTimeout(timer)
      resolve(findings)
    })
    worker.once('error', fail)
    worker.once('exit', () => fail(new Error('the thread that compares tests ended early')))
  })
}
