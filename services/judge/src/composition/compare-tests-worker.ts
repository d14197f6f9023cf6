import { parentPort, workerData } from 'node:worker_threads'
import { findTestChanges } from '../test-changes/find-test-changes.ts'

/* A thread that compares the tests of one change, and ends; see compare-tests.ts. */

parentPort?.postMessage(findTestChanges(workerData.diff, workerData.files))
