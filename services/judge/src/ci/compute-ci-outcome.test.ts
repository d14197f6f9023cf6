import { fc, test as prop } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { Check, CheckState } from '../github/snapshot.ts'
import { addMillis, type Instant, toInstant } from '../lib/instant.ts'
import type { CiPolicy } from '../policy/policy.ts'
import { type CommitSha, parseCommitSha } from '../run/run.ts'
import type { CiOutcome } from './ci-outcome.ts'
import type { CommitChecks, Rerun } from './commit-checks.ts'
import { computeCiOutcome } from './compute-ci-outcome.ts'

const minute = 60_000
const start = toInstant('2026-05-01T12:00:00Z')
const at = (minutes: number): Instant => addMillis(start, minutes * minute)
const sha = (text: string): CommitSha => {
  const commit = parseCommitSha(text)
  if (commit === null) throw new Error('not a commit')
  return commit
}
const head = sha('a'.repeat(40))

const shipped: CiPolicy = {
  wait: 60 * minute,
  no_checks_grace: 5 * minute,
  required: [],
  ignore: [],
  rerun_failed_once: true,
  conclusions: {
    neutral: 'success',
    skipped: 'success',
    cancelled: 'failure',
    stale: 'pending',
    timed_out: 'failure',
    startup_failure: 'failure',
    action_required: 'human',
  },
  allow_only_neutral: false,
}

let ids = 0
const running: readonly CheckState[] = ['queued', 'in_progress', 'requested', 'waiting', 'pending']
function check(name: string, state: CheckState, of: Partial<Check> = {}): Check {
  ids += 1
  return {
    kind: 'check_run',
    name,
    app: 'github-actions',
    id: ids,
    suiteId: 7,
    workflowRunId: 70,
    runAttempt: 1,
    state,
    url: null,
    summary: null,
    startedAt: at(1),
    completedAt: running.includes(state) ? null : at(2),
    required: false,
    ...of,
  }
}
const status = (name: string, state: CheckState, of: Partial<Check> = {}): Check =>
  check(name, state, {
    kind: 'status',
    app: 'ci-bot',
    id: 0,
    suiteId: null,
    workflowRunId: null,
    runAttempt: null,
    ...of,
  })

const seenOf = (checks: readonly Check[], of: Partial<CommitChecks> = {}): CommitChecks => ({
  commit: head,
  checks,
  requiredByBranch: null,
  waitStartedAt: start,
  graceStartedAt: start,
  ourContext: 'codex-judge',
  reruns: [],
  readAt: at(3),
  ...of,
})
const rerunOf = (failures: readonly Check[], of: Partial<Rerun> = {}): Rerun => ({
  acceptedAt: at(3),
  refused: false,
  failures,
  ...of,
})

interface Row {
  readonly says: string
  readonly checks: readonly Check[]
  readonly seen?: Partial<CommitChecks>
  readonly policy?: Partial<CiPolicy>
  readonly is: CiOutcome['kind']
  readonly also?: Record<string, unknown>
}

const failed = check('unit', 'failure')
const other = check('lint', 'failure', { app: 'circleci', workflowRunId: null, suiteId: 9 })
const named = (...names: readonly string[]) =>
  names.map((name) => expect.objectContaining({ name }))

const rows: readonly Row[] = [
  // An empty list, and the grace.
  {
    says: 'an empty list within the grace means "not started"',
    checks: [],
    seen: { readAt: at(5) },
    is: 'pending',
    also: { deadline: at(5) },
  },
  {
    says: 'an empty list after the grace is missing',
    checks: [],
    seen: { readAt: at(5.1) },
    is: 'missing',
  },
  {
    says: 'our own status alone is an empty list',
    checks: [status('codex-judge', 'success')],
    seen: { readAt: at(9) },
    is: 'missing',
  },
  { says: 'the wait bounds the grace', checks: [], policy: { wait: minute }, is: 'missing' },
  {
    says: 'a reading made before the deadline ends nothing, however late it is looked at',
    checks: [],
    seen: { readAt: at(4) },
    is: 'pending',
  },

  // What counts.
  {
    says: 'all green passes at once, within the grace too',
    checks: [check('unit', 'success'), status('ci', 'success')],
    is: 'success',
    also: { concludedAt: at(2) },
  },
  {
    says: 'a failed check run is red',
    checks: [check('unit', 'failure'), check('lint', 'success')],
    is: 'failure',
  },
  {
    says: 'a failed status is red beside green check runs',
    checks: [check('unit', 'success'), status('ci', 'failure')],
    is: 'failure',
  },
  {
    says: 'a failed check run is red beside green statuses',
    checks: [check('unit', 'failure'), status('ci', 'success')],
    is: 'failure',
  },
  {
    says: 'our own pending status is not waited for',
    checks: [check('unit', 'success'), status('codex-judge', 'pending')],
    is: 'success',
  },
  {
    says: 'our own failed status is not held against the commit',
    checks: [check('unit', 'success'), status('codex-judge', 'failure')],
    is: 'success',
  },
  {
    says: 'our own status is not waited for even if the branch requires it',
    checks: [check('unit', 'success')],
    seen: { requiredByBranch: ['unit', 'codex-judge'] },
    is: 'success',
  },
  {
    says: "somebody's check run of our context's name is a check",
    checks: [check('unit', 'success'), check('codex-judge', 'failure')],
    is: 'failure',
  },
  {
    says: 'ignored names never count',
    checks: [check('unit', 'success'), check('codecov/patch', 'failure')],
    policy: { ignore: ['codecov/*'] },
    is: 'success',
  },
  {
    says: 'ignoring by glob crosses slashes',
    checks: [check('unit', 'success'), check('deploy / preview (eu)', 'failure')],
    policy: { ignore: ['deploy*'] },
    is: 'success',
  },
  {
    says: 'a name written out matches itself, brackets and all',
    checks: [check('unit', 'success'), check('e2e (node 22)', 'failure')],
    policy: { ignore: ['e2e (node 22)'] },
    is: 'success',
  },
  {
    says: 'ignored names are not missed if the branch requires them',
    checks: [check('unit', 'success')],
    policy: { ignore: ['legacy'] },
    seen: { requiredByBranch: ['legacy'] },
    is: 'success',
  },
  {
    says: 'only ignored checks are no checks',
    checks: [check('codecov/patch', 'success')],
    policy: { ignore: ['**'] },
    seen: { readAt: at(9) },
    is: 'missing',
  },

  // The newest of each name counts.
  {
    says: 'a newer success replaces an older failure',
    checks: [check('unit', 'failure', { id: 900 }), check('unit', 'success', { id: 901 })],
    is: 'success',
  },
  {
    says: 'a newer failure replaces an older success',
    checks: [check('unit', 'failure', { id: 911 }), check('unit', 'success', { id: 910 })],
    is: 'failure',
  },
  {
    says: 'a re-run that is queued replaces its finished result',
    checks: [
      check('unit', 'success', { id: 920 }),
      check('unit', 'queued', { id: 921, startedAt: null }),
    ],
    is: 'pending',
  },
  {
    says: 'one name by two apps is two checks',
    checks: [
      check('build', 'failure', { id: 1, app: 'circleci' }),
      check('build', 'success', { id: 2 }),
    ],
    is: 'failure',
  },
  {
    says: 'a status and a check run of one name are two checks',
    checks: [check('build', 'success'), status('build', 'failure')],
    is: 'failure',
  },
  {
    says: 'of two statuses of one context the later counts, whoever posted it',
    checks: [
      status('ci', 'failure', { startedAt: at(1) }),
      status('ci', 'success', { startedAt: at(2), app: 'person' }),
    ],
    is: 'success',
  },

  // Conclusions.
  ...running.map(
    (state): Row => ({
      says: `${state} is pending`,
      checks: [check('unit', state), check('lint', 'success')],
      is: 'pending',
    }),
  ),
  {
    says: 'neutral counts as success beside a real one',
    checks: [check('unit', 'success'), check('lint', 'neutral')],
    is: 'success',
  },
  {
    says: 'skipped counts as success beside a real one',
    checks: [check('unit', 'success'), check('lint', 'skipped')],
    is: 'success',
  },
  { says: 'cancelled is a failure', checks: [check('unit', 'cancelled')], is: 'failure' },
  { says: 'timed_out is a failure', checks: [check('unit', 'timed_out')], is: 'failure' },
  {
    says: 'startup_failure is a failure',
    checks: [check('unit', 'startup_failure')],
    is: 'failure',
  },
  { says: 'stale is pending', checks: [check('unit', 'stale')], is: 'pending' },
  {
    says: 'action_required asks for a person',
    checks: [check('unit', 'success'), check('approve', 'action_required')],
    is: 'action_required',
    also: { checks: named('approve') },
  },
  {
    says: 'action_required does not wait for what may itself wait for the person',
    checks: [check('unit', 'in_progress'), check('approve', 'action_required')],
    is: 'action_required',
  },
  {
    says: 'a failure speaks before action_required: the next attempt asks anew',
    checks: [check('unit', 'failure'), check('approve', 'action_required')],
    is: 'failure',
  },
  {
    says: 'policy says what a conclusion means: neutral may fail',
    checks: [check('unit', 'success'), check('lint', 'neutral')],
    policy: { conclusions: { ...shipped.conclusions, neutral: 'failure' } },
    is: 'failure',
  },
  {
    says: 'policy says what a conclusion means: cancelled may be waited for',
    checks: [check('unit', 'cancelled')],
    policy: { conclusions: { ...shipped.conclusions, cancelled: 'pending' } },
    is: 'pending',
  },

  // Only neutral and skipped.
  {
    says: 'only neutral and skipped is pending within the grace',
    checks: [check('unit', 'neutral'), check('lint', 'skipped')],
    is: 'pending',
    also: { deadline: at(5) },
  },
  {
    says: 'only neutral and skipped is missing after the grace',
    checks: [check('unit', 'neutral'), check('lint', 'skipped')],
    seen: { readAt: at(6) },
    is: 'missing',
  },
  {
    says: 'only neutral and skipped passes where policy allows it',
    checks: [check('unit', 'neutral'), check('lint', 'skipped')],
    policy: { allow_only_neutral: true },
    is: 'success',
  },
  {
    says: 'an empty list does not pass where policy allows only neutral',
    checks: [],
    policy: { allow_only_neutral: true },
    seen: { readAt: at(6) },
    is: 'missing',
  },
  {
    says: 'a required check that was skipped is no real success',
    checks: [check('unit', 'skipped')],
    policy: { required: ['unit'] },
    seen: { readAt: at(6) },
    is: 'missing',
  },
  {
    says: 'cancelled that policy lets pass is no real success',
    checks: [check('unit', 'cancelled')],
    policy: { conclusions: { ...shipped.conclusions, cancelled: 'success' } },
    seen: { readAt: at(6) },
    is: 'missing',
  },

  // Required names.
  {
    says: 'with required names, others do not count',
    checks: [check('unit', 'success'), check('lint', 'failure'), check('slow', 'in_progress')],
    policy: { required: ['unit'] },
    is: 'success',
  },
  {
    says: 'a failed required check is red',
    checks: [check('unit', 'failure'), check('lint', 'success')],
    policy: { required: ['unit'] },
    is: 'failure',
  },
  {
    says: 'what the branch requires does not count beside names of policy',
    checks: [check('unit', 'success')],
    policy: { required: ['unit'] },
    seen: { requiredByBranch: ['e2e'] },
    is: 'success',
  },
  {
    says: 'without names in policy, those of the branch are waited for',
    checks: [check('unit', 'success')],
    seen: { requiredByBranch: ['unit', 'e2e'], readAt: at(6) },
    is: 'pending',
    also: { missing: ['e2e'], deadline: at(60) },
  },
  {
    says: 'a branch whose rules we may not see demands nothing',
    checks: [check('unit', 'success')],
    seen: { requiredByBranch: null },
    is: 'success',
  },
  {
    says: 'a required check never created is pending to the end of the wait',
    checks: [check('unit', 'success')],
    policy: { required: ['unit', 'e2e'] },
    seen: { readAt: at(60) },
    is: 'pending',
  },
  {
    says: 'a required check never created is missing when the wait is over',
    checks: [check('unit', 'success')],
    policy: { required: ['unit', 'e2e'] },
    seen: { readAt: at(60.1) },
    is: 'missing',
    also: { missing: ['e2e'] },
  },
  {
    says: 'nothing created at all: a required check still has the whole wait',
    checks: [],
    policy: { required: ['unit'] },
    seen: { readAt: at(6) },
    is: 'pending',
  },
  {
    says: 'a required name is met by a status too',
    checks: [status('ci', 'success')],
    policy: { required: ['ci'] },
    is: 'success',
  },
  {
    says: 'nothing is required of which policy ignores every name',
    checks: [check('unit', 'success')],
    policy: { required: ['unit'], ignore: ['unit'] },
    seen: { readAt: at(6) },
    is: 'missing',
  },

  // The wait.
  {
    says: 'what started and never ended is pending to the end of the wait',
    checks: [check('unit', 'in_progress')],
    seen: { readAt: at(60) },
    is: 'pending',
    also: { deadline: at(60) },
  },
  {
    says: 'what started and never ended is a timeout when the wait is over',
    checks: [check('unit', 'in_progress'), check('lint', 'success')],
    seen: { readAt: at(60.1) },
    is: 'timeout',
    also: { open: named('unit') },
  },
  {
    says: 'what was queued and never began was created: a timeout',
    checks: [check('unit', 'queued', { startedAt: null })],
    policy: { required: ['unit'] },
    seen: { readAt: at(61) },
    is: 'timeout',
  },
  {
    says: 'what hangs speaks before what it keeps from being created',
    checks: [check('unit', 'in_progress')],
    policy: { required: ['unit', 'e2e'] },
    seen: { readAt: at(61) },
    is: 'timeout',
  },
  {
    says: 'red with checks still running waits for them',
    checks: [check('unit', 'failure'), check('lint', 'queued')],
    is: 'pending',
    also: { failed: named('unit'), open: named('lint') },
  },
  {
    says: 'red with checks still running waits at most to the end of the wait',
    checks: [check('unit', 'failure'), check('lint', 'queued')],
    seen: { readAt: at(61) },
    is: 'failure',
    also: { failed: named('unit'), rerunnable: [] },
  },
  {
    says: 'red waits for nothing that was never created',
    checks: [check('unit', 'failure')],
    policy: { required: ['unit', 'e2e'] },
    is: 'failure',
  },
  {
    says: 'every failure is told together',
    checks: [check('unit', 'failure'), check('lint', 'timed_out'), check('docs', 'success')],
    is: 'failure',
    also: { failed: named('lint', 'unit') },
  },

  // Running it once more.
  {
    says: 'failed jobs may be asked for once more',
    checks: [failed],
    is: 'failure',
    also: { rerunnable: [failed] },
  },
  {
    says: 'and so may the suites of other apps',
    checks: [failed, other],
    is: 'failure',
    also: { rerunnable: [other, failed] },
  },
  {
    says: 'not where policy says no',
    checks: [failed],
    policy: { rerun_failed_once: false },
    is: 'failure',
    also: { rerunnable: [] },
  },
  {
    says: 'not twice for one commit',
    checks: [failed],
    seen: { reruns: [rerunOf([check('e2e', 'failure')])] },
    is: 'failure',
    also: { rerunnable: [] },
  },
  {
    says: 'a status cannot be run again, so its failure counts and nothing is asked for',
    checks: [failed, status('ci', 'failure')],
    is: 'failure',
    also: { rerunnable: [] },
  },
  {
    says: 'a request without an answer yet is waited for',
    checks: [failed],
    seen: { reruns: [rerunOf([failed], { acceptedAt: null })], readAt: at(20) },
    is: 'pending',
  },
  {
    says: 'a refused request: the failure counts',
    checks: [failed],
    seen: { reruns: [rerunOf([failed], { acceptedAt: null, refused: true })] },
    is: 'failure',
    also: { rerunnable: [] },
  },
  {
    says: 'one of two refused: its failure counts once the other has ended',
    checks: [failed, other],
    seen: { reruns: [rerunOf([failed]), rerunOf([other], { acceptedAt: null, refused: true })] },
    is: 'pending',
    also: { failed: [other] },
  },
  {
    says: 'an accepted one: the older failure is pending within the grace',
    checks: [failed],
    seen: { reruns: [rerunOf([failed])], readAt: at(8) },
    is: 'pending',
    also: { deadline: at(8) },
  },
  {
    says: 'an accepted one: the older failure counts when the grace has passed with none queued',
    checks: [failed],
    seen: { reruns: [rerunOf([failed])], readAt: at(8.1) },
    is: 'failure',
    also: { rerunnable: [] },
  },
  {
    says: 'an accepted one: queued after the grace is waited for',
    checks: [failed, check('unit', 'queued')],
    seen: { reruns: [rerunOf([failed])], readAt: at(20) },
    is: 'pending',
  },
  {
    says: 'an accepted one: the same check flipped back to queued is waited for',
    checks: [{ ...failed, state: 'queued', completedAt: null }],
    seen: { reruns: [rerunOf([failed])], readAt: at(20) },
    is: 'pending',
  },
  {
    says: 'an accepted one: a newer failure of that name is final',
    checks: [failed, check('unit', 'failure')],
    seen: { reruns: [rerunOf([failed])] },
    is: 'failure',
    also: { rerunnable: [] },
  },
  {
    says: 'an accepted one: the same check with another end is a newer failure',
    checks: [{ ...failed, completedAt: at(4) }],
    seen: { reruns: [rerunOf([failed])] },
    is: 'failure',
  },
  {
    says: 'an accepted one: a newer success passes',
    checks: [failed, check('unit', 'success')],
    seen: { reruns: [rerunOf([failed])] },
    is: 'success',
  },
  {
    says: 'an accepted one: a failure it does not repeat counts',
    checks: [failed, check('lint', 'failure', { app: 'x' })],
    seen: { reruns: [rerunOf([failed])], readAt: at(8.1) },
    is: 'failure',
  },
  {
    says: 'a re-run starts the wait once more',
    checks: [{ ...failed, state: 'queued', completedAt: null }],
    seen: {
      reruns: [rerunOf([failed], { acceptedAt: at(59) })],
      waitStartedAt: at(59),
      readAt: at(100),
    },
    is: 'pending',
    also: { deadline: at(119) },
  },
]

describe('what CI says about a commit', () => {
  test.each(rows)('$says', ({ checks, seen = {}, policy = {}, is, also = {} }) => {
    expect(
      computeCiOutcome(seenOf(checks, seen), at(1000), { ...shipped, ...policy }),
    ).toMatchObject({
      kind: is,
      commit: head,
      ...also,
    })
  })

  test('a reading stamped in the future of the database ends nothing', () => {
    expect(computeCiOutcome(seenOf([], { readAt: at(500) }), at(2), shipped).kind).toBe('pending')
  })
})

const states: readonly CheckState[] = [
  ...running,
  'success',
  'failure',
  'neutral',
  'skipped',
  'cancelled',
  'stale',
  'timed_out',
  'startup_failure',
  'action_required',
]
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null })
const moment = fc.integer({ min: 0, max: 90 }).map(at)
const anyName = fc.constantFrom('unit', 'lint', 'e2e', 'codex-judge')
const anyCheck: fc.Arbitrary<Check> = fc.record({
  kind: fc.constantFrom('check_run', 'status'),
  name: anyName,
  app: fc.constantFrom('github-actions', 'circleci', ''),
  id: fc.integer({ min: 0, max: 6 }),
  suiteId: maybe(fc.integer({ min: 1, max: 3 })),
  workflowRunId: maybe(fc.integer({ min: 1, max: 3 })),
  runAttempt: maybe(fc.integer({ min: 1, max: 3 })),
  state: fc.constantFrom(...states),
  url: fc.constant(null),
  summary: fc.constant(null),
  startedAt: maybe(moment),
  completedAt: maybe(moment),
  required: fc.boolean(),
})
const anySeen: fc.Arbitrary<CommitChecks> = fc.array(anyCheck, { maxLength: 8 }).chain((checks) =>
  fc.record({
    commit: fc.constant(head),
    checks: fc.constant(checks),
    requiredByBranch: maybe(fc.array(anyName, { maxLength: 2 })),
    waitStartedAt: moment,
    graceStartedAt: moment,
    ourContext: fc.constant('codex-judge'),
    reruns: fc.array(
      fc.record({
        acceptedAt: maybe(moment),
        refused: fc.boolean(),
        failures: fc.subarray(checks),
      }),
      {
        maxLength: 2,
      },
    ),
    readAt: moment,
  }),
)
const anyPolicy: fc.Arbitrary<CiPolicy> = fc.record({
  wait: fc.integer({ min: 0, max: 60 }).map((n) => n * minute),
  no_checks_grace: fc.integer({ min: 0, max: 60 }).map((n) => n * minute),
  required: fc.array(anyName, { maxLength: 2 }),
  ignore: fc.array(fc.constantFrom('lint', 'e*', '', '**', '[', '!unit'), { maxLength: 1 }),
  rerun_failed_once: fc.boolean(),
  conclusions: fc.record({
    neutral: fc.constantFrom('success', 'failure', 'pending', 'human'),
    skipped: fc.constantFrom('success', 'failure', 'pending', 'human'),
    cancelled: fc.constantFrom('success', 'failure', 'pending', 'human'),
    stale: fc.constantFrom('success', 'failure', 'pending', 'human'),
    timed_out: fc.constantFrom('success', 'failure', 'pending', 'human'),
    startup_failure: fc.constantFrom('success', 'failure', 'pending', 'human'),
    action_required: fc.constantFrom('success', 'failure', 'pending', 'human'),
  }),
  allow_only_neutral: fc.boolean(),
})
const late = at(100_000)

prop.prop([anySeen, anyPolicy])(
  'every input has an outcome, about the commit it was read from',
  (seen, policy) => {
    expect(computeCiOutcome(seen, late, policy).commit).toBe(seen.commit)
  },
)

prop.prop([anySeen, anyPolicy])('the order of the lists never matters', (seen, policy) => {
  const turned = {
    ...seen,
    checks: seen.checks.toReversed(),
    reruns: seen.reruns.toReversed(),
    requiredByBranch: seen.requiredByBranch?.toReversed() ?? null,
  }
  const { required, ...rest } = policy
  expect(computeCiOutcome(turned, late, { ...rest, required: required.toReversed() })).toEqual(
    computeCiOutcome(seen, late, policy),
  )
})

prop.prop([anySeen, anyPolicy, fc.constantFrom(...states)])(
  'an older run of the same name changes nothing',
  (seen, policy, state) => {
    const older = seen.checks.map(
      (one): Check => ({
        ...one,
        state,
        id: one.kind === 'status' ? one.id : one.id - 100,
        startedAt: at(-1),
        completedAt: at(-1),
      }),
    )
    const timed = {
      ...seen,
      checks: seen.checks.map((one) => ({ ...one, id: one.kind === 'status' ? 0 : one.id })),
    }
    const withOlder = {
      ...timed,
      checks: [
        ...timed.checks,
        ...older.map((one) => ({ ...one, id: one.kind === 'status' ? 0 : one.id })),
      ],
    }
    expect(computeCiOutcome(withOlder, late, policy)).toEqual(computeCiOutcome(timed, late, policy))
  },
)

prop.prop([anySeen, anyPolicy])(
  'our own status changes nothing, whatever it says',
  (seen, policy) => {
    const without = {
      ...seen,
      checks: seen.checks.filter(({ kind, name }) => kind !== 'status' || name !== seen.ourContext),
    }
    expect(computeCiOutcome(seen, late, policy)).toEqual(computeCiOutcome(without, late, policy))
  },
)

prop.prop([anySeen, anyPolicy])(
  'success needs a check that passed, and nothing open, red or missing',
  (seen, policy) => {
    const outcome = computeCiOutcome(seen, late, policy)
    if (outcome.kind !== 'success') return
    expect(outcome.passed.length).toBeGreaterThan(0)
    expect(
      outcome.passed.every(({ state }) => !running.includes(state) && state !== 'failure'),
    ).toBe(true)
    if (!policy.allow_only_neutral)
      expect(outcome.passed.some(({ state }) => state === 'success')).toBe(true)
  },
)

prop.prop([anySeen, anyPolicy, moment, moment])(
  'time alone moves pending to an end, ends nothing twice, and makes nothing green',
  (seen, policy, a, b) => {
    const [early, later] = [a, b].sort((x, y) => x - y)
    if (early === undefined || later === undefined) return
    const first = computeCiOutcome({ ...seen, readAt: early }, late, policy)
    const second = computeCiOutcome({ ...seen, readAt: later }, late, policy)
    if (first.kind === 'pending') expect(second.kind).not.toBe('success')
    else expect(second.kind).toBe(first.kind)
  },
)

prop.prop([anySeen, anyPolicy])(
  'nothing is pending after its own deadlines: every wait ends',
  (seen, policy) => {
    expect(computeCiOutcome({ ...seen, readAt: at(500) }, late, policy).kind).not.toBe('pending')
  },
)

prop.prop([anySeen, anyPolicy])(
  'a reading after the deadline a pending outcome names gives another answer, or another deadline',
  (seen, policy) => {
    const outcome = computeCiOutcome(seen, late, policy)
    if (outcome.kind !== 'pending') return
    expect(outcome.deadline).toBeGreaterThanOrEqual(seen.readAt)
    const next = computeCiOutcome({ ...seen, readAt: addMillis(outcome.deadline, 1) }, late, policy)
    if (next.kind === 'pending') expect(next.deadline).toBeGreaterThan(outcome.deadline)
  },
)
