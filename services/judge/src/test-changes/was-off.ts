import { selectFacts, type TestCase } from './test-file.ts'

/** Whether a test, or a suite around it, was skipped without a condition, and so checked nothing. */
export function wasOff(test: TestCase): boolean {
  const skips = selectFacts(test.side, 'mark').filter(
    ({ fact }) => fact.mark === 'skip' && fact.condition === null,
  )
  for (let at: TestCase | null = test; at !== null; at = at.parent)
    if (skips.some((skip) => skip.test === at)) return true
  return false
}
