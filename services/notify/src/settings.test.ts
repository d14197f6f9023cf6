import { expect, test } from 'vitest'
import { filePrefix, millisIn, readSettings } from './settings.ts'

const nothing = (): string => {
  throw new Error('no such file')
}

test('a duration has a unit, or is in seconds', () => {
  expect(['250ms', '10s', '2m', '7'].map(millisIn)).toEqual([250, 10_000, 120_000, 7000])
  expect(['0s', '', 'soon', '-1s', '2h', '1.5s', '61m'].map(millisIn)).toEqual(Array(7).fill(null))
})

test('without an environment nothing is posted and nothing is wrong', () => {
  expect(readSettings({}, nothing)).toMatchObject({
    url: null,
    tokens: [],
    timeout: 10_000,
    faults: [],
  })
})

test('a base URL keeps its path', () => {
  const url = (base: string) => readSettings({ CODEX_JUDGE_URL: base }, nothing).url
  expect(url('https://judge.example/base/')).toBe('https://judge.example/base/api/codex/notify')
  expect(url('ftp://judge.example')).toBeNull()
  expect(url('judge')).toBeNull()
})

test('a stage cannot lead out of the folder', () => {
  expect(filePrefix('../../etc/x')).toBe('.codex-------etc-x')
})

test('what is named like a secret is one, where it is long enough to be no word', () => {
  const { secrets } = readSettings(
    {
      INGEST_TOKEN: 'a,token-12',
      MY_API_KEY: 'abcdefghijkl',
      KEYBOARD: 'abcdefghijklmn',
      DB_PASSWORD: 'short',
    },
    nothing,
  )
  expect(secrets).toEqual(['token-12', 'abcdefghijkl'])
})
