import { expect, test } from 'vitest'
import { terminalStatuses } from './lifecycle.ts'
import { describeReason, isInfrastructure, isReason, reasons, usesAttempt } from './reasons.ts'

/* The closed set of reasons, which other programs rely on. */
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
    // Only where policy says so, as tests_weakened below.
    'secret_found',
    ...['ci_timeout', 'review_changes_requested', 'review_threads_open', 'judge_rejected'],
    ...['missing_commit', 'infrastructure'],
  ],
  needs_human: [
    ...['outage', 'base_broken'],
    ...[
      'missing_metadata',
      'completion_missing',
      'merge_conflict',
      'secret_found',
      'tests_weakened',
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

test.each(terminalStatuses)('the reasons of %s are exactly those of the contract', (status) => {
  const under = names.filter((reason) =>
    reasons[reason].outcomes.some((outcome) => outcome === status),
  )
  expect(under.toSorted()).toEqual([...contract[status]].toSorted())
})

test('infrastructure reasons are exactly those of the contract, and none of them uses an attempt', () => {
  expect(names.filter(isInfrastructure).toSorted()).toEqual(['infrastructure', 'missing_commit'])
  expect(names.filter((reason) => isInfrastructure(reason) && usesAttempt(reason))).toEqual([])
})

test('every other reason for another attempt uses one', () => {
  const retried = names.filter((reason) =>
    reasons[reason].outcomes.some((outcome) => outcome === 'needs_iteration'),
  )
  expect(retried.filter((reason) => !usesAttempt(reason) && !isInfrastructure(reason))).toEqual([])
})

test('every reason has one unique sentence', () => {
  const texts = names.map((reason) => describeReason(reason))
  for (const text of texts) expect(text).toMatch(/^[A-Z][^.]*\.$/)
  expect(new Set(texts).size).toBe(texts.length)
})

test('only the names in the set are reasons', () => {
  for (const name of ['accepted_', '', 'toString', '__proto__', 'constructor'])
    expect(isReason(name)).toBe(false)
})
