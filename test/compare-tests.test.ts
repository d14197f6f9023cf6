import { expect, test } from 'vitest'
import { createFindTestChanges } from '../services/judge/src/composition/compare-tests.ts'
import { parseDiff } from '../services/judge/src/diff/parse-diff.ts'
import { findTestChanges } from '../services/judge/src/test-changes/find-test-changes.ts'

/** A change that deletes every second of so many tests. */
function deleteTests(count: number) {
  const lines = Array.from({ length: count }, (_, index) => [
    `${index % 2 === 0 ? '-' : ' '}test('case ${index} of the table', () => {`,
    `${index % 2 === 0 ? '-' : ' '}  expect(compute(${index})).toBe(${index})`,
    `${index % 2 === 0 ? '-' : ' '}})`,
  ]).flat()
  const kept = lines.filter((line) => line.startsWith(' ')).length
  const diff = parseDiff(
    'diff --git a/test/a.test.ts b/test/a.test.ts\nindex 1111111..2222222 100644\n' +
      `--- a/test/a.test.ts\n+++ b/test/a.test.ts\n@@ -1,${lines.length} +1,${kept} @@\n` +
      `${lines.join('\n')}\n`,
  )
  return { diff, files: new Map() }
}

test('a large change is compared in a thread, with the same findings, and the process goes on', async () => {
  const change = deleteTests(1_500)
  let turns = 0
  const ticking = setInterval(() => {
    turns += 1
  }, 1)
  const findings = await createFindTestChanges()(change)
  clearInterval(ticking)
  expect(turns).toBeGreaterThan(10)
  expect(findings.length).toBeGreaterThan(0)
  expect(findings).toEqual(findTestChanges(change.diff, change.files))
})

test('a comparison that takes too long fails, and is tried again', async () => {
  const change = deleteTests(1_500)
  const find = createFindTestChanges(1)
  await expect(find(change)).rejects.toThrow('took over 0.001 s')
  await expect(find(change)).rejects.toThrow('took over 0.001 s')
})

test('a small change is compared at once', async () => {
  const change = deleteTests(2)
  expect(await createFindTestChanges(1)(change)).toEqual(findTestChanges(change.diff, change.files))
})
