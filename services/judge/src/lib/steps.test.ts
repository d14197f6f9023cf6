import { expect, test } from 'vitest'
import { runAtOnce, runWithPauses, type Steps } from './steps.ts'

function* count(log: string[]): Steps<string> {
  for (const step of ['first', 'second']) {
    log.push(step)
    yield
  }
  return 'done'
}

test('runs all steps at once, and returns what they come to', () => {
  const log: string[] = []
  expect(runAtOnce(count(log))).toBe('done')
  expect(log).toEqual(['first', 'second'])
})

test('lets the process go on after each step', async () => {
  const log: string[] = []
  setImmediate(() => log.push('something else'))
  expect(await runWithPauses(count(log))).toBe('done')
  expect(log).toEqual(['first', 'something else', 'second'])
})
