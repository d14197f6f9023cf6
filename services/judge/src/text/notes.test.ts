import { expect, test } from 'vitest'
import type { EvidenceItem } from '../gates/gate.ts'
import { formatNotes } from './notes.ts'

const notice = (name: string, evidence: readonly EvidenceItem[]) => ({
  name,
  result: { result: 'pass' as const, because: 'seen', evidence },
})

test('the next prompt has what was noticed, without what is fine', () => {
  const text = formatNotes([
    notice('tests', [{ kind: 'settled', text: 'not a note' }]),
    notice('hygiene', [
      { kind: 'settled', text: 'left\nfrom debugging', path: 'src/a.ts', line: 3 },
    ]),
    notice('claims', [
      { kind: 'settled', text: 'contradicted: "All tests pass." (the command failed: npm test)' },
      { kind: 'settled', text: 'supported: "The build succeeds."' },
    ]),
  ])
  expect(text.split('\n').slice(4)).toEqual([
    '- `src/a.ts:3`: left from debugging',
    '- contradicted: "All tests pass." (the command failed: npm test)',
  ])
})

test('without notes there is no section, and many are counted', () => {
  expect(formatNotes([notice('hygiene', [])])).toBe('')
  const many = Array.from({ length: 25 }, (): EvidenceItem => ({ kind: 'settled', text: 'x' }))
  expect(formatNotes([notice('hygiene', many)])).toMatch(/\n- and 5 more notes$/)
})
