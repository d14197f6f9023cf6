import { expect, test } from 'vitest'
import { evidence } from '../../../../../test/harness/accepted-facts.ts'
import { type RunRow, readEvidence } from './rows.ts'

test('evidence of an older release has no list of commands, and is readable', () => {
  const stored = JSON.parse(JSON.stringify(evidence))
  delete stored.stream.commands
  const row = { evidence: stored } as RunRow
  expect(readEvidence(row)?.stream).toMatchObject({ lastMessage: 'Done.', commands: null })
  expect(readEvidence({ evidence: null } as RunRow)).toBeNull()
})
