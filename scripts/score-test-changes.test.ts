import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scoreFolder, summarize } from './score-test-changes.ts'

/* Our own labelled diffs guard what the analysis of test changes has learned. */

const folder = join(import.meta.dirname, '../test/fixtures/tamper')
const summary = summarize(scoreFolder(folder))

test('the corpus has losses and honest edits in equal parts', () => {
  const { all } = summary
  const losses = all['recall of high and medium'].of + all['recall of low'].of
  expect(losses).toBeGreaterThanOrEqual(60)
  expect(all['false alarms'].of).toBeGreaterThanOrEqual(60)
})

test('every labelled loss is found by rules alone', () => {
  expect(summary.misses.map(({ id }) => id)).toEqual([])
})

test('no labelled honest edit is called a loss', () => {
  expect(summary.falseAlarms.map(({ id }) => id)).toEqual([])
})

test('few honest edits are asked about', () => {
  expect(summary.all['others asked about'].share).toBeLessThanOrEqual(0.25)
})
