import { expect, test } from 'vitest'
import {
  ago,
  createAcceptedFacts,
  createChange,
  createRecordedEffect,
  createRun,
  escalation,
  issue,
  minute,
  now,
  shipped,
} from '../../../../test/harness/accepted-facts.ts'
import { task } from '../../../../test/harness/arbitrary-state.ts'
import { known, notYet, unreadable } from '../lib/known.ts'
import type { Run } from '../run/run.ts'
import { decide } from './decide.ts'
import type { Facts, RecordedEffect } from './facts.ts'
import type { Step } from './step.ts'

const dispatch = (
  over: Partial<RecordedEffect> = {},
  asked: { by: string; at: Facts['reconsiderAt'] & number } | null = null,
): RecordedEffect =>
  createRecordedEffect(
    {
      ...{ kind: 'dispatch', key: 'dispatch:x', task, notBefore: 0, patience: 1 },
      ...(asked === null ? {} : { asked }),
    },
    over,
  )
const open = known(createChange(), now)
const merged = known(
  createChange({ state: 'merged', closedBy: 'octo', closedAt: ago(minute) }),
  now,
)
const closed = known(createChange({ state: 'closed', closedAt: ago(minute) }), now)
const none = known({ kind: 'none' as const, branchHead: null, baseHead: null, since: now }, now)
const closedIssue = known({ ...issue, state: 'closed' as const, closedAt: ago(minute) }, now)
const unread = notYet('not observed', now)
const away = unreadable('GitHub: answered 502', ago(minute))

type Given = Partial<Facts> & Pick<Run, 'status'> & { readonly reason?: Run['reason'] }
const decideOf = ({ status, reason = null, ...facts }: Given): Step =>
  decide(
    createAcceptedFacts({ run: createRun({ status, reason, waitingFor: [] }), ...facts }),
    now,
    shipped,
  )
const describe = (step: Step): string => {
  if (step.kind === 'stay')
    return `stay${step.reconsiders ? `, again in ${((step.pollAt ?? now) - now) / 1000} s` : ''}`
  const reason = step.kind === 'end' ? ` as ${step.reason}` : ''
  return `${step.status}${reason} by ${step.mover}`
}

const retried = { status: 'needs_iteration', reason: 'ci_failed' } as const
const asking = { status: 'needs_human', reason: 'merge_conflict', escalation } as const
const waiting = [dispatch()]

test.each<[when: string, given: Given, expected: string]>([
  [
    'the pull request was merged before the dispatch',
    { ...retried, change: merged, effects: waiting },
    'closed as merged_by_person by github',
  ],
  [
    'the pull request was closed before the dispatch',
    { ...retried, change: closed, effects: waiting },
    'closed as pull_request_closed by github',
  ],
  [
    'the issue was closed before the dispatch',
    { ...retried, change: open, issueState: closedIssue, effects: waiting },
    'closed as issue_closed by github',
  ],
  [
    'the issue was closed and there is no pull request',
    { ...retried, change: none, issueState: closedIssue, effects: waiting },
    'closed as issue_closed by github',
  ],
  [
    'the performer of the dispatch found that it is not wanted',
    {
      ...retried,
      change: unread,
      issueState: unread,
      effects: [
        dispatch({
          state: 'replaced',
          unwanted: { reason: 'issue_closed', because: 'Issue #41 was closed.' },
        }),
      ],
    },
    'closed as issue_closed by github',
  ],
  [
    'the dispatch was withdrawn because another run arrived',
    { ...retried, change: unread, issueState: unread, effects: [dispatch({ state: 'replaced' })] },
    'stay',
  ],
  [
    'the dispatch was accepted',
    { ...retried, change: merged, effects: [dispatch({ state: 'done' })] },
    'stay',
  ],
  [
    'the dispatch is being tried',
    { ...retried, change: merged, effects: [dispatch({ inFlight: true })] },
    'stay',
  ],
  [
    'a person asked for the attempt after the merge',
    { ...retried, change: merged, effects: [dispatch({}, { by: 'octo', at: now })] },
    'stay',
  ],
  [
    'a person asked for the attempt before the merge',
    { ...retried, change: merged, effects: [dispatch({}, { by: 'octo', at: ago(2 * minute) })] },
    'closed as merged_by_person by github',
  ],
  ['nothing was read', { ...retried, change: unread, issueState: unread }, 'stay'],
  [
    'the pull request was merged while a person was asked',
    { ...asking, change: merged },
    'closed as merged_by_person by github',
  ],
  [
    'the issue was closed while a person was asked',
    { ...asking, change: open, issueState: closedIssue },
    'closed as issue_closed by github',
  ],
  ['a person is asked about open work', { ...asking, change: open }, 'stay'],
])('%s', (_when, given, expected) => {
  expect(describe(decideOf(given))).toBe(expected)
})

const wasClosed = { status: 'closed', reason: 'pull_request_closed' } as const
const issueClosed = { status: 'closed', reason: 'issue_closed' } as const
const resumed = 'run_complete by github'

test.each<[when: string, given: Given, expected: string]>([
  ['its pull request is open again', { ...wasClosed, change: open }, resumed],
  ['its issue is open again', { ...issueClosed, change: none }, resumed],
  ['its issue is open again, with a pull request', { ...issueClosed, change: open }, resumed],
  ['only its issue is open', { ...wasClosed, change: closed }, 'stay'],
  [
    'only its pull request is open',
    { ...wasClosed, change: open, issueState: closedIssue },
    'stay',
  ],
  ['its pull request is not found', { ...wasClosed, change: none }, 'stay'],
  ['it was merged meanwhile', { ...wasClosed, change: merged }, 'stay'],
  ['a newer run exists', { ...wasClosed, change: open, hasNewerRun: true }, 'stay'],
  [
    'another attempt was dispatched',
    { ...wasClosed, change: open, effects: [dispatch({ state: 'done' })] },
    'stay',
  ],
  [
    'another attempt is about to be dispatched',
    { ...wasClosed, change: open, effects: waiting },
    'stay',
  ],
  ['a merge ended it', { status: 'closed', reason: 'merged_by_person', change: open }, 'stay'],
  ['a person stopped it', { status: 'closed', reason: 'stopped_by_person', change: open }, 'stay'],
  ['no one answered', { status: 'closed', reason: 'unanswered', change: open }, 'stay'],
])('a closed run, when %s', (_when, given, expected) => {
  expect(describe(decideOf(given))).toBe(expected)
})

const read = { change: closed, issueState: known(issue, now) }
test.each<[when: string, given: Given, expected: string]>([
  ['at first', { ...wasClosed, ...read, reconsiderAt: now }, 'stay, again in 5 s'],
  [
    'after half a minute',
    { ...wasClosed, ...read, reconsiderAt: ago(30_000) },
    'stay, again in 30 s',
  ],
  ['after two minutes', { ...wasClosed, ...read, reconsiderAt: ago(2 * minute) }, 'stay'],
  [
    'while GitHub cannot be read',
    { ...wasClosed, change: away, issueState: away, reconsiderAt: ago(2 * minute) },
    'stay, again in 300 s',
  ],
  [
    'not once a newer run exists',
    { ...wasClosed, ...read, reconsiderAt: now, hasNewerRun: true },
    'stay',
  ],
  [
    'not once the dispatch was accepted',
    {
      ...retried,
      change: merged,
      reconsiderAt: now,
      effects: [dispatch({ state: 'done' })],
    },
    'stay',
  ],
  [
    'while a dispatch is being tried',
    { ...retried, change: merged, reconsiderAt: now, effects: [dispatch({ inFlight: true })] },
    'stay, again in 5 s',
  ],
])('GitHub is compared again %s', (_when, given, expected) => {
  expect(describe(decideOf(given))).toBe(expected)
})

test('the question that a merge answers is resolved, and the commit keeps its status', () => {
  const asked = createRecordedEffect(
    {
      ...{ kind: 'discord', key: 'discord:x', channel: 'escalation', what: 'escalation' },
      ...{ text: 'Is it?', edits: null },
    },
    { state: 'done' },
  )
  const step = decideOf({ ...asking, change: merged, effects: [asked] })
  expect(step.effects.map(({ effect }) => effect)).toMatchObject([
    { kind: 'discord', what: 'settled', edits: 'discord:x' },
  ])
  expect(step).toMatchObject({ causeReason: 'merge_conflict', escalation: null })
})
