import { fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

/** Reads one generated archive in a separate process and returns the memory that it needed. */
async function measurePeak(
  what: 'archive' | 'bomb',
): Promise<{ readonly extra: number; readonly outcome: string; readonly storedBytes: number }> {
  const child = fork(new URL('measure-read.ts', import.meta.url), [what], {
    execArgv: ['--expose-gc', '--max-semi-space-size=2'],
  })
  const [message] = await once(child, 'message')
  await once(child, 'exit')
  return message
}

const mebibyte = 1024 * 1024

test('an archive of 50 MiB is read with at most 64 MiB more memory', async () => {
  const { extra, outcome, storedBytes } = await measurePeak('archive')
  expect(outcome).toBe('read')
  expect(storedBytes).toBeGreaterThan(50 * mebibyte)
  expect(extra).toBeLessThan(64 * mebibyte)
})

test('ten gigabytes of zeros are refused at the cap, without the memory for them', async () => {
  const { extra, outcome } = await measurePeak('bomb')
  expect(outcome).toMatch(/^refused: it unpacks to more than/)
  expect(extra).toBeLessThan(64 * mebibyte)
})
