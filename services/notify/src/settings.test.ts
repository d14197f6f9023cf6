import { expect, test } from 'vitest'
import { buildFilePrefix, parseDurationMs, readSettings } from './settings.ts'

const failToRead = (): string => {
  throw new Error('no such file')
}

test('a duration has a unit, or is in seconds', () => {
  expect(['250ms', '10s', '2m', '7'].map(parseDurationMs)).toEqual([250, 10_000, 120_000, 7000])
  expect(['0s', '', 'soon', '-1s', '2h', '1.5s', '61m'].map(parseDurationMs)).toEqual(
    Array(7).fill(null),
  )
})

test('an empty environment is valid and posts nothing', () => {
  expect(readSettings({}, failToRead)).toMatchObject({
    url: null,
    tokens: [],
    timeoutMs: 10_000,
    faults: [],
  })
})

test('a base URL keeps its path', () => {
  const url = (base: string) => readSettings({ CODEX_JUDGE_URL: base }, failToRead).url
  expect(url('https://judge.example/base/')).toBe('https://judge.example/base/api/codex/notify')
  expect(url('ftp://judge.example')).toBeNull()
  expect(url('judge')).toBeNull()
})

test('a stage cannot lead out of the folder', () => {
  expect(buildFilePrefix('../../etc/x')).toBe('.codex-------etc-x')
})

test('a variable that is named like a secret and is long enough is treated as one', () => {
  const { secrets } = readSettings(
    {
      INGEST_TOKEN: 'a,token-12',
      MY_API_KEY: 'abcdefghijkl',
      KEYBOARD: 'abcdefghijklmn',
      DB_PASSWORD: 'short',
    },
    failToRead,
  )
  expect(secrets).toEqual(['token-12', 'abcdefghijkl'])
})
