import { expect, test } from 'vitest'
import {
  ahead,
  createAcceptedFacts,
  createChange,
  createRun,
  createVerdict,
  head,
  minute,
  model,
  now,
  passing,
  subject,
} from '../../../../test/harness/accepted-facts.ts'
import { check } from '../../../../test/harness/text-samples.ts'
import { decide } from '../decide/decide.ts'
import type { Facts } from '../decide/facts.ts'
import { evaluateCi, evaluateReview } from '../decide/head-view.ts'
import { parseDiff } from '../diff/parse-diff.ts'
import type { Check, Snapshot } from '../github/snapshot.ts'
import { parseJson } from '../lib/json.ts'
import { known } from '../lib/known.ts'
import { mergePolicy } from '../policy/merge-policy.ts'
import { readPolicyFile, type ServicePolicy } from '../policy/read-policy-file.ts'
import { formatParts, type Readings } from '../receipt/decision-record.ts'
import { findLabel } from './find-label.ts'
import { formatFate, type RecordedRun, replayRun } from './replay-run.ts'
import { createSummary, formatSummary } from './summarize.ts'

const readService = (text = ''): ServicePolicy => {
  const read = readPolicyFile(text)
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return read.ok
}

const reviewers = { codexReviewers: ['chatgpt-codex-connector[bot]'], ourLogins: [] }

/** What GitHub said about the head: these checks, and a reviewer who found nothing. */
function createReadings(checks: readonly Check[], policyText: string | null = null): Readings {
  const change = createChange()
  if (change.kind !== 'pull_request') throw new Error('there is no pull request')
  const snapshot: Snapshot = {
    observedAt: now,
    repository: 'acme/widgets',
    pullRequest: change.pullRequest,
    headCommittedAt: null,
    checks,
    suites: [],
    requiredChecks: [],
    reviews: [],
    threads: [],
    reactions: [
      {
        content: 'THUMBS_UP',
        author: { login: 'chatgpt-codex-connector', bot: true },
        createdAt: ahead(minute),
      },
    ],
    comments: [],
    context: {
      observedAt: now,
      repository: 'acme/widgets',
      defaultBranch: 'main',
      policyText,
      issue: null,
      branchHead: head,
    },
  }
  return { policyText, reviewers, head: { snapshot, heads: [], repaired: [] } }
}

const diffText = `diff --git a/src/a.ts b/src/a.ts
index 1111111..2222222 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1 +1,2 @@
 let budget = 0
+budget = 3
`
const diff = parseDiff(diffText)
/** The model accepted exactly this change. */
const accepted = createVerdict(
  { kind: 'valid', answer: passing },
  { subject: { ...subject, diffDigest: diff.digest } },
)

const green: Check = { ...check, name: 'unit', label: 'unit', state: 'success', required: false }
const red: Check = { ...green, name: 'lint', label: 'lint', id: 99, state: 'failure' }

/** A run as it was recorded under a policy of the service. */
function record(
  service: ServicePolicy,
  readings: Readings,
  over: Partial<Facts> = {},
  later: RecordedRun['later'] = [],
): RecordedRun {
  const { policy, origins } = mergePolicy(service, 'acme/widgets', readings.policyText)
  const run = createRun()
  if (readings.head === null) throw new Error('there is no head')
  const view = { ...readings.head, run, head, effects: [], now, policy }
  const facts = createAcceptedFacts({
    run,
    ci: known(evaluateCi(view), now),
    review: known(evaluateReview(view, reviewers), now),
    diff: known(diff, now),
    base: known({ commit: head, branch: 'main', shared: [], isGreen: true, repaired: [] }, now),
    ...over,
  })
  const step = decide(facts, now, policy)
  if (step.kind !== 'end') throw new Error(`the run does not end: ${JSON.stringify(step)}`)
  const trigger = { kind: 'observation' } as const
  const texts = formatParts({ facts, policy, origins, now, trigger, readings, prompts: [], step })
  const parts = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, parseJson(text)]),
  )
  return {
    id: 'run-1',
    issue: 'acme/widgets#41',
    attempt: 1,
    later,
    whyNot: '',
    decision: {
      outcome: step.status,
      reason: step.reason,
      because: step.because,
      parts: { ...parts, diff: diffText },
    },
  }
}

const noModel = 'judge: { models: [] }\nci: { rerun_failed_once: false }'
const withoutModel = readService(noModel)
const replayed = (run: RecordedRun, text: string) => {
  const result = replayRun(run, readService(text))
  if (result.kind !== 'replayed') return result.because
  return [formatFate(result.from), formatFate(result.to), result.gate]
}

test.each<[string, RecordedRun, string, unknown]>([
  [
    'the same policy changes nothing',
    record(withoutModel, createReadings([green, red])),
    noModel,
    ['needs_iteration (ci_failed)', 'needs_iteration (ci_failed)', null],
  ],
  [
    'CI is computed again from the checks: a check that is ignored now does not count',
    record(withoutModel, createReadings([green, red])),
    'judge: { models: [] }\nci: { rerun_failed_once: false, ignore: [lint] }',
    ['needs_iteration (ci_failed)', 'completed (accepted)', null],
  ],
  [
    'a check that is required now and does not exist is waited for',
    record(withoutModel, createReadings([green])),
    'judge: { models: [] }\nci: { required: [e2e] }',
    ['completed (accepted)', 'would wait for ci', 'ci'],
  ],
  [
    'a gate with another limit refuses',
    record(withoutModel, createReadings([green])),
    'judge: { models: [] }\ndiff: { denied_paths: ["src/**"] }',
    ['completed (accepted)', 'needs_iteration (out_of_scope)', 'scope'],
  ],
  [
    'the file of the repository still counts, and is locked by the new policy',
    record(withoutModel, createReadings([green, red], 'ci: { ignore: [lint] }')),
    `${noModel}\nlocked: [ci.ignore]`,
    ['completed (accepted)', 'needs_iteration (ci_failed)', 'ci'],
  ],
  [
    'the verdict of a model is replayed',
    record(readService(), createReadings([green]), { verdicts: [accepted] }),
    'judge: { escalate_below: 0.7 }',
    ['completed (accepted)', 'completed (accepted)', null],
  ],
  [
    'a model that has not answered would be asked',
    record(readService(), createReadings([green]), { verdicts: [accepted] }),
    'judge: { models: [codex] }',
    ['completed (accepted)', 'would ask codex', null],
  ],
  [
    'a run that no model judged would ask one',
    record(withoutModel, createReadings([green]), { verdicts: [] }),
    '',
    ['completed (accepted)', `would ask ${model}`, null],
  ],
  [
    'a refusal by a budget that was raised would ask again',
    record(readService(), createReadings([green]), {
      verdicts: [
        createVerdict(
          { kind: 'budget', because: 'The budget of the run is used up.', budget: 'run' },
          { subject: accepted.subject },
        ),
      ],
    }),
    'budget: { run_usd: 9 }',
    ['needs_human (budget_exhausted)', `would ask ${model}`, null],
  ],
  [
    'a run that kept nothing is not replayed',
    { id: 'r', issue: 'acme/widgets#1', attempt: 1, decision: null, whyNot: 'gone', later: [] },
    '',
    'gone',
  ],
])('%s', (_what, run, policy, expected) => {
  expect(replayed(run, policy)).toEqual(expected)
})

test('what this release decides otherwise by itself is not the doing of the policy', () => {
  const run = record(withoutModel, createReadings([green]))
  if (run.decision === null) throw new Error('nothing was decided')
  const old = { ...run, decision: { ...run.decision, reason: 'accepted_without_change' } }
  expect(replayed(old, noModel)).toMatch(/^this release decides otherwise/)
})

test.each([
  [
    'a merge takes the work',
    [{ outcome: 'closed', reason: 'merged_by_person', by: 'service' }],
    'taken',
  ],
  [
    'so does an override',
    [{ outcome: 'completed', reason: 'decided_by_person', by: 'ann' }],
    'taken',
  ],
  [
    'closing the pull request rejects it',
    [{ outcome: 'closed', reason: 'pull_request_closed', by: 'service' }],
    'rejected',
  ],
  [
    'so does stopping it',
    [{ outcome: 'closed', reason: 'stopped_by_person', by: 'ann' }],
    'rejected',
  ],
  [
    'another attempt that a person asks for rejects it',
    [{ outcome: 'needs_iteration', reason: 'decided_by_person', by: 'ann' }],
    'rejected',
  ],
  ['silence says nothing', [{ outcome: 'closed', reason: 'unanswered', by: 'service' }], null],
  [
    'a closed issue says nothing',
    [{ outcome: 'closed', reason: 'issue_closed', by: 'service' }],
    null,
  ],
])('%s', (_what, later, expected) => {
  expect(findLabel(later)).toBe(expected)
})

test('the summary counts changes, examples, and the mistakes that people found', () => {
  const summary = createSummary((id) => `http://judge.test/runs/${id}`)
  const policy = readService(
    'judge: { models: [] }\nci: { rerun_failed_once: false, ignore: [lint] }',
  )
  const taken = [{ outcome: 'closed', reason: 'merged_by_person', by: 'service' }]
  const rejected = [{ outcome: 'closed', reason: 'decided_by_person', by: 'ann' }]
  const failed = record(withoutModel, createReadings([green, red]))
  const runs = [
    { ...failed, later: taken },
    { ...failed, later: rejected },
    ...Array.from({ length: 6 }, (_, n) => ({ ...failed, id: `run-${n}` })),
    record(withoutModel, createReadings([green])),
    { ...failed, decision: null, whyNot: 'gone' },
  ]
  for (const run of runs) summary.add(run, replayRun(run, policy))
  const finished = summary.finish()
  expect(finished).toMatchObject({
    runs: 10,
    unchanged: 1,
    changes: [
      { from: 'needs_iteration (ci_failed)', to: 'completed (accepted)', gate: null, count: 8 },
    ],
    notReplayable: [{ because: 'gone', count: 1 }],
    labels: {
      labelled: 2,
      open: 0,
      before: { wrongPasses: 0, wrongRefusals: 1 },
      after: { wrongPasses: 1, wrongRefusals: 0 },
    },
  })
  expect(finished.changes[0]?.examples).toHaveLength(5)
  expect(formatSummary(finished)).toEqual([
    '10 decided runs: 1 unchanged, 8 changed, 1 not replayable',
    '8: needs_iteration (ci_failed) → completed (accepted)',
    ...Array.from({ length: 5 }, () =>
      expect.stringMatching(
        /^ {4}acme\/widgets#41 attempt 1, http:\/\/judge\.test\/runs\/run-\d: Every gate passed/,
      ),
    ),
    'not replayable: 1: gone',
    'People decided on 2 of the replayed runs: wrong passes 0 → 1, wrong refusals 1 → 0.',
  ])
})
