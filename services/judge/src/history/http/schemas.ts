import Type, { type Static, type TSchema } from 'typebox'
import { statuses } from '../../run/lifecycle.ts'
import { reasons } from '../../run/reasons.ts'

/*
 * What the API answers, as schemas: the types of what is shown are read off them, the OpenAPI
 * document is made of them, and a test holds every answer against them. Fields may be added, none
 * may be renamed.
 */

const text = Type.String()
const whole = Type.Integer()
const number = Type.Number()
const time = Type.String({ format: 'date-time' })
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const oneOf = (values: readonly string[]) => Type.String({ enum: [...values] })

const runSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    repository: orNull(text),
    issueNumber: orNull(whole),
    branch: orNull(text),
    base: orNull(text),
    attempt: whole,
    parentRunId: orNull(text),
    threadId: orNull(text),
    turnId: orNull(text),
    sessionId: orNull(text),
    workflowName: orNull(text),
    workflowNamespace: orNull(text),
    workflowUid: orNull(text),
    stage: text,
    phase: orNull(text),
    status: oneOf(statuses),
    reason: orNull(oneOf(Object.keys(reasons))),
    reasonText: orNull(text),
    commitSha: orNull(text),
    prNumber: orNull(whole),
    prUrl: orNull(text),
    ciStatus: orNull(oneOf(['pending', 'success', 'failure'])),
    ciUrl: orNull(text),
    ciConcludedAt: orNull(time),
    reviewStatus: orNull(oneOf(['pending', 'approved', 'changes_requested', 'commented'])),
    prompt: orNull(text),
    nextPrompt: orNull(text),
    decision: orNull(oneOf(['pass', 'needs_iteration', 'needs_human'])),
    confidence: orNull(number),
    startedAt: orNull(time),
    finishedAt: orNull(time),
    createdAt: time,
    updatedAt: time,
    deadlineAt: orNull(time),
    costUsd: number,
    agentUsage: Type.Unknown({
      description: 'Tokens the agent itself used, summed over its turns; null where unknown.',
    }),
    promptVersion: orNull(text),
    attemptsUsed: whole,
    causeReason: orNull(text),
  },
  {
    $id: 'Run',
    description: 'One run of the agent on an issue. Times are UTC; what is absent is null.',
  },
)
export type RunView = Static<typeof runSchema>

const artifactSchema = Type.Object(
  {
    name: text,
    bucket: orNull(text),
    key: orNull(text),
    sha256: orNull(text),
    bytes: orNull(whole),
    state: oneOf(['found', 'missing', 'empty', 'unavailable', 'refused']),
    because: text,
  },
  { $id: 'Artifact' },
)
export type ArtifactView = Static<typeof artifactSchema>

const evaluationFields = {
  decision: orNull(oneOf(['pass', 'fail'])),
  confidence: orNull(number),
  requirementsCoverage: Type.Unknown(),
  missingItems: Type.Unknown(),
  suggestedFixes: Type.Unknown(),
  nextPrompt: orNull(text),
  scores: Type.Unknown(),
  weightedScore: orNull(number),
  model: text,
  promptVersion: text,
  commitSha: text,
  createdAt: time,
}
const evaluationSchema = Type.Object(evaluationFields, {
  $id: 'Evaluation',
  description: 'The verdict acted on.',
})
export type EvaluationView = Static<typeof evaluationSchema>

const verdictSchema = Type.Object(
  {
    ...evaluationFields,
    id: text,
    valid: Type.Boolean(),
    result: oneOf(['valid', 'invalid', 'unavailable', 'budget']),
    because: orNull(text),
    discounted: Type.Boolean({
      description: 'A person asked for a new judgement; this one no longer counts.',
    }),
    tokens: Type.Object({ input: whole, cachedInput: whole, output: whole }),
    costUsd: number,
  },
  { $id: 'Verdict', description: 'One answer of a model, or its absence.' },
)
export type VerdictView = Static<typeof verdictSchema>

const transitionSchema = Type.Object(
  {
    seq: whole,
    from: orNull(text),
    to: orNull(text),
    reason: orNull(text),
    because: text,
    at: time,
    causedBy: text,
  },
  { $id: 'Transition' },
)
const gateSchema = Type.Object(
  {
    name: text,
    result: oneOf(['pass', 'refuse', 'wait']),
    reason: orNull(text),
    because: text,
    evidence: Type.Array(
      Type.Object(
        { text, path: orNull(text), line: orNull(number), url: orNull(text) },
        { additionalProperties: true },
      ),
    ),
    at: time,
  },
  { $id: 'Gate' },
)
const effectSchema = Type.Object(
  {
    id: text,
    kind: text,
    state: oneOf(['pending', 'done', 'skipped', 'replaced', 'unknown', 'failed']),
    because: orNull(text),
    tries: whole,
    lastError: orNull(text),
    at: time,
    nextTryAt: orNull(time),
  },
  { $id: 'Effect' },
)
const factSchema = Type.Object(
  { kind: text, commitSha: orNull(text), digest: text, observedAt: time, value: Type.Unknown() },
  { $id: 'Fact' },
)
const decisionSchema = Type.Object(
  { outcome: text, reason: text, because: text, at: time, by: text, policyVersion: text },
  { $id: 'Decision' },
)
const waitingSchema = Type.Object(
  { what: text, since: orNull(time), deadline: orNull(time), wouldChange: Type.Array(text) },
  { $id: 'WaitingFor' },
)
const statsSchema = Type.Object(
  {
    total: whole,
    completed: whole,
    needsIteration: whole,
    needsHuman: whole,
    completionRate: orNull(number),
    avgAttemptsPerIssue: orNull(number),
    failureReasonCounts: Type.Record(text, whole),
    avgCiDurationSeconds: orNull(number),
    avgJudgeConfidence: orNull(number),
  },
  { $id: 'Stats' },
)
const escalationSchema = Type.Object(
  {
    id: text,
    runId: text,
    repository: orNull(text),
    issueNumber: orNull(whole),
    type: oneOf(['manual', 'authorization', 'decision']),
    reason: text,
    question: text,
    options: Type.Array(Type.Object({ id: text, text })),
    recommendation: text,
    state: oneOf(['open', 'answered', 'closed']),
    createdAt: time,
    deadlineAt: orNull(time),
    answeredAt: orNull(time),
    answer: Type.Unknown(),
  },
  { $id: 'Escalation' },
)
const quarantineSchema = Type.Object(
  {
    id: text,
    source: text,
    receivedAt: time,
    error: Type.Object({ code: text, message: text }),
    bytes: whole,
    body: Type.String({ description: 'What came, as text, at most 16,384 characters of it.' }),
  },
  { $id: 'Quarantined' },
)
const memorySchema = Type.Object(
  {
    id: text,
    namespace: text,
    kind: orNull(text),
    summary: text,
    content: text,
    tags: Type.Array(text),
    metadata: Type.Unknown(),
    createdAt: time,
  },
  { $id: 'Memory' },
)
const pauseSchema = Type.Object(
  {
    id: text,
    repository: orNull(text),
    issueNumber: orNull(whole),
    reason: text,
    by: text,
    createdAt: time,
  },
  { $id: 'Pause' },
)
const issueSchema = Type.Object(
  {
    repository: text,
    issueNumber: whole,
    runCount: whole,
    lastSeenAt: time,
    status: oneOf(statuses),
  },
  { $id: 'Issue' },
)
const problemSchema = Type.Object(
  {
    type: text,
    title: text,
    status: whole,
    code: text,
    detail: text,
    errors: Type.Optional(
      Type.Array(Type.Object({ path: text, message: text }, { additionalProperties: true })),
    ),
  },
  {
    $id: 'Problem',
    additionalProperties: true,
    description: 'RFC 9457 problem details; programs branch on `code`.',
  },
)

export type TransitionView = Static<typeof transitionSchema>
export type GateView = Static<typeof gateSchema>
export type EffectView = Static<typeof effectSchema>
export type FactView = Static<typeof factSchema>
export type DecisionView = Static<typeof decisionSchema>
export type WaitingView = Static<typeof waitingSchema>
export type StatsView = Static<typeof statsSchema>
export type EscalationView = Static<typeof escalationSchema>
export type QuarantineView = Static<typeof quarantineSchema>
export type MemoryView = Static<typeof memorySchema>
export type PauseView = Static<typeof pauseSchema>
export type IssueView = Static<typeof issueSchema>

/** Those that others refer to by name. */
export const sharedSchemas = [
  runSchema,
  artifactSchema,
  evaluationSchema,
  verdictSchema,
  transitionSchema,
  gateSchema,
  effectSchema,
  factSchema,
  decisionSchema,
  waitingSchema,
  statsSchema,
  escalationSchema,
  quarantineSchema,
  memorySchema,
  pauseSchema,
  issueSchema,
  problemSchema,
] as const
