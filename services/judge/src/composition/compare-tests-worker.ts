import { parentPort, workerData } from 'node:worker_threads'
import { runWithPauses } from '../lib/steps.ts'
import { findTestChangesInSteps } from '../test-changes/find-test-changes.ts'

/* A thread that compares the tests of one change, and ends; see compare-tests.ts. */

parentPort?.postMessage(
  await runWithPauses(findTestChangesInSteps(workerData.diff, workerData.files)),
)
