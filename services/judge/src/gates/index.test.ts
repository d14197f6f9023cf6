import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ago,
  ahead,
  createAcceptedFacts,
  createChange,
  createPolicy,
  createRun,
  diff,
  evidence,
  flake,
  head,
  issue,
  minute,
  now,
  otherCommit,
  shipped,
} from '../../../../test/harness/accepted-facts.ts'
import { anyFactsWith } from '../../../../test/harness/arbitrary-facts.ts'
import { moment } from '../../../../test/harness/arbitrary-observations.ts'
import { policies } from '../../../../test/harness/arbitrary-policies.ts'
import { blockingThread, check } from '../../../../test/harness/text-samples.ts'
import { decide } from '../decide/decide.ts'
import type { Facts } from '../decide/facts.ts'
import type { Check } from '../github/snapshot.ts'
import { addMillis } from '../lib/instant.ts'
import { known, notYet, unreadable } from '../lib/known.ts'
import type { Reason } from '../run/reasons.ts'
import type { GateResult } from './gate.ts'
import { evaluateGates, gates } from './index.ts'

const evaluateGate = (name: string, facts: Facts, policy = shipped): GateResult => {
  const found = evaluateGates(facts, policy, now).find((outcome) => outcome.name === name)
  if (found === undefined) throw new Error(`no gate ${name}`)
  return found.result
}
const summarize = (result: GateResult): string =>
  result.result === 'refuse'
    ? result.reason
    : result.result === 'wait'
      ? `wait for ${result.wait.what}, then ${result.reasonIfLate}`
      : 'pass'

const withPullRequest = (...of: Parameters<typeof createChange>): Partial<Facts> => ({
  change: known(createChange(...of), now),
})
const withoutPullRequest = (
  branchHead: typeof head | null,
  baseHead: typeof head | null = null,
): Partial<Facts> => ({
  change: known({ kind: 'none', branchHead, baseHead, since: now }, now),
})
const withCi = (value: Extract<Facts['ci'], { kind: 'known' }>['value']): Partial<Facts> => ({
  ci: known(value, now),
})
const failedCi = withCi({
  kind: 'failure',
  commit: head,
  failed: [check],
  passed: [],
  rerunnable: [],
  because: 'unit failed',
  concludedAt: now,
})
/** What the base says about a commit: which check it has fail, too. */
const compared = (shared?: Check, commit = head): Facts['base'] =>
  known(
    {
      commit,
      branch: 'main',
      isGreen: !shared,
      shared: shared ? [{ ...shared, base: { commit: otherCommit, url: null } }] : [],
      repaired: [],
    },
    now,
  )
const withReview = (
  value: Extract<Facts['review'], { kind: 'known' }>['value'],
): Partial<Facts> => ({
  review: known(value, now),
})
const away = unreadable('away', now)
const fresh = { completedAt: ago(minute), createdAt: ago(minute) }
const commit = head
const because = 'because'
const reviewed = { commit, because, threadHistories: [] }
const withFiles = (...paths: readonly string[]): Partial<Facts> => ({
  diff: known(
    {
      ...diff,
      files: paths.flatMap((path) => diff.files.map((file) => ({ ...file, path, oldPath: path }))),
    },
    now,
  ),
})

/* Each gate: what it passes, what it waits for, what it refuses. `policy` is a policy file over the shipped one. */
const cases: readonly (readonly [string, string, Partial<Facts>, string, string?])[] = [
  ['metadata', 'all known', {}, 'pass'],
  ['metadata', 'no repository', { run: createRun({}, { repository: null }) }, 'missing_metadata'],
  ['metadata', 'no issue', { run: createRun({}, { issueNumber: null }) }, 'missing_metadata'],
  [
    'metadata',
    'neither name nor uid',
    { run: createRun({}, { workflowName: null, workflowUid: null }) },
    'missing_metadata',
  ],
  ['metadata', 'a uid alone', { run: createRun({}, { workflowName: null }) }, 'pass'],

  ['policy', 'no file', {}, 'pass'],
  [
    'policy',
    'applied',
    { repositoryPolicy: known({ kind: 'applied', ignored: ['mode'] }, now) },
    'pass',
  ],
  [
    'policy',
    'unusable',
    { repositoryPolicy: known({ kind: 'invalid', faults: ['line 1'] }, now) },
    'policy_invalid',
  ],
  ['policy', 'unread', { repositoryPolicy: notYet('no', now) }, 'wait for policy, then outage'],

  ['still-wanted', 'both open', {}, 'pass'],
  [
    'still-wanted',
    'merged',
    withPullRequest({ state: 'merged', closedBy: 'ada' }),
    'merged_by_person',
  ],
  ['still-wanted', 'closed', withPullRequest({ state: 'closed' }), 'pull_request_closed'],
  [
    'still-wanted',
    'the issue closed',
    { issueState: known({ ...issue, state: 'closed' }, now) },
    'issue_closed',
  ],
  ['still-wanted', 'an issue GitHub does not have', { issueState: known(null, now) }, 'pass'],
  [
    'still-wanted',
    'the issue unread',
    { issueState: unreadable('away', now) },
    'wait for github, then outage',
  ],

  ['workflow', 'Succeeded', {}, 'pass'],
  [
    'workflow',
    'Failed',
    { run: createRun({}, { phase: 'Failed', phaseMessage: 'exit code 1' }) },
    'workflow_failed',
  ],
  [
    'workflow',
    'Error',
    { run: createRun({}, { phase: 'Error', phaseMessage: null }) },
    'infrastructure',
  ],
  [
    'workflow',
    'killed',
    { run: createRun({}, { phase: 'Failed', phaseMessage: 'Error (exit code 137)' }) },
    'infrastructure',
  ],
  [
    'workflow',
    'terminated by a person, which looks like infrastructure',
    { run: createRun({}, { phase: 'Error', shutdown: 'Terminate', phaseMessage: 'pod deleted' }) },
    'stopped_by_person',
  ],
  ['workflow', 'no phase', { run: createRun({}, { phase: null }) }, 'workflow_failed'],
  [
    'workflow',
    'infrastructure terms in a workflow that succeeded',
    {
      run: createRun(
        {},
        { phaseMessage: 'OOMKilled (exit code 137) of an attempt that was retried' },
      ),
    },
    'pass',
  ],
  ['workflow', 'a cut stream', { evidence: known({ ...evidence, stream: null }, now) }, 'pass'],
  [
    'workflow',
    'artifacts away',
    { evidence: unreadable('away', now) },
    'wait for artifacts, then outage',
  ],

  ['pull-request', 'there', {}, 'pass'],
  [
    'pull-request',
    'not there yet',
    { ...withoutPullRequest(head), run: createRun(fresh) },
    'wait for pull_request, then missing_pull_request',
  ],
  ['pull-request', 'not there', withoutPullRequest(head), 'missing_pull_request'],
  ['pull-request', 'no branch either', withoutPullRequest(null), 'missing_pull_request'],
  [
    'pull-request',
    'nothing to be done',
    withoutPullRequest(null),
    'pass',
    'diff: { allow_empty: true }',
  ],
  [
    'pull-request',
    'a branch at its base',
    withoutPullRequest(head, head),
    'pass',
    'diff: { allow_empty: true }',
  ],
  [
    'pull-request',
    'a branch beyond it',
    withoutPullRequest(head, otherCommit),
    'missing_pull_request',
    'diff: { allow_empty: true }',
  ],

  ['commit', 'none reported', {}, 'pass'],
  [
    'commit',
    'the head',
    withPullRequest({}, { reported: { commit: head, relation: 'same' } }),
    'pass',
  ],
  [
    'commit',
    'an ancestor',
    withPullRequest({}, { reported: { commit: otherCommit, relation: 'ancestor' } }),
    'pass',
  ],
  [
    'commit',
    'a stranger',
    withPullRequest({}, { reported: { commit: otherCommit, relation: 'not_ancestor' } }),
    'commit_not_pushed',
  ],
  [
    'commit',
    'unknown',
    withPullRequest({}, { reported: { commit: otherCommit, relation: 'unknown' } }),
    'commit_not_pushed',
  ],
  [
    'commit',
    'unknown within the grace',
    {
      ...withPullRequest({}, { reported: { commit: otherCommit, relation: 'unknown' } }),
      run: createRun(fresh),
    },
    'wait for commit, then commit_not_pushed',
  ],
  ['commit', 'no head', withPullRequest({ head: null }, { head: null }), 'missing_commit'],
  [
    'commit',
    'a head that was replaced',
    withPullRequest({}, { staleSince: ago(minute) }),
    'wait for commit, then outage',
  ],

  ['base', 'as asked', {}, 'pass'],
  ['base', 'another', withPullRequest({ baseBranch: 'develop' }), 'wrong_base'],
  [
    'base',
    'none asked for',
    { ...withPullRequest({ baseBranch: 'develop' }), run: createRun({}, { base: null }) },
    'pass',
  ],
  [
    'base',
    'as policy demands',
    withPullRequest({ baseBranch: 'develop' }),
    'pass',
    'diff: { base: develop }',
  ],
  ['base', 'as a full ref', { run: createRun({}, { base: 'refs/heads/main' }) }, 'pass'],
  ['draft', 'ready', {}, 'pass'],
  ['draft', 'a draft', withPullRequest({ draft: true }), 'pull_request_draft'],
  ['merge-conflict', 'clean', {}, 'pass'],
  [
    'merge-conflict',
    'conflicting',
    withPullRequest({ mergeable: 'conflicting' }),
    'merge_conflict',
  ],
  [
    'merge-conflict',
    'unknown',
    withPullRequest({ mergeable: 'unknown' }),
    'wait for mergeability, then outage',
  ],
  ['behind', 'up to date', {}, 'pass'],
  ['behind', 'behind', withPullRequest({ behind: true }), 'pull_request_behind'],

  ['hygiene', 'finished', {}, 'pass'],
  ['hygiene', 'a lockfile alone', withFiles('go.sum'), 'pass'],
  ['hygiene', 'unread', { diff: unreadable('away', now) }, 'pass'],
  ['claims', 'none', {}, 'pass'],
  ['claims', 'unread', { evidence: unreadable('away', now) }, 'pass'],

  ['empty-diff', 'a change', {}, 'pass'],
  ['empty-diff', 'no file', { diff: known({ ...diff, files: [] }, now) }, 'empty_diff'],
  [
    'empty-diff',
    'no file, allowed',
    { diff: known({ ...diff, files: [] }, now) },
    'pass',
    'diff: { allow_empty: true }',
  ],
  [
    'empty-diff',
    'too large to read',
    { diff: known({ ...diff, files: [], tooLarge: 'huge' }, now) },
    'pass',
  ],
  ['empty-diff', 'unread', { diff: unreadable('away', now) }, 'wait for github, then outage'],
  ['patch', 'clean', {}, 'pass'],
  [
    'patch',
    'did not apply',
    { evidence: known({ ...evidence, failedApply: 'error: patch failed' }, now) },
    'patch_failed',
  ],

  ['secrets', 'none', {}, 'pass'],
  ['secrets', 'no pull request', { ...withoutPullRequest(null), addedSecrets: away }, 'pass'],
  ['secrets', 'unread', { addedSecrets: away }, 'wait for github, then outage'],
  [
    'secrets',
    'a token',
    { addedSecrets: known([{ rule: 'github', path: 'a.ts', line: 1, digest: 'd' }], now) },
    'secret_found',
  ],

  ['tests', 'untouched', {}, 'pass'],
  ['tests', 'no pull request', { ...withoutPullRequest(null), testChanges: away }, 'pass'],
  ['tests', 'unread', { testChanges: away }, 'wait for github, then outage'],
  ['tests', 'unread, but off', { testChanges: away }, 'pass', 'tests: { weakened: off }'],
  [
    'tests',
    'a protected file',
    withFiles('test/golden/a'),
    'tests_weakened',
    'tests: { protected_paths: ["test/golden/a"] }',
  ],

  ['scope', 'inside', {}, 'pass'],
  ['scope', 'a workflow file', withFiles('.github/workflows/ci.yml'), 'out_of_scope'],
  ['scope', 'our own policy', withFiles('.codex-judge.yml'), 'out_of_scope'],
  [
    'scope',
    'outside the allowed',
    withFiles('docs/a.md'),
    'out_of_scope',
    'diff: { allowed_paths: ["src/**"] }',
  ],
  ['scope', 'too many files', withFiles('a', 'b'), 'out_of_scope', 'diff: { max_files: 1 }'],
  ['scope', 'as many as allowed', withFiles('a', 'b'), 'pass', 'diff: { max_files: 2 }'],
  ['scope', 'too many lines', { diff: known({ ...diff, added: 20_001 }, now) }, 'out_of_scope'],
  [
    'scope',
    'as many as allowed',
    { diff: known({ ...diff, added: 19_000, removed: 1_000 }, now) },
    'pass',
  ],
  [
    'scope',
    'too large to read',
    { diff: known({ ...diff, files: [], tooLarge: 'huge' }, now) },
    'out_of_scope',
  ],

  ['ci', 'green', {}, 'pass'],
  [
    'ci',
    'red',
    withCi({
      kind: 'failure',
      commit,
      failed: [check],
      passed: [],
      rerunnable: [],
      because,
      concludedAt: now,
    }),
    'ci_failed',
  ],
  ['ci', 'base not compared', failedCi, 'ci_failed'],
  ['ci', 'base broken', { ...failedCi, base: compared(check) }, 'base_broken'],
  ['ci', 'base green', { ...failedCi, base: compared() }, 'ci_failed'],
  [
    'ci',
    'one failure of its own',
    { ...failedCi, base: compared({ ...check, id: 12 }) },
    'ci_failed',
  ],
  [
    'ci',
    'comparison of another commit',
    { ...failedCi, base: compared(check, otherCommit) },
    'ci_failed',
  ],
  ['ci', 'base unread', { ...failedCi, base: unreadable('away', now) }, 'wait for ci, then outage'],
  [
    'ci',
    'base may not be read',
    { ...failedCi, base: unreadable('403', now, { forbidden: true }) },
    'outage',
  ],
  [
    'ci',
    'asks for a person',
    withCi({ kind: 'action_required', commit, checks: [check], because }),
    'ci_action_required',
  ],
  [
    'ci',
    'missing',
    withCi({ kind: 'missing', commit, missing: [{ name: 'unit', text: 'unit' }], because }),
    'ci_missing',
  ],
  [
    'ci',
    'late',
    withCi({ kind: 'timeout', commit, open: [check], failed: [], because }),
    'ci_timeout',
  ],
  [
    'ci',
    'running',
    withCi({
      kind: 'pending',
      commit,
      open: [check],
      missing: [],
      failed: [],
      because,
      deadline: ahead(minute),
    }),
    'wait for ci, then outage',
  ],
  ['ci', 'unread', { ci: unreadable('away', now) }, 'wait for ci, then outage'],

  ['review', 'approved', {}, 'pass'],
  ['review', 'not required', withReview({ kind: 'not_required', ...reviewed }), 'pass'],
  [
    'review',
    'threads',
    withReview({
      kind: 'threads_open',
      ...reviewed,
      threads: [blockingThread],
    }),
    'review_threads_open',
  ],
  [
    'review',
    'changes requested',
    withReview({
      kind: 'changes_requested',
      ...reviewed,
      reviews: [],
      findings: [],
      threads: [],
    }),
    'review_changes_requested',
  ],
  [
    'review',
    'missing',
    withReview({ kind: 'missing', ...reviewed, status: 'pending' }),
    'review_missing',
  ],
  [
    'review',
    'to come',
    withReview({
      kind: 'pending',
      ...reviewed,
      deadline: ahead(minute),
      requestAt: null,
      status: 'pending',
      items: [],
    }),
    'wait for review, then outage',
  ],
]
const rows = cases.map(
  ([gate, name, over, expected, policy = '']) => [gate, name, over, expected, policy] as const,
)
test.each(rows)('%s: %s', (gate, _name, over, expected, policy) => {
  expect(summarize(evaluateGate(gate, createAcceptedFacts(over), createPolicy(policy)))).toBe(
    expected,
  )
})

test('every gate is covered above and passes if everything is good', () => {
  expect(new Set(cases.map(([gate]) => gate))).toEqual(new Set(gates.map(({ name }) => name)))
  expect(
    evaluateGates(createAcceptedFacts(), shipped, now).map(({ result }) => summarize(result)),
  ).toEqual(gates.map(() => 'pass'))
})

/* docs/contract.md, "Order of gates". */
const order: readonly (readonly [Reason, Partial<Facts>])[] = [
  ['policy_invalid', { repositoryPolicy: known({ kind: 'invalid', faults: ['line 1'] }, now) }],
  ['issue_closed', { issueState: known({ ...issue, state: 'closed' }, now) }],
  ['workflow_failed', { run: createRun({}, { phase: 'Failed' }) }],
  [
    'commit_not_pushed',
    withPullRequest({}, { reported: { commit: otherCommit, relation: 'unknown' } }),
  ],
  ['wrong_base', withPullRequest({ baseBranch: 'develop' })],
  ['pull_request_draft', withPullRequest({ draft: true })],
  ['merge_conflict', withPullRequest({ mergeable: 'conflicting' })],
  ['patch_failed', { evidence: known({ ...evidence, failedApply: 'error: patch failed' }, now) }],
  ['out_of_scope', withFiles('.github/workflows/ci.yml')],
  [
    'ci_failed',
    withCi({
      kind: 'failure',
      commit,
      failed: [check],
      passed: [],
      rerunnable: [],
      because,
      concludedAt: now,
    }),
  ],
  ['review_missing', withReview({ kind: 'missing', ...reviewed, status: 'pending' })],
  ['pull_request_behind', withPullRequest({ behind: true })],
]
const both = (a: Partial<Facts>, b: Partial<Facts>): Facts => {
  const [x, y] = [a.change, b.change]
  const change =
    x?.kind === 'known' &&
    y?.kind === 'known' &&
    x.value.kind === 'pull_request' &&
    y.value.kind === 'pull_request'
      ? known(
          {
            ...x.value,
            reported: x.value.reported ?? y.value.reported,
            pullRequest: {
              ...y.value.pullRequest,
              draft: x.value.pullRequest.draft || y.value.pullRequest.draft,
              behind: x.value.pullRequest.behind || y.value.pullRequest.behind,
              baseBranch: [x, y].some(
                ({ value }) =>
                  value.kind === 'pull_request' && value.pullRequest.baseBranch === 'develop',
              )
                ? 'develop'
                : 'main',
              mergeable:
                x.value.pullRequest.mergeable === 'conflicting'
                  ? 'conflicting'
                  : y.value.pullRequest.mergeable,
            },
          },
          now,
        )
      : (x ?? y)
  return createAcceptedFacts({ ...a, ...b, ...(change === undefined ? {} : { change }) })
}
const pairs = order.flatMap(([first, a], index) =>
  order.slice(index + 1).map(([second, b]) => [first, second, a, b] as const),
)
test.each(pairs)(
  'of %s and %s the first is the reason, and the results contain both',
  (first, second, a, b) => {
    for (const facts of [both(a, b), both(b, a)]) {
      const step = decide(facts, now, shipped)
      const shown =
        step.kind === 'end'
          ? step.results.flatMap(({ result }) =>
              result.result === 'refuse' ? [result.reason] : [],
            )
          : []
      expect([step.kind === 'end' && step.reason, shown]).toEqual([first, [first, second]])
    }
  },
)

test('a merge by a person outranks every other refusal except missing metadata', () => {
  const merged = withPullRequest({
    state: 'merged',
    draft: true,
    mergeable: 'conflicting',
    behind: true,
  })
  expect(
    decide(
      createAcceptedFacts({ ...merged, run: createRun({}, { phase: 'Failed' }) }),
      now,
      shipped,
    ),
  ).toMatchObject({
    status: 'closed',
    reason: 'merged_by_person',
  })
  expect(
    decide(
      createAcceptedFacts({ ...merged, run: createRun({}, { repository: null }) }),
      now,
      shipped,
    ),
  ).toMatchObject({
    reason: 'missing_metadata',
  })
  const invalid = known({ kind: 'invalid' as const, faults: ['line 1'] }, now)
  const nameless = createAcceptedFacts({
    repositoryPolicy: invalid,
    run: createRun({}, { issueNumber: null }),
  })
  expect(decide(nameless, now, shipped)).toMatchObject({ reason: 'missing_metadata' })
})

test('every gate is total and states its evidence and, if it waits, a deadline and signals', () => {
  fc.assert(
    fc.property(anyFactsWith(), moment, policies, (facts, at, policy) => {
      for (const gate of gates) {
        const result = gate.evaluate(facts, policy, at)
        expect(Array.isArray(result.evidence)).toBe(true)
        if (result.result !== 'wait') continue
        expect(Number.isFinite(result.wait.deadline)).toBe(true)
        expect(result.wait.wouldChange.length).toBeGreaterThan(0)
      }
    }),
    { numRuns: 500 },
  )
})

test('what our credentials may not read is an outage at once', () => {
  const cases = [
    ['still-wanted', 'change', 'github'],
    ['policy', 'repositoryPolicy', 'github'],
    ['empty-diff', 'diff', 'github'],
    ['workflow', 'evidence', 'artifacts'],
    ['workflow', 'evidence', 'argo'],
  ] as const
  for (const [gate, part, system] of cases) {
    const refused = unreadable('401: Bad credentials', now, { forbidden: true, system })
    expect(evaluateGate(gate, createAcceptedFacts({ [part]: refused }))).toEqual({
      result: 'refuse',
      reason: 'outage',
      because: '401: Bad credentials.',
      evidence: [],
      away: { system, scope: 'system' },
    })
  }
})

test('a gate refuses only known facts and never passes while its own fact is unknown', () => {
  const unknown = [notYet('no', now), unreadable('away', now)]
  const own = {
    policy: 'repositoryPolicy',
    'still-wanted': 'change',
    workflow: 'evidence',
    'pull-request': 'change',
    commit: 'change',
    secrets: 'addedSecrets',
    base: 'change',
    draft: 'change',
    'merge-conflict': 'change',
    behind: 'change',
    'empty-diff': 'diff',
    patch: 'diff',
    scope: 'diff',
    tests: 'testChanges',
    ci: 'ci',
    review: 'review',
  }
  for (const [gate, part] of Object.entries(own))
    for (const absence of unknown)
      expect([gate, evaluateGate(gate, createAcceptedFacts({ [part]: absence })).result]).toEqual([
        gate,
        'wait',
      ])
})

test('a grace period ends at its deadline, not before', () => {
  const received = ago(0)
  const facts = createAcceptedFacts({
    ...withoutPullRequest(head),
    run: createRun({ completedAt: received, createdAt: received }),
  })
  const at = (millis: number) =>
    gates
      .find(({ name }) => name === 'pull-request')
      ?.evaluate(facts, shipped, addMillis(received, millis))
  expect(at(shipped.ci.no_checks_grace - 1)?.result).toBe('wait')
  expect(at(shipped.ci.no_checks_grace)?.result).toBe('refuse')
})

test('conflict markers count only in order, within one hunk and in added lines', () => {
  const withMarkers = (kind: 'added' | 'context', ...lines: readonly string[]) => ({
    diff: known(
      {
        ...diff,
        files: diff.files.map((file) => ({
          ...file,
          hunks: [
            {
              header: '@@',
              heading: '',
              lines: lines.map((text, index) => ({
                kind,
                text,
                oldLine: null,
                newLine: index + 1,
              })),
            },
          ],
        })),
      },
      now,
    ),
  })
  const markers = ['<<<<<<< ours', 'a', '=======', 'b', '>>>>>>> theirs']
  expect(
    summarize(evaluateGate('patch', createAcceptedFacts(withMarkers('added', ...markers)))),
  ).toBe('patch_failed')
  expect(
    summarize(evaluateGate('patch', createAcceptedFacts(withMarkers('context', ...markers)))),
  ).toBe('pass')
  expect(
    summarize(
      evaluateGate('patch', createAcceptedFacts(withMarkers('added', ...markers.toReversed()))),
    ),
  ).toBe('pass')
  expect(
    summarize(evaluateGate('patch', createAcceptedFacts(withMarkers('added', '=======')))),
  ).toBe('pass')
})

test('a failed check that is known to be flaky, or fails on the base, too, is said to be so', () => {
  const facts = createAcceptedFacts({
    ...failedCi,
    base: compared(check),
    knownFlakes: [flake],
  })
  const lint = { ...check, id: 12, name: 'lint', label: 'lint' }
  const result = evaluateGate('ci', {
    ...facts,
    ...withCi({
      kind: 'failure',
      commit: head,
      failed: [check, lint],
      passed: [],
      rerunnable: [],
      because: 'unit and lint failed',
      concludedAt: now,
    }),
  })
  expect(summarize(result)).toBe('ci_failed')
  const notes = result.evidence.filter(({ kind }) => kind === 'note').map(({ text }) => text)
  expect(notes).toEqual([
    expect.stringMatching(/^unit fails in the same way on main at [0-9a-f]{7}, so not because/),
    expect.stringMatching(/^unit is known to be flaky: .* on 3 commits; .* counts all the same$/),
  ])
})
