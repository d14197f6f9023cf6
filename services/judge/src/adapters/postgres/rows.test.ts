import { expect, test } from 'vitest'
import { evidence } from '../../../../../test/harness/accepted-facts.ts'
import {
  type AttemptRow,
  type RunRow,
  readAttempt,
  readEvidence,
  readThreads,
  readUptake,
} from './rows.ts'

test('evidence of an older release has no list of commands, and is readable', () => {
  const stored = JSON.parse(JSON.stringify(evidence))
  delete stored.stream.commands
  const row = { evidence: stored } as RunRow
  expect(readEvidence(row)?.stream).toMatchObject({ lastMessage: 'Done.', commands: null })
  expect(readEvidence({ evidence: null } as RunRow)).toBeNull()
})

const attempt: AttemptRow = {
  id: '0199aaaa-0000-7000-8000-000000000001',
  attempt: 1,
  status: 'needs_iteration',
  reason: 'ci_failed',
  cause_reason: null,
  started_at: null,
  finished_at: null,
  created_at: new Date(0),
  failure_fingerprint: null,
  diff_digest: null,
  commit_sha: null,
  pr_url: null,
  attempt_record: null,
}

test('a record without instructions and summary has none', () => {
  const satisfied = { requirements: [], threads: [], checks: [] }
  const old = { reason: 'ci_failed', base: null, contentDigest: 'c', originDigest: 'o', satisfied }
  expect(readAttempt({ ...attempt, attempt_record: old }).record).toEqual({
    ...old,
    instructions: [],
    summary: null,
  })
  expect(readAttempt(attempt).record).toBeNull()
})

test('a sum of tokens is that of the thread of its run', () => {
  const usage = { inputTokens: 7, cachedInputTokens: 0, outputTokens: 1, reasoningOutputTokens: 0 }
  const row = { thread_id: 't', agent_usage: usage, agent_threads: null }
  expect(readThreads(row)).toEqual([{ threadId: 't', usage }])
  expect(readThreads({ ...row, agent_usage: null })).toEqual([])
  expect(readThreads({ ...row, agent_threads: [] })).toEqual([])
})

test('a run that was decided on without uptake was given no instructions', () => {
  expect(readUptake({ uptake: null })).toEqual([])
})
