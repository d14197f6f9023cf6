import { expect, test } from 'vitest'
import { head } from '../../../../../test/harness/accepted-facts.ts'
import { createJobLog } from '../../../../../test/harness/job-logs.ts'
import { check } from '../../../../../test/harness/text-samples.ts'
import type { GithubReads } from '../../github/port.ts'
import { Failure } from '../../lib/failure.ts'
import { emptyFactCache, type FactCache } from './fact-cache.ts'
import { readLog } from './read-logs.ts'

const signal = new AbortController().signal
const raw = createJobLog('installing\nerror: no token abc')
const failWith = (kind: 'unavailable' | 'forbidden' | 'refused') => async (): Promise<string> => {
  throw new Failure(kind, kind)
}

/** Reads a log; `stored` is what an earlier reconciliation stored of it. */
async function read(
  readJobLog: () => Promise<string | null>,
  stored: Awaited<ReturnType<FactCache['find']>> = null,
) {
  const put: unknown[] = []
  const cache: FactCache = {
    ...emptyFactCache,
    find: async () => stored,
    put: (fact) => put.push(fact),
  }
  const log = await readLog(
    {
      github: { readJobLog } as unknown as GithubReads,
      mask: async (text) => text.replaceAll('abc', '[masked]'),
      cache,
      repository: 'acme/widgets',
      commit: head,
    },
    check,
    signal,
  )
  return { log, put }
}

test('a log is cleaned, masked and cut, and stored with its error lines', async () => {
  const { log, put } = await read(async () => raw)
  expect(log?.errors).toEqual(['error: no token [masked]'])
  expect(log?.window).toMatch(/^Run npm test\ninstalling\nerror: no token \[masked\]\n/)
  expect(put).toEqual([
    {
      kind: 'check_log',
      commit: head,
      value: { check: check.id, name: 'unit', errors: log?.errors },
      text: log?.window,
    },
  ])
})

test('a log that was stored is not read again', async () => {
  const stored = { value: { check: check.id, errors: ['e'] }, text: 'window' }
  expect(await read(failWith('unavailable'), stored)).toEqual({
    log: { window: 'window', errors: ['e'] },
    put: [],
  })
})

test('the end of a log that an earlier release stored is cut when it is read', async () => {
  const stored = { value: { check: check.id }, text: raw }
  const { log } = await read(failWith('unavailable'), stored)
  expect(log?.errors).toEqual(['error: no token abc'])
  expect(log?.window).not.toContain('Cleaning up orphan processes')
})

test('a log that is gone or may not be read is none; one that GitHub does not send now is unknown', async () => {
  for (const gone of [async () => null, failWith('forbidden'), failWith('refused')])
    expect(await read(gone)).toEqual({ log: null, put: [] })
  await expect(read(failWith('unavailable'))).rejects.toThrow('unavailable')
})
