import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCommand } from './judge-command.ts'

test.each([
  ['/judge rerun', 'rerun', null],
  ['/judge resume please', 'resume', 'please'],
  ['/JUDGE  Accept\r\n\r\nIt is fine.\r\nReally.', 'accept', 'It is fine.\r\nReally.'],
  ['/judge\tclose  ', 'close', null],
])('%j answers %s', (body, option, note) => {
  expect(parseCommand(body)).toEqual({ kind: 'answer', option, note })
})

test.each(['/judge', '/judge merge', '/judge rerunning', '/judge: rerun', '/judge rerun.'])(
  '%j is no answer',
  (body) => expect(parseCommand(body)?.kind ?? 'unknown').toBe('unknown'),
)

test.each([
  '> /judge rerun',
  ' /judge rerun',
  'judge rerun',
  '/judgement rerun',
  'ok\n/judge rerun',
  '',
])('%j is no command', (body) => expect(parseCommand(body)).toBeNull())

test('a note has at most 20,000 characters, and any text is read', () => {
  const long = parseCommand(`/judge rerun ${'x'.repeat(70_000)}`)
  expect(long?.kind === 'answer' && long.note?.length).toBe(20_000)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => void parseCommand(`/judge ${text}`)),
  )
})
