import fc from 'fast-check'
import type { Evidence } from '../../services/judge/src/artifacts/evidence.ts'
import type { CiOutcome } from '../../services/judge/src/ci/ci-outcome.ts'
import type { BaseComparison } from '../../services/judge/src/ci/compare-with-base.ts'
import type { Diff } from '../../services/judge/src/diff/diff.ts'
import type { Change } from '../../services/judge/src/gates/gate.ts'
import { addMillis } from '../../services/judge/src/lib/instant.ts'
import { type Known, known, notYet, unreadable } from '../../services/judge/src/lib/known.ts'
import type { ReviewOutcome } from '../../services/judge/src/review/review-outcome.ts'
import { createChange, diff, evidence, head, now, otherCommit } from './accepted-facts.ts'
import { blockingThread, check } from './text-samples.ts'

/* Observations of every kind: each fact known, not there yet or unreadable, with each outcome. */

/** Text as any author may write it. */
export const someText = fc.oneof(
  fc.constantFrom('', 'ok', '`'.repeat(9), '@everyone', '<<<<<<< '),
  fc.string({ maxLength: 60 }),
)
/**
 * A moment within three days of the decision; often the decision's own moment or a deadline of the
 * shipped policy.
 */
export const moment = fc.oneof(
  fc
    .constantFrom(0, 1, -1, 300_000, -300_000, 3_600_000, -3_600_000, -900_000)
    .map((by) => addMillis(now, by)),
  fc.integer({ min: -3 * 86_400_000, max: 3 * 86_400_000 }).map((by) => addMillis(now, by)),
)
export const maybeMoment = fc.option(moment)

export const knownOr = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Known<T>> =>
  fc.oneof(
    { weight: 4, arbitrary: value.map((one) => known(one, now)) },
    { weight: 1, arbitrary: someText.map((because) => notYet(because, now)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(someText, moment, fc.boolean())
        .map(([because, since, forbidden]) => unreadable(because, since, { forbidden })),
    },
  )

const checks = fc.array(
  fc
    .tuple(
      someText,
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('failure', 'timed_out', 'queued', 'success', 'action_required'),
      fc.option(fc.constantFrom(5, 6)),
    )
    .map(([name, id, state, workflowRunId]) => ({
      ...check,
      name,
      label: name,
      id,
      state,
      workflowRunId,
    })),
  { maxLength: 3 },
)

export const ciOutcomes: fc.Arbitrary<CiOutcome> = fc
  .tuple(
    fc.constantFrom('pending', 'success', 'failure', 'action_required', 'missing', 'timeout'),
    checks,
    checks,
    someText,
    moment,
  )
  .map(([kind, some, others, because, at]): CiOutcome => {
    const commit = head
    switch (kind) {
      case 'pending':
        return {
          kind,
          commit,
          open: some,
          missing: [{ name: 'lint', text: 'lint' }],
          failed: others,
          because,
          deadline: at,
        }
      case 'success':
        return { kind, commit, passed: some, because, concludedAt: at }
      case 'failure':
        return {
          kind,
          commit,
          failed: some,
          passed: [],
          rerunnable: others,
          because,
          concludedAt: at,
        }
      case 'action_required':
        return { kind, commit, checks: some, because }
      case 'missing':
        return { kind, commit, missing: [{ name: 'unit', text: 'unit' }], because }
      case 'timeout':
        return { kind, commit, open: some, failed: others, because }
      default:
        return kind satisfies never
    }
  })

/** Some of the failed checks are the base's, too, and the others are not. */
export const baseComparisons: fc.Arbitrary<BaseComparison> = fc
  .tuple(checks, someText, fc.boolean(), fc.array(someText, { maxLength: 2 }))
  .map(([shared, branch, isGreen, repaired]) => ({
    commit: head,
    branch,
    isGreen,
    shared: [check, ...shared].map(({ label, app, name, id, completedAt }) => ({
      ...{ label, app, name, id, completedAt },
      base: { commit: otherCommit, url: null },
    })),
    repaired,
  }))

export const reviewOutcomes: fc.Arbitrary<ReviewOutcome> = fc
  .tuple(
    fc.constantFrom(
      'not_required',
      'pending',
      'approved',
      'threads_open',
      'changes_requested',
      'missing',
    ),
    someText,
    moment,
    maybeMoment,
  )
  .map(([kind, because, deadline, requestAt]): ReviewOutcome => {
    const commit = head
    const threads = [blockingThread]
    const shared = { commit, because, threadHistories: [blockingThread.history] }
    switch (kind) {
      case 'not_required':
        return { kind, ...shared }
      case 'pending': {
        const items = [{ text: because, url: null }]
        return { kind, ...shared, deadline, requestAt, status: 'pending', items }
      }
      case 'approved':
        return { kind, ...shared, status: 'approved' }
      case 'threads_open':
        return { kind, ...shared, threads }
      case 'changes_requested':
        return {
          kind,
          ...shared,
          threads,
          findings: [
            { author: { login: because, bot: true }, body: because, url: '', titles: [because] },
          ],
          reviews: [
            {
              author: { login: because, bot: false },
              association: 'member',
              state: 'CHANGES_REQUESTED',
              body: because,
              commit,
              submittedAt: deadline,
              url: '',
            },
          ],
        }
      case 'missing':
        return { kind, ...shared, status: 'commented' }
      default:
        return kind satisfies never
    }
  })

export const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(createChange()) },
  {
    weight: 2,
    arbitrary: fc
      .record({
        state: fc.constantFrom('open', 'closed', 'merged'),
        draft: fc.boolean(),
        behind: fc.boolean(),
        mergeable: fc.constantFrom('mergeable', 'conflicting', 'unknown'),
        baseBranch: fc.constantFrom('main', 'develop'),
        closedBy: fc.option(someText),
        title: someText,
        body: someText,
      })
      .chain((over) =>
        fc
          .record({
            head: fc.constantFrom(head, head, null),
            reported: fc.option(
              fc.record({
                commit: fc.constant(otherCommit),
                relation: fc.constantFrom('same', 'ancestor', 'not_ancestor', 'unknown'),
              }),
            ),
            staleSince: fc.oneof(
              { weight: 3, arbitrary: fc.constant(null) },
              { weight: 1, arbitrary: moment },
            ),
          })
          .map((more) => createChange({ ...over, head: more.head }, more)),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({
        branchHead: fc.constantFrom(head, otherCommit, null),
        baseHead: fc.constantFrom(otherCommit, null),
        since: moment,
      })
      .map((of) => ({ kind: 'none' as const, ...of })),
  },
)

export const diffs: fc.Arbitrary<Diff> = fc.oneof(
  fc.constant(diff),
  fc.constant({
    ...diff,
    files: [],
    added: 0,
    removed: 0,
    digest: 'diff-empty',
    contentDigest: 'content-empty',
  }),
  fc.constant({ ...diff, files: [], added: 0, removed: 0, tooLarge: 'over 8 MiB' }),
  someText.map((path) => ({
    ...diff,
    digest: 'diff-2',
    contentDigest: 'content-2',
    files: diff.files.map((file) => ({ ...file, path })),
  })),
  fc.integer({ min: 0, max: 100_000 }).map((added) => ({ ...diff, added })),
)

export const evidences: fc.Arbitrary<Evidence> = fc
  .tuple(
    fc.constantFrom('completed', 'cut', 'none', 'failed', 'absent'),
    fc.boolean(),
    someText,
    fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: someText }),
  )
  .map(([turn, isInfrastructure, message, failedApply]) => ({
    ...evidence,
    failedApply,
    logs: { agent: message },
    stream:
      turn === 'absent' || evidence.stream === null
        ? null
        : {
            ...evidence.stream,
            lastMessage: message,
            lastTurn:
              turn === 'failed'
                ? { kind: 'failed' as const, message, ground: isInfrastructure }
                : { kind: turn },
          },
  }))
