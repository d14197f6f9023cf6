import { expect, test } from 'vitest'
import { createJobLog, toolOutputs } from '../../../../../test/harness/job-logs.ts'
import { cleanLog } from './clean-log.ts'
import { listErrorLines } from './error-lines.ts'

const list = (raw: string) => listErrorLines(cleanLog(raw))

test.each(Object.entries(toolOutputs))('the error lines of %s are found', (_tool, sample) => {
  expect(list(createJobLog(sample.output))).toEqual(sample.errors.toSorted())
})

test.each(Object.entries(toolOutputs))(
  'another run of the same failure of %s has the same error lines',
  (_tool, { output }) => {
    const later = output
      .replace(/\d+\.\d+ ?s\b/g, '9.99 s')
      .replace(/\b\d+ms/g, '1.5s')
      .replaceAll('17:21', '18:3')
    expect(
      list(
        createJobLog(later, { at: '2027-02-01T23:59:59.000Z', workspace: '/builds/4711/widgets' }),
      ),
    ).toEqual(list(createJobLog(output)))
  },
)

test.each([
  ['another test', 'FAIL src/a.test.ts > adds', 'FAIL src/a.test.ts > subtracts'],
  ['another file', 'FAIL src/a.test.ts > adds', 'FAIL src/b.test.ts > adds'],
  ['another message', 'TypeError: x is not a function', 'TypeError: y is not a function'],
  ['one more', 'FAIL src/a.test.ts > adds', 'FAIL src/a.test.ts > adds\nFAIL src/c.test.ts > b'],
])('the failure of %s is another failure', (_what, one, other) => {
  expect(list(createJobLog(one))).not.toEqual(list(createJobLog(other)))
})

test.each([
  ['2026-11-30T10:00:00.123Z boom', '<time> boom'],
  ['2026-11-30 10:00:00,123 boom', '<time> boom'],
  ['[10:00:00.5] boom', '[<time>] boom'],
  ['timeout after 5003ms', 'timeout after <duration>'],
  ['timeout after 1m 3.5s', 'timeout after <duration>'],
  ['timeout after 30 seconds', 'timeout after <duration>'],
  ['cannot read /tmp/tmp.Ab3xY/out.json', 'cannot read <path>'],
  ['cannot read C:\\a\\widgets\\src\\retry.ts:3', 'cannot read <path>/retry.ts:<n>'],
  ['cannot read ./dist/main.3f2a9c1b.js', 'cannot read <path>/main.<id>.js'],
  ['no object 0x7ffd3c', 'no object <id>'],
  ['no commit 3f2a9c1b0', 'no commit <id>'],
  ['no job 0b5c1f0e-9a53-4c57-8a0c-0d6b3f9d2c11', 'no job <id>'],
  ['3/10 failed', '<n>/<n> failed'],
  ['fetch https://example.com:8443/a?b=1 failed', 'fetch <url> failed'],
  ['Expected  Foo   2.5', 'expected foo <n>'],
])('what varies is removed from %j', (line, normalized) => {
  expect(listErrorLines(`error: ${line}`)).toEqual([`error: ${normalized}`])
})

test('a log without any error still has lines that tell it apart', () => {
  expect(list(createJobLog([]))).toEqual(['process completed with exit code <n>.'])
  expect(listErrorLines('')).toEqual([])
  expect(listErrorLines('unit failed')).toEqual(['unit failed'])
})

test('an error that a step before the failed one ignored counts, too', () => {
  const log =
    '##[group]Run a\nerror: one\n##[error]x\n##[group]Run b\nfine\n##[group]Run c\n##[error]y'
  expect(listErrorLines(log)).toEqual(['error: one'])
})
