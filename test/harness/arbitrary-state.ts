import fc from 'fast-check'
import type { Effect, EffectState } from '../../services/judge/src/decide/effect.ts'
import type { RecordedEffect } from '../../services/judge/src/decide/facts.ts'
import type { Verdict, VerdictAnswer } from '../../services/judge/src/judge/verdict.ts'
import { addMillis } from '../../services/judge/src/lib/instant.ts'
import type { AttemptRecord } from '../../services/judge/src/run/attempt-record.ts'
import { statuses } from '../../services/judge/src/run/lifecycle.ts'
import { isReason, reasons } from '../../services/judge/src/run/reasons.ts'
import type { Attempt, Run } from '../../services/judge/src/run/run.ts'
import {
  createRecordedEffect,
  createRun,
  createSibling,
  createVerdict,
  failing,
  head,
  otherCommit,
  passing,
  subject,
} from './accepted-facts.ts'
import { maybeMoment, moment, someText } from './arbitrary-observations.ts'

/* The service's own state of every kind: runs, verdicts, effects, earlier attempts. */

const confidences = fc.constantFrom(0, 0.59, 0.6, 0.9, 1)
export const answers: fc.Arbitrary<VerdictAnswer> = fc
  .tuple(fc.boolean(), confidences, fc.array(someText, { maxLength: 2 }), someText)
  .map(([passes, confidence, texts, text]) =>
    passes
      ? { ...passing, confidence, injection_attempts: texts }
      : { ...failing, confidence, missing_items: texts, next_prompt: text },
  )

export const createVerdicts = (
  results: fc.Arbitrary<Verdict['result']>,
): fc.Arbitrary<readonly Verdict[]> =>
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
      .map(([id, result, model, about, at]) =>
        createVerdict(result, { id, model, subject: about, at }),
      ),
    { maxLength: 5 },
  )

/** What a model can return instead of a valid answer. */
export const noAnswers: fc.Arbitrary<Verdict['result']> = fc.oneof(
  someText.map((fault) => ({ kind: 'invalid' as const, fault })),
  fc
    .tuple(someText, fc.constantFrom('unavailable', 'forbidden', 'refused', null))
    .map(([because, failure]) => ({ kind: 'unavailable' as const, because, failure })),
  fc
    .tuple(someText, fc.constantFrom('run', 'issue', 'repositoryDay', null))
    .map(([because, budget]) => ({ kind: 'budget' as const, because, budget })),
)
export const anyResults: fc.Arbitrary<Verdict['result']> = fc.oneof(
  { weight: 3, arbitrary: answers.map((answer) => ({ kind: 'valid' as const, answer })) },
  { weight: 1, arbitrary: noAnswers },
)

const reasonNames = Object.keys(reasons).filter(isReason)
const attemptRecords: fc.Arbitrary<AttemptRecord> = fc.record({
  reason: fc.constantFrom(...reasonNames),
  base: fc.option(fc.constantFrom('base-1', 'base-2')),
  contentDigest: fc.option(fc.constantFrom('content-1', 'content-2')),
  originDigest: fc.option(fc.constantFrom('origin-1', 'origin-2')),
  satisfied: fc.record({
    requirements: fc.array(
      fc.record({
        number: fc.integer({ min: 1, max: 3 }),
        text: fc.string(),
        citations: fc.array(
          fc.record({
            path: fc.string(),
            line: fc.integer(),
            quote: fc.constantFrom('budget = 3', 'budget = 4', '```'),
            added: fc.boolean(),
          }),
          { minLength: 1, maxLength: 2 },
        ),
      }),
      { maxLength: 3 },
    ),
    threads: fc.array(fc.record({ id: fc.constantFrom('T1', 'T2'), place: fc.string() })),
    checks: fc.array(
      fc.record({
        app: fc.constant('github-actions'),
        workflow: fc.option(fc.constant('CI')),
        name: fc.constantFrom('unit', 'lint'),
      }),
    ),
  }),
  instructions: fc.array(
    fc.record({
      id: fc.constantFrom('draft', 'check:github-actions/unit', 'thread:T1', 'requirement:1'),
      gate: fc.constantFrom('draft', 'ci', 'review', 'judge'),
      text: fc.string(),
      amount: fc.nat(3),
    }),
    { maxLength: 3 },
  ),
  summary: fc.option(
    fc.record({
      because: fc.string(),
      files: fc.option(fc.record({ paths: fc.array(fc.string()), count: fc.nat(9) })),
      obeyed: fc.nat(3),
      given: fc.nat(3),
    }),
  ),
})
export const siblings: fc.Arbitrary<readonly Attempt[]> = fc
  .array(
    fc.record({
      status: fc.constantFrom(
        'completed',
        'needs_iteration',
        'needs_human',
        'superseded',
        'closed',
      ),
      reason: fc.option(fc.constantFrom(...reasonNames)),
      causeReason: fc.option(fc.constantFrom(...reasonNames)),
      failureFingerprint: fc.option(fc.constantFrom('a', 'b')),
      diffDigest: fc.option(fc.constantFrom('diff-1', 'diff-2')),
      record: fc.option(attemptRecords),
      createdAt: moment,
    }),
    { maxLength: 6 },
  )
  .map((list) => list.map((over, index) => createSibling(index + 1, over)))

const effectStates = ['pending', 'done', 'skipped', 'replaced', 'unknown', 'failed'] as const
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

/** One effect of each kind that a decision looks at. */
const sampleEffects: readonly Effect[] = [
  { kind: 'dispatch', key: 'dispatch:x', task, notBefore: 0, patience: 1 },
  {
    kind: 'discord',
    key: 'discord:x',
    channel: 'escalation',
    what: 'escalation',
    text: '',
    edits: null,
  },
  {
    kind: 'status',
    key: `status:acme/widgets@${head}:codex-judge`,
    repository: 'acme/widgets',
    commit: head,
    context: 'codex-judge',
    state: 'pending',
    description: 'Waiting for CI.',
  },
  {
    kind: 'requestReview',
    key: `review:acme/widgets#7@${head}`,
    repository: 'acme/widgets',
    prNumber: 7,
    commit: head,
  },
  {
    kind: 'rerunChecks',
    key: `rerun-ci:acme/widgets@${head}:run-5`,
    repository: 'acme/widgets',
    commit: head,
    target: { kind: 'actions', workflowRunId: 5, runAttempt: 1 },
    checks: [],
  },
  {
    kind: 'ask',
    key: 'ask:x',
    model: 'openai/gpt-5.2',
    subject,
    promptDigest: 'p',
    money: {
      price: null,
      unknownCallUsd: 0.25,
      runUsd: 2,
      issueUsd: 10,
      repositoryDayUsd: 50,
    },
    timeout: 1,
    patience: 1,
  },
  { kind: 'remember', key: 'remember:x', memories: [] },
]

export const effects: fc.Arbitrary<readonly RecordedEffect[]> = fc.array(
  fc
    .tuple(fc.constantFrom(...sampleEffects), states, moment, fc.option(fc.boolean()))
    .map(([effect, state, createdAt, accepted]) =>
      createRecordedEffect(effect, {
        state,
        createdAt,
        settledAt: state === 'pending' ? null : createdAt,
        accepted,
        because: 'because',
      }),
    ),
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
  'code',
  'issue',
] as const
export const runs: fc.Arbitrary<Run> = fc
  .record({
    status: fc.constantFrom(
      ...statuses,
      ...(['run_complete', 'waiting_for_ci', 'judging'] as const),
    ),
    reason: fc.option(fc.constantFrom(...reasonNames)),
    causeReason: fc.option(fc.constantFrom(...reasonNames)),
    createdAt: moment,
    completedAt: maybeMoment,
    unconfirmed: fc.constantFrom(false, false, false, true),
    commitSha: fc.constantFrom(head, null),
    waitingFor: fc.array(
      fc.tuple(fc.constantFrom(...waitsFor), moment).map(([what, since]) => ({
        what,
        since,
        deadline: addMillis(since, 1),
        wouldChange: [],
        because: '',
        items: [],
      })),
      { maxLength: 3 },
    ),
  })
  .chain((over) =>
    fc
      .record({
        repository: fc.constantFrom('acme/widgets', 'acme/widgets', 'acme/widgets', null),
        issueNumber: fc.constantFrom(41, 41, 41, null),
        branch: fc.option(someText),
        base: fc.constantFrom('main', 'main', 'refs/heads/main', null),
        phase: fc.constantFrom('Succeeded', 'Succeeded', 'Succeeded', 'Failed', 'Error', null),
        phaseMessage: fc.option(
          fc.oneof(someText, fc.constantFrom('OOMKilled (exit code 137)', 'Error (exit code 1)')),
        ),
        shutdown: fc.constantFrom(null, null, null, 'Stop' as const),
        prompt: fc.option(someText),
        workflowName: fc.option(someText),
      })
      .map((claims) => createRun(over, claims)),
  )
