import fc from 'fast-check'
import type { Evidence } from '../../services/judge/src/artifacts/evidence.ts'
import type { CiOutcome } from '../../services/judge/src/ci/outcome.ts'
import type { EffectState } from '../../services/judge/src/decide/effect.ts'
import type { EffectSeen, Facts } from '../../services/judge/src/decide/facts.ts'
import type { Diff } from '../../services/judge/src/diff/diff.ts'
import type { Change } from '../../services/judge/src/gates/gate.ts'
import type { Answer, Verdict } from '../../services/judge/src/judge/verdict.ts'
import { after, type Instant } from '../../services/judge/src/lib/instant.ts'
import { type Known, known, notYet, unreadable } from '../../services/judge/src/lib/known.ts'
import type { Policy } from '../../services/judge/src/policy/policy.ts'
import type { ReviewOutcome } from '../../services/judge/src/review/outcome.ts'
import { statuses } from '../../services/judge/src/run/lifecycle.ts'
import { isReason, reasons } from '../../services/judge/src/run/reasons.ts'
import type { Attempt, Run } from '../../services/judge/src/run/run.ts'
import {
  acceptedFacts,
  changeOf,
  diff,
  effectOf,
  escalation,
  evidence,
  failing,
  head,
  issue,
  issueText,
  model,
  now,
  otherCommit,
  passing,
  runOf,
  shipped,
  siblingOf,
  subject,
  verdictOf,
} from './accepted-facts.ts'
import { check, thread } from './text-samples.ts'

/* Facts of every kind, in every combination: each part known, not yet there or unreadable, each outcome there is. */

/** Text as strangers write it. */
const said = fc.oneof(fc.constantFrom('', 'ok', '`'.repeat(9), '@everyone', '<<<<<<< '), fc.string({ maxLength: 60 }))
/** A moment within three days of the decision; often the very moment, or a deadline of the shipped policy. */
export const moment = fc.oneof(
  fc.constantFrom(0, 1, -1, 300_000, -300_000, 3_600_000, -3_600_000, -900_000).map((by) => after(now, by)),
  fc.integer({ min: -3 * 86_400_000, max: 3 * 86_400_000 }).map((by) => after(now, by)),
)
const maybeMoment = fc.option(moment)

export const knownOr = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Known<T>> =>
  fc.oneof(
    { weight: 4, arbitrary: value.map((one) => known(one, now)) },
    { weight: 1, arbitrary: said.map((because) => notYet(because, now)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(said, moment, fc.boolean())
        .map(([because, since, forbidden]) => unreadable(because, since, forbidden)),
    },
  )

const checks = fc.array(
  fc
    .tuple(
      said,
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('failure', 'timed_out', 'queued', 'success', 'action_required'),
      fc.option(fc.constantFrom(5, 6)),
    )
    .map(([name, id, state, workflowRunId]) => ({ ...check, name, id, state, workflowRunId })),
  { maxLength: 3 },
)

export const ciOutcomes: fc.Arbitrary<CiOutcome> = fc
  .tuple(
    fc.constantFrom('pending', 'success', 'failure', 'action_required', 'missing', 'timeout'),
    checks,
    checks,
    said,
    moment,
  )
  .map(([kind, some, others, because, at]): CiOutcome => {
    const commit = head
    switch (kind) {
      case 'pending':
        return { kind, commit, open: some, missing: ['lint'], failed: others, because, deadline: at }
      case 'success':
        return { kind, commit, passed: some, because, concludedAt: at }
      case 'failure':
        return { kind, commit, failed: some, rerunnable: others, because, concludedAt: at }
      case 'action_required':
        return { kind, commit, checks: some, because }
      case 'missing':
        return { kind, commit, missing: ['unit'], because }
      case 'timeout':
        return { kind, commit, open: some, failed: others, because }
      default:
        return kind satisfies never
    }
  })

export const reviewOutcomes: fc.Arbitrary<ReviewOutcome> = fc
  .tuple(
    fc.constantFrom('not_required', 'pending', 'approved', 'threads_open', 'changes_requested', 'missing'),
    said,
    moment,
    maybeMoment,
  )
  .map(([kind, because, deadline, requestAt]): ReviewOutcome => {
    const commit = head
    const threads = [{ thread, severity: 'P1', by: 'codex' }] as const
    switch (kind) {
      case 'not_required':
        return { kind, commit, because }
      case 'pending':
        return { kind, commit, because, deadline, requestAt, status: 'pending' }
      case 'approved':
        return { kind, commit, because, status: 'approved' }
      case 'threads_open':
        return { kind, commit, because, threads }
      case 'changes_requested':
        return {
          kind,
          commit,
          because,
          threads,
          reviews: [
            {
              author: { login: because, bot: false },
              state: 'CHANGES_REQUESTED',
              body: because,
              commit,
              submittedAt: deadline,
              url: '',
            },
          ],
        }
      case 'missing':
        return { kind, commit, because, status: 'commented' }
      default:
        return kind satisfies never
    }
  })

export const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(changeOf()) },
  {
    weight: 2,
    arbitrary: fc
      .record({
        state: fc.constantFrom('open', 'closed', 'merged'),
        draft: fc.boolean(),
        behind: fc.boolean(),
        mergeable: fc.constantFrom('mergeable', 'conflicting', 'unknown'),
        baseBranch: fc.constantFrom('main', 'develop'),
        closedBy: fc.option(said),
        title: said,
        body: said,
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
            staleSince: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: moment }),
          })
          .map((more) => changeOf({ ...over, head: more.head }, more)),
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

const diffs: fc.Arbitrary<Diff> = fc.oneof(
  fc.constant(diff),
  fc.constant({ ...diff, files: [], added: 0, removed: 0, digest: 'diff-empty' }),
  fc.constant({ ...diff, files: [], added: 0, removed: 0, tooLarge: 'over 8 MiB' }),
  said.map((path) => ({ ...diff, digest: 'diff-2', files: diff.files.map((file) => ({ ...file, path })) })),
  fc.integer({ min: 0, max: 100_000 }).map((added) => ({ ...diff, added })),
)

const evidences: fc.Arbitrary<Evidence> = fc
  .tuple(
    fc.constantFrom('completed', 'cut', 'none', 'failed', 'absent'),
    fc.boolean(),
    said,
    fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: said }),
  )
  .map(([turn, ground, message, failedApply]) => ({
    ...evidence,
    failedApply,
    logs: { agent: message },
    stream:
      turn === 'absent' || evidence.stream === null
        ? null
        : {
            ...evidence.stream,
            lastMessage: message,
            lastTurn: turn === 'failed' ? { kind: 'failed' as const, message, ground } : { kind: turn },
          },
  }))

const confidences = fc.constantFrom(0, 0.59, 0.6, 0.9, 1)
export const answers: fc.Arbitrary<Answer> = fc
  .tuple(fc.boolean(), confidences, fc.array(said, { maxLength: 2 }), said)
  .map(([passes, confidence, texts, text]) =>
    passes
      ? { ...passing, confidence, injection_attempts: texts }
      : { ...failing, confidence, missing_items: texts, next_prompt: text },
  )

export const verdictsOf = (results: fc.Arbitrary<Verdict['result']>): fc.Arbitrary<readonly Verdict[]> =>
  fc.array(
    fc
      .tuple(
        fc.uuid(),
        results,
        fc.constantFrom('openai/gpt-5.2', 'anthropic/claude', 'codex', 'openai/unknown'),
        fc.constantFrom(
          subject,
          subject,
          subject,
          { ...subject, commit: otherCommit },
          { ...subject, diffDigest: 'old' },
        ),
        moment,
      )
      .map(([id, result, model, about, at]) => verdictOf(result, { id, model, subject: about, at })),
    { maxLength: 5 },
  )

/** What a model can come to beside a valid answer. */
export const noAnswers: fc.Arbitrary<Verdict['result']> = fc.oneof(
  said.map((fault) => ({ kind: 'invalid' as const, fault })),
  said.map((because) => ({ kind: 'unavailable' as const, because })),
  said.map((because) => ({ kind: 'budget' as const, because })),
)
export const anyResults: fc.Arbitrary<Verdict['result']> = fc.oneof(
  { weight: 3, arbitrary: answers.map((answer) => ({ kind: 'valid' as const, answer })) },
  { weight: 1, arbitrary: noAnswers },
)

const reasonNames = Object.keys(reasons).filter(isReason)
export const siblings: fc.Arbitrary<readonly Attempt[]> = fc
  .array(
    fc.record({
      status: fc.constantFrom('completed', 'needs_iteration', 'needs_human', 'superseded', 'closed'),
      reason: fc.option(fc.constantFrom(...reasonNames)),
      causeReason: fc.option(fc.constantFrom(...reasonNames)),
      failureFingerprint: fc.option(fc.constantFrom('a', 'b')),
      diffDigest: fc.option(fc.constantFrom('diff-1', 'diff-2')),
      createdAt: moment,
    }),
    { maxLength: 6 },
  )
  .map((list) => list.map((over, index) => siblingOf(index + 1, over)))

export const effectStates = ['pending', 'done', 'skipped', 'replaced', 'unknown', 'failed'] as const
const states: fc.Arbitrary<EffectState> = fc.constantFrom(...effectStates)

export const task = {
  deliveryId: 'codex-00000000-41-attempt-2',
  ordinal: 2,
  prompt: 'again',
  repository: 'acme/widgets',
  base: 'main',
  head: 'codex/issue-41',
  issueNumber: 41,
  issueUrl: '',
  issueTitle: '',
  issueBody: '',
  sender: 'octo-dev',
  reviewContext: null,
  iterations: null,
  iterationCycle: null,
  autonomous: null,
} as const

export const effects: fc.Arbitrary<readonly EffectSeen[]> = fc.array(
  fc
    .tuple(
      fc.constantFrom('dispatch', 'escalation', 'status', 'review', 'rerun', 'ask', 'remember'),
      states,
      moment,
      fc.option(fc.boolean()),
    )
    .map(([kind, state, createdAt, accepted]) => {
      const over = { state, createdAt, settledAt: state === 'pending' ? null : createdAt, accepted, because: 'because' }
      switch (kind) {
        case 'dispatch':
          return effectOf({ kind, key: 'dispatch:x', task, notBefore: 0, patience: 1 }, over)
        case 'escalation':
          return effectOf({ kind: 'discord', key: 'discord:x', channel: kind, what: kind, text: '', edits: null }, over)
        case 'status':
          return effectOf(
            {
              kind,
              key: `status:acme/widgets@${head}:codex-judge`,
              repository: 'acme/widgets',
              commit: head,
              context: 'codex-judge',
              state: 'pending',
              description: 'Waiting for CI.',
            },
            over,
          )
        case 'review':
          return effectOf(
            {
              kind: 'requestReview',
              key: `review:acme/widgets#7@${head}`,
              repository: 'acme/widgets',
              prNumber: 7,
              commit: head,
            },
            over,
          )
        case 'rerun':
          return effectOf(
            {
              kind: 'rerunChecks',
              key: `rerun-ci:acme/widgets@${head}:run-5`,
              repository: 'acme/widgets',
              commit: head,
              target: { kind: 'actions', workflowRunId: 5, runAttempt: 1 },
              checks: [],
            },
            over,
          )
        case 'ask':
          return effectOf(
            {
              kind,
              key: 'ask:x',
              model: 'openai/gpt-5.2',
              subject,
              promptDigest: 'p',
              money: { price: null, unknownCallUsd: 0.25, runUsd: 2, issueUsd: 10, repositoryDayUsd: 50 },
              timeout: 1,
              patience: 1,
            },
            over,
          )
        case 'remember':
          return effectOf({ kind, key: 'remember:x', memories: [] }, over)
        default:
          return kind satisfies never
      }
    }),
  { maxLength: 5 },
)

const waitsFor = [
  'commit',
  'mergeability',
  'github',
  'artifacts',
  'ci',
  'review',
  'judge',
  'citations',
  'issue',
] as const
export const runs: fc.Arbitrary<Run> = fc
  .record({
    status: fc.constantFrom(...statuses, ...(['run_complete', 'waiting_for_ci', 'judging'] as const)),
    reason: fc.option(fc.constantFrom(...reasonNames)),
    causeReason: fc.option(fc.constantFrom(...reasonNames)),
    createdAt: moment,
    completedAt: maybeMoment,
    commitSha: fc.constantFrom(head, null),
    waitingFor: fc.array(
      fc
        .tuple(fc.constantFrom(...waitsFor), moment)
        .map(([what, since]) => ({ what, since, deadline: after(since, 1), wouldChange: [] })),
      { maxLength: 3 },
    ),
  })
  .chain((over) =>
    fc
      .record({
        repository: fc.constantFrom('acme/widgets', 'acme/widgets', 'acme/widgets', null),
        issueNumber: fc.constantFrom(41, 41, 41, null),
        branch: fc.option(said),
        base: fc.constantFrom('main', 'main', 'refs/heads/main', null),
        phase: fc.constantFrom('Succeeded', 'Succeeded', 'Succeeded', 'Failed', 'Error', null),
        phaseMessage: fc.option(fc.oneof(said, fc.constantFrom('OOMKilled (exit code 137)', 'Error (exit code 1)'))),
        prompt: fc.option(said),
        workflowName: fc.option(said),
      })
      .map((claims) => runOf(over, claims)),
  )

/** Rules of many kinds, laid over the shipped ones: reading a file for each case would take all the time there is. */
export const policies: fc.Arbitrary<Policy> = fc
  .record({
    models: fc.constantFrom<readonly string[]>([model], [], [model, 'anthropic/claude', 'codex']),
    max: fc.integer({ min: 1, max: 4 }),
    infrastructure_max: fc.integer({ min: 0, max: 4 }),
    same: fc.integer({ min: 2, max: 4 }),
    allow_empty: fc.boolean(),
    rerun_failed_once: fc.boolean(),
    enabled: fc.boolean(),
    wait: fc.constantFrom(0, 1_000, 3_600_000),
  })
  .map(({ models, max, infrastructure_max, same, allow_empty, rerun_failed_once, enabled, wait }) => ({
    ...shipped,
    judge: { ...shipped.judge, models },
    attempts: { ...shipped.attempts, max, infrastructure_max },
    no_progress: { same_failure: same, same_diff: same },
    diff: { ...shipped.diff, allow_empty },
    ci: { ...shipped.ci, rerun_failed_once, wait },
    patience: { ...shipped.patience, github: wait, artifacts: wait },
    status: { ...shipped.status, enabled },
  }))

/** Facts of any kind; `over` narrows a part. */
export const factsWith = (over: { readonly [K in keyof Facts]?: fc.Arbitrary<Facts[K]> } = {}): fc.Arbitrary<Facts> =>
  fc
    .record({
      run: runs,
      repositoryPolicy: knownOr(
        fc.oneof(
          fc.constant({ kind: 'absent' as const }),
          said.map((text) => ({ kind: 'applied' as const, ignored: [text] })),
          said.map((text) => ({ kind: 'invalid' as const, faults: [text] })),
        ),
      ),
      evidence: knownOr(evidences),
      issue: knownOr(said.map((body) => ({ ...issueText, body }))),
      issueState: knownOr(fc.constantFrom(issue, issue, { ...issue, state: 'closed' as const }, null)),
      change: knownOr(changes),
      ci: knownOr(ciOutcomes),
      review: knownOr(reviewOutcomes),
      diff: knownOr(diffs),
      checkLogs: said.map((log): ReadonlyMap<number, string> => new Map([[1, log]])),
      siblings,
      grantedAttempts: fc.integer({ min: 0, max: 2 }),
      nextOrdinal: fc.integer({ min: 2, max: 9 }),
      verdicts: verdictsOf(anyResults),
      verdictsUnread: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: said }),
      effects,
      looks: fc.integer({ min: 0, max: 50 }),
      stretch: fc.constantFrom(1, 2.5, 1_000),
      completion: fc.constantFrom(null, 'running', 'finished', 'unknown'),
      escalation: fc.option(
        fc
          .tuple(maybeMoment, moment)
          .map(([remindAt, deadline]: [Instant | null, Instant]) => ({ ...escalation, remindAt, deadline })),
      ),
      ...over,
    })
    .map((parts) => acceptedFacts(parts))

/** Facts that are green but for what `over` says, so that properties of what comes after the gates are not starved. */
export const greenWith = (over: { readonly [K in keyof Facts]?: fc.Arbitrary<Facts[K]> }): fc.Arbitrary<Facts> =>
  fc.record<Partial<Facts>>(over).map((parts) => acceptedFacts(parts))
