import Type, { type Static } from 'typebox'
import { statuses } from '../../run/lifecycle.ts'
import { reasonKinds } from '../../run/reason-kinds.ts'
import { reasons } from '../../run/reasons.ts'
import type { CoverageView, LabelView } from './run-page-schemas.ts'
import { integer, nullable, number, oneOfTexts, text, time } from './schema-kinds.ts'

/*
 * Schemas of runs and their details in responses. The response types are derived from them, the
 * OpenAPI document contains them, and a test validates responses against them. Fields may be added;
 * none may be renamed or removed.
 */

const uptakeSchema = Type.Object({
  id: text,
  gate: text,
  text,
  result: nullable(oneOfTexts(['obeyed', 'ignored', 'worse'])),
  because: text,
  evidence: Type.Array(
    Type.Object({
      text,
      url: nullable(text),
      path: nullable(text),
      line: nullable(integer),
    }),
  ),
})

export const runSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    repository: nullable(text),
    issueNumber: nullable(integer),
    issueTitle: nullable(text),
    branch: nullable(text),
    base: nullable(text),
    attempt: integer,
    attemptsMax: Type.Integer({ description: 'What policy allows, and what people granted.' }),
    parentRunId: nullable(text),
    childRunId: nullable(Type.String({ description: 'The run of the next attempt.' })),
    threadId: nullable(text),
    turnId: nullable(text),
    sessionId: nullable(text),
    workflowName: nullable(text),
    workflowNamespace: nullable(text),
    workflowUid: nullable(text),
    workflowUrl: nullable(text),
    stage: text,
    phase: nullable(text),
    status: oneOfTexts(statuses),
    reason: nullable(oneOfTexts(Object.keys(reasons))),
    reasonText: nullable(text),
    reasonKind: nullable(oneOfTexts(reasonKinds)),
    statusWords: text,
    headline: Type.String({
      description: 'Why it stands where it stands: the sentence after the status words.',
    }),
    next: Type.Object(
      { text, at: nullable(time), needsYou: Type.Boolean() },
      { description: 'What happens by itself, by when, and whether a person has to act.' },
    ),
    wait: nullable(
      Type.Object(
        {
          for: oneOfTexts(['agent', 'evidence', 'ci', 'review', 'judge', 'dispatch', 'person']),
          since: nullable(time),
          deadline: nullable(time),
          usualSeconds: nullable(
            Type.Number({ description: 'The median of recent runs of the repository.' }),
          ),
        },
        { description: 'What it waits for now; null: nothing.' },
      ),
    ),
    commitSha: nullable(text),
    prNumber: nullable(integer),
    prUrl: nullable(text),
    ciStatus: nullable(oneOfTexts(['pending', 'success', 'failure'])),
    ciUrl: nullable(text),
    ciConcludedAt: nullable(time),
    reviewStatus: nullable(oneOfTexts(['pending', 'approved', 'changes_requested', 'commented'])),
    prompt: nullable(text),
    nextPrompt: nullable(
      Type.String({ description: 'Like the prompt, null in lists that were not asked for it.' }),
    ),
    decision: nullable(oneOfTexts(['pass', 'needs_iteration', 'needs_human'])),
    confidence: nullable(number),
    startedAt: nullable(time),
    finishedAt: nullable(time),
    decidedAt: nullable(time),
    createdAt: time,
    updatedAt: time,
    deadlineAt: nullable(time),
    costUsd: number,
    agentUsage: Type.Unknown({
      description: 'The tokens used by the agent, summed over its turns; null if unknown.',
    }),
    promptVersion: nullable(text),
    attemptsUsed: integer,
    causeReason: nullable(text),
    uptake: Type.Array(uptakeSchema, {
      description:
        'What became of each instruction in the prompt of the run, once it is decided on. ' +
        'Empty if it was given none.',
    }),
  },
  {
    $id: 'Run',
    description: 'One run of the agent on an issue. Times are UTC; absent values are null.',
  },
)
export type RunView = Static<typeof runSchema>

export const artifactSchema = Type.Object(
  {
    name: text,
    bucket: nullable(text),
    key: nullable(text),
    sha256: nullable(text),
    bytes: nullable(integer),
    state: oneOfTexts(['found', 'missing', 'empty', 'unavailable', 'refused']),
    because: text,
  },
  { $id: 'Artifact' },
)
export type ArtifactView = Static<typeof artifactSchema>

const evaluationFields = {
  decision: nullable(oneOfTexts(['pass', 'fail'])),
  confidence: nullable(number),
  requirementsCoverage: Type.Unknown(),
  missingItems: Type.Unknown(),
  suggestedFixes: Type.Unknown(),
  injectionAttempts: Type.Unknown({
    description: 'Passages of the data that, as the model says, try to influence the verdict.',
  }),
  promptTuningSuggestions: Type.Unknown({
    description: 'How the task that the agent was given could have been clearer.',
  }),
  systemImprovementSuggestions: Type.Unknown({
    description: 'What in the repository or its tooling made the work harder than necessary.',
  }),
  nextPrompt: nullable(text),
  scores: Type.Unknown(),
  weightedScore: nullable(number),
  model: text,
  promptVersion: text,
  commitSha: text,
  createdAt: time,
}
export const evaluationSchema = Type.Object(evaluationFields, {
  $id: 'Evaluation',
  description: 'The verdict that the decision is based on.',
})
export type EvaluationView = Static<typeof evaluationSchema>

export const verdictSchema = Type.Object(
  {
    ...evaluationFields,
    id: text,
    valid: Type.Boolean(),
    result: oneOfTexts(['valid', 'invalid', 'unavailable', 'budget']),
    because: nullable(text),
    discounted: Type.Boolean({
      description:
        'True if a person asked for a new judgement, so that this verdict no longer counts.',
    }),
    reusedFrom: nullable(
      Type.String({
        description:
          'The verdict whose answer this is: the model had been asked the same before, and was ' +
          'not asked again.',
      }),
    ),
    tokens: Type.Object({ input: integer, cachedInput: integer, output: integer }),
    costUsd: number,
    requirements: Type.Array(Type.Ref('Coverage')),
    askedBecause: Type.String({ description: 'Why this model was asked.' }),
    seconds: nullable(number),
    acted: Type.Boolean({ description: 'True for the verdict that the decision is based on.' }),
    label: nullable(Type.Ref('VerdictLabel')),
    rawAvailable: Type.Boolean({ description: 'Whether its question or raw answer is kept.' }),
  },
  { $id: 'Verdict', description: 'One answer of a model, or the reason why there is none.' },
)
export type VerdictView = Omit<Static<typeof verdictSchema>, 'requirements' | 'label'> & {
  readonly requirements: CoverageView[]
  readonly label: LabelView | null
}

export const transitionSchema = Type.Object(
  {
    seq: integer,
    from: nullable(text),
    to: nullable(text),
    reason: nullable(text),
    because: text,
    at: time,
    causedBy: text,
    policyVersion: nullable(text),
  },
  { $id: 'Transition' },
)
export const gateSchema = Type.Object(
  {
    name: text,
    result: oneOfTexts(['pass', 'refuse', 'wait']),
    reason: nullable(text),
    because: text,
    evidence: Type.Array(
      Type.Object(
        {
          text,
          path: nullable(text),
          line: nullable(number),
          url: nullable(text),
          kind: Type.Optional(text),
          findingId: Type.Optional(text),
          detail: Type.Optional(text),
        },
        { additionalProperties: true },
      ),
    ),
    at: time,
  },
  { $id: 'Gate' },
)
export const effectSchema = Type.Object(
  {
    id: text,
    kind: text,
    state: oneOfTexts(['pending', 'done', 'skipped', 'replaced', 'unknown', 'failed']),
    because: nullable(text),
    tries: integer,
    lastError: nullable(text),
    at: time,
    nextTryAt: nullable(time),
  },
  { $id: 'Effect' },
)
export const factSchema = Type.Object(
  { kind: text, commitSha: nullable(text), digest: text, observedAt: time, value: Type.Unknown() },
  { $id: 'Fact' },
)
export const decisionSchema = Type.Object(
  {
    outcome: text,
    reason: text,
    because: text,
    at: time,
    by: text,
    policyVersion: text,
    digest: nullable(text),
  },
  { $id: 'Decision' },
)
export const waitingSchema = Type.Object(
  {
    what: text,
    since: nullable(time),
    deadline: nullable(time),
    wouldChange: Type.Array(text),
    because: text,
    items: Type.Array(Type.Object({ text, url: nullable(text) })),
  },
  { $id: 'WaitingFor' },
)
export type TransitionView = Static<typeof transitionSchema>
export type GateView = Static<typeof gateSchema>
export type EffectView = Static<typeof effectSchema>
export type FactView = Static<typeof factSchema>
export type DecisionView = Static<typeof decisionSchema>
export type WaitingView = Static<typeof waitingSchema>
