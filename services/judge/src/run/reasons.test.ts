import { expect, test } from 'vitest'
import { terminalStatuses } from './lifecycle.ts'
import { isGround, isReason, type Reason, reasons, reasonText, usesAttempt } from './reasons.ts'

/* The closed set of contract section 5, as other programs are written against it. */
const contract = {
  completed: ['accepted', 'accepted_without_change', 'decided_by_person'],
  needs_iteration: [
    ...[
      'workflow_failed',
      'empty_diff',
      'patch_failed',
      'missing_pull_request',
      'commit_not_pushed',
    ],
    ...[
      'pull_request_draft',
      'pull_request_behind',
      'wrong_base',
      'out_of_scope',
      'tests_weakened',
      'ci_failed',
    ],
    ...['ci_timeout', 'review_changes_requested', 'review_threads_open', 'judge_rejected'],
    ...['missing_commit', 'infrastructure'],
  ],
  needs_human: [
    ...[
      'missing_metadata',
      'completion_missing',
      'merge_conflict',
      'secret_found',
      'ci_action_required',
      'ci_missing',
    ],
    ...[
      'review_missing',
      'policy_invalid',
      'judge_unavailable',
      'judge_split',
      'low_confidence',
      'injection_suspected',
    ],
    ...[
      'no_progress',
      'attempts_exhausted',
      'budget_exhausted',
      'dispatch_failed',
      'infrastructure_exhausted',
    ],
    'decided_by_person',
  ],
  superseded: ['newer_run'],
  closed: [
    ...[
      'merged_by_person',
      'pull_request_closed',
      'issue_closed',
      'stopped_by_person',
      'unanswered',
    ],
    'decided_by_person',
  ],
} as const

const names = Object.keys(reasons).filter(isReason)

test.each(terminalStatuses)(
  'the reasons under %s are those of the contract, no more and no fewer',
  (status) => {
    const under = names.filter((reason) =>
      reasons[reason].outcomes.some((outcome) => outcome === status),
    )
    expect(under.toSorted()).toEqual([...contract[status]].toSorted())
  },
)

test('only what the contract names is the ground’s failure, and nothing is both the ground’s and the work’s', () => {
  expect(names.filter(isGround).toSorted()).toEqual(['infrastructure', 'missing_commit'])
  expect(names.filter((reason) => isGround(reason) && usesAttempt(reason))).toEqual([])
})

test('every other reason to try again uses an attempt', () => {
  const again = names.filter((reason) =>
    reasons[reason].outcomes.some((outcome) => outcome === 'needs_iteration'),
  )
  expect(again.filter((reason) => !usesAttempt(reason) && !isGround(reason))).toEqual([])
})

test('every reason says one sentence of its own', () => {
  const texts = names.map((reason: Reason) => reasonText(reason))
  for (const text of texts) expect(text).toMatch(/^[A-Z][^.]*\.$/)
  expect(new Set(texts).size).toBe(texts.length)
})

test('only the names of the set are reasons', () => {
  for (const name of ['accepted_', '', 'toString', '__proto__', 'constructor'])
    expect(isReason(name)).toBe(false)
})
