import { expect, test } from 'vitest'
import { parseDiff } from '../../diff/parse-diff.ts'
import { statuses, terminalStatuses } from '../../run/lifecycle.ts'
import { isReason, reasons } from '../../run/reasons.ts'
import type { RunView } from '../http/run-schemas.ts'
import type { BlockerInput } from './blocker-input.ts'
import { buildBlockers } from './build-blockers.ts'
import type { StoredCheck, StoredThread } from './stored-facts.ts'

const commitSha = '4c1e09a7b2d1c4e5f60718293a4b5c6d7e8f9012'
const run = {
  id: 'r1',
  commitSha,
  prUrl: 'https://github.example/pull/1',
  reason: null,
  reasonKind: null,
  reasonText: null,
  headline: 'the headline',
  statusWords: 'Words',
  decidedAt: '2026-11-30T10:00:00.000Z',
  updatedAt: '2026-11-30T10:00:00.000Z',
  wait: null,
} as unknown as RunView

const input: BlockerInput = {
  status: 'needs_iteration',
  run,
  gates: [],
  facts: {
    checks: [],
    threads: [],
    histories: [],
    requests: [],
    sharedWithBase: null,
    baseIsGreen: false,
  },
  diff: parseDiff(
    'diff --git a/src/a.ts b/src/a.ts\n--- a/src/a.ts\n+++ b/src/a.ts\n' +
      '@@ -1,2 +1,3 @@\n one\n+two\n three\n',
  ),
  logs: new Map(),
  instructions: [],
  child: null,
  waiting: [],
  question: null,
  coverage: [],
  requestedReviewAt: null,
  rerunAt: null,
  decidedBy: 'service',
}
const thread: StoredThread = {
  id: 'T1',
  path: 'src/a.ts',
  line: 2,
  severity: 'P1',
  author: 'codex',
  body: '**Honour Retry-After**\n\nThe attempts follow at once.',
  url: 'https://github.example/t1',
  createdAt: null,
  commit: null,
}
const check: StoredCheck = {
  id: 7,
  kind: 'check_run',
  name: 'unit',
  label: 'unit',
  app: 'github-actions',
  workflow: 'CI',
  state: 'failure',
  url: 'https://github.example/c7',
  summary: null,
  startedAt: null,
  completedAt: null,
  required: true,
}
const gate = (name: string, over: object = {}) => ({
  name,
  result: 'refuse',
  reason: null,
  because: `${name} refuses`,
  evidence: [],
  at: run.updatedAt,
  ...over,
})

test('a thread shows its words, its lines, and what the next attempt made of it', () => {
  expect(
    buildBlockers({
      ...input,
      gates: [gate('review')],
      facts: { ...input.facts, threads: [thread] },
      instructions: [{ id: 'thread:T1', gate: 'review', text: 'settle it' }],
      child: {
        id: 'r2',
        uptake: [{ id: 'thread:T1', gate: 'review', result: 'obeyed', because: 'resolved' }],
      },
    }),
  ).toMatchObject([
    {
      kind: 'thread',
      title: 'Honour Retry-After',
      text: 'The attempts follow at once.',
      severity: 'P1',
      owner: { kind: 'agent' },
      excerpt: {
        lines: [
          { number: 1, kind: 'context', text: 'one' },
          { number: 2, kind: 'added', text: 'two' },
        ],
      },
      became: { result: 'obeyed', because: 'resolved', runId: 'r2' },
    },
  ])
})

test('a check shows the lines around its first error', () => {
  const log = [
    'Run npm test',
    ...Array.from({ length: 30 }, (_, n) => `ok ${n}`),
    'FAIL  a.test.ts',
    'after',
  ].join('\n')
  const [blocker] = buildBlockers({
    ...input,
    gates: [gate('ci')],
    facts: { ...input.facts, checks: [check] },
    logs: new Map([[7, log]]),
    instructions: [{ id: 'check:github-actions/unit', gate: 'ci', text: 'make it pass' }],
  })
  expect(blocker).toMatchObject({ kind: 'check', title: 'unit failed', url: check.url })
  const { lines } = Object(blocker?.excerpt)
  expect(lines).toHaveLength(14)
  expect(lines).toContainEqual({ kind: 'error', text: 'FAIL  a.test.ts', number: 32 })
})

test('without instructions, each gate that refuses is a blocker with its evidence', () => {
  expect(
    buildBlockers({
      ...input,
      gates: [
        gate('scope', {
          evidence: [{ text: 'src/a.ts is denied', path: 'src/a.ts', line: 2, url: null }],
        }),
        gate('ci', { result: 'pass' }),
      ],
    }),
  ).toMatchObject([
    { kind: 'gate', title: 'scope refuses', text: 'src/a.ts is denied', path: 'src/a.ts', line: 2 },
  ])
})

test('the question comes before what led to it', () => {
  const question = { id: 'q1', text: 'Is it done?', recommendation: 'accept' }
  expect(
    buildBlockers({ ...input, status: 'needs_human', question, gates: [gate('ci')] }).map(
      ({ kind }) => kind,
    ),
  ).toEqual(['question', 'gate'])
})

test('an open run names what it waits for, from whom, and what happens then', () => {
  expect(
    buildBlockers({
      ...input,
      status: 'waiting_for_review',
      requestedReviewAt: '2026-11-30T09:00:00.000Z',
      waiting: [
        {
          what: 'review',
          since: run.updatedAt,
          deadline: '2026-11-30T11:00:00.000Z',
          wouldChange: ['review'],
          because: 'no review yet',
          items: [{ text: 'codex', url: null }],
        },
      ],
    }),
  ).toMatchObject([
    {
      kind: 'wait',
      title: 'The review of 4c1e09a',
      owner: { kind: 'reviewer', name: 'codex' },
      until: '2026-11-30T11:00:00.000Z',
      asked: 'A review was requested at 2026-11-30T09:00:00.000Z.',
      afterwards: 'a person is asked',
    },
  ])
})

test('a completed run shows each requirement with the line that meets it', () => {
  const quote = { path: 'src/a.ts', line: 2, quote: 'two', holds: true, because: null }
  expect(
    buildBlockers({
      ...input,
      status: 'completed',
      run: { ...run, reason: 'accepted' },
      coverage: [
        {
          requirement: '1. two',
          met: true,
          citations: [quote],
          test: { path: 'a.test.ts', line: 4 },
        },
      ],
    }),
  ).toMatchObject([
    {
      kind: 'requirement',
      title: '1. two',
      text: 'Covered by a.test.ts:4.',
      excerpt: { lines: [{ text: 'one' }, { text: 'two' }] },
    },
  ])
})

test('every status with every reason has something to show', () => {
  for (const status of statuses) {
    const all = terminalStatuses.some((one) => one === status)
      ? Object.keys(reasons).filter(isReason)
      : [null]
    for (const reason of all) {
      const blockers = buildBlockers({
        ...input,
        status,
        run: { ...run, reason },
        waiting:
          all[0] === null
            ? [
                {
                  what: 'ci',
                  since: null,
                  deadline: null,
                  wouldChange: [],
                  because: 'x',
                  items: [],
                },
              ]
            : [],
      })
      expect(blockers.length, `${status}/${reason}`).toBeGreaterThan(0)
    }
  }
})
