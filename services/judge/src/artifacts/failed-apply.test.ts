import { expect, test } from 'vitest'
import { findFailedApply } from './failed-apply.ts'

test.each([
  'error: patch failed: src/a.ts:10\nerror: src/a.ts: patch does not apply',
  'error: corrupt patch at line 7',
  'Patch failed at 0001 Add a retry budget',
  "Applied patch to 'src/a.ts' with conflicts.",
  'error: could not apply 3f2c1aa... Add a retry budget',
  'Applying patch src/a.ts with 1 reject...',
])('the message %j of git is a failed apply', (words) => {
  expect(findFailedApply(` M src/b.ts\n${words}\n`)).toBe(words)
})

test.each([
  '',
  ' M src/a.ts\n?? patch failed',
  'On branch main\nnothing to commit',
  'log: error: patch failed: src/a.ts:10',
  'the patch does not apply, said the agent',
])('%j is none', (text) => expect(findFailedApply(text)).toBeNull())
