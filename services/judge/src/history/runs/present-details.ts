import type { Selectable } from 'kysely'
import type {
  Artifacts,
  Decisions,
  Effects,
  Escalations,
  Facts,
  GateResults,
  Json,
  Memories,
  RunEvents,
  Runs,
  Verdicts,
} from '../../adapters/postgres/types.generated.ts'
import { weightedScore } from '../../judge/score.ts'
import { instantOrNull, isoOrNull } from '../../lib/instant.ts'
import { terminalStatuses } from '../../run/lifecycle.ts'
import type {
  ArtifactView,
  DecisionView,
  EffectView,
  EscalationView,
  EvaluationView,
  FactView,
  GateView,
  MemoryView,
  TransitionView,
  VerdictView,
  WaitingView,
} from '../http/schemas.ts'
import { time, timeOrNull } from './present-run.ts'

/*
 * Rows to what the API shows. The jsonb columns are written by nobody but us, but over years and
 * releases: a part that an older one lacks is shown as null.
 */

const part = (of: Json | undefined, name: string): Json | null =>
  typeof of === 'object' && of !== null && !Array.isArray(of) ? (of[name] ?? null) : null
const items = (of: Json | null | undefined): readonly Json[] => (Array.isArray(of) ? of : [])
const textIn = (of: Json | null): string | null => (typeof of === 'string' ? of : null)
/** Scores as they were stored, by name. */
const scoresIn = (of: Json | null): Readonly<Record<string, number | null>> =>
  of !== null && typeof of === 'object' && !Array.isArray(of)
    ? Object.fromEntries(Object.entries(of).map(([name, score]) => [name, numberIn(score ?? null)]))
    : {}
const numberIn = (of: Json | null): number | null => (typeof of === 'number' ? of : null)
const timeIn = (of: Json | null): string | null =>
  typeof of === 'number' || typeof of === 'string' ? isoOrNull(instantOrNull(of)) : null

type Row<T, K extends keyof Selectable<T>> = Pick<Selectable<T>, K>

export const showArtifact = (row: Omit<Selectable<Artifacts>, 'at' | 'run_id'>): ArtifactView => ({
  name: row.name,
  bucket: row.bucket,
  key: row.key,
  sha256: row.sha256,
  bytes: row.bytes,
  state: row.state,
  because: row.because,
})

/** What an answer of a model says; all null where there is none. */
export function showEvaluation(
  row: Row<Verdicts, 'answer' | 'model' | 'prompt_version' | 'commit_sha' | 'at'>,
): EvaluationView {
  const answer = row.answer ?? undefined
  return {
    decision: textIn(part(answer, 'decision')),
    confidence: numberIn(part(answer, 'confidence')),
    requirementsCoverage: part(answer, 'requirements_coverage') ?? [],
    missingItems: part(answer, 'missing_items') ?? [],
    suggestedFixes: part(answer, 'suggested_fixes') ?? [],
    nextPrompt: textIn(part(answer, 'next_prompt')),
    scores: part(answer, 'scores'),
    weightedScore: weightedScore(scoresIn(part(answer, 'scores'))),
    model: row.model,
    promptVersion: row.prompt_version,
    commitSha: row.commit_sha,
    createdAt: time(row.at),
  }
}

export const showVerdict = (row: Selectable<Verdicts>): VerdictView => ({
  ...showEvaluation(row),
  id: row.id,
  valid: row.result === 'valid',
  result: row.result,
  because: row.fault,
  discounted: row.discounted_at !== null,
  tokens: {
    input: row.input_tokens,
    cachedInput: row.cached_input_tokens,
    output: row.output_tokens,
  },
  costUsd: row.cost_usd,
})

export const showTransition = (
  row: Omit<Selectable<RunEvents>, 'data' | 'kind' | 'run_id'>,
): TransitionView => ({
  seq: row.seq,
  from: row.from_status,
  to: row.to_status,
  reason: row.reason,
  because: row.because,
  at: time(row.at),
  causedBy: row.caused_by,
})

export const showGate = (row: Selectable<GateResults>): GateView => ({
  name: row.name,
  result: row.result,
  reason: row.reason,
  because: row.because,
  evidence: items(row.evidence).map((item) => ({
    ...(typeof item === 'object' && item !== null && !Array.isArray(item) ? item : {}),
    text: textIn(part(item, 'text')) ?? '',
    path: textIn(part(item, 'path')),
    line: numberIn(part(item, 'line')),
    url: textIn(part(item, 'url')),
  })),
  at: time(row.at),
})

export const showEffect = (row: Selectable<Effects>): EffectView => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  because: row.because,
  tries: row.tries,
  lastError: row.last_error,
  at: time(row.settled_at ?? row.created_at),
  nextTryAt: timeOrNull(row.settled_at === null ? row.next_try_at : null),
})

export const showFact = (row: Selectable<Facts>): FactView => ({
  kind: row.kind,
  commitSha: row.commit_sha,
  digest: row.digest,
  observedAt: time(row.observed_at),
  value: row.value,
})

export const showDecision = (row: Selectable<Decisions>): DecisionView => ({
  outcome: row.outcome,
  reason: row.reason,
  because: row.because,
  at: time(row.at),
  by: row.by_actor,
  policyVersion: row.policy_version,
})

export function showEscalation(
  row: Selectable<Escalations> & Row<Runs, 'repository' | 'issue_number'>,
): EscalationView {
  return {
    id: row.id,
    runId: row.run_id,
    repository: row.repository,
    issueNumber: row.issue_number,
    type: row.type,
    reason: row.reason,
    question: row.question,
    options: items(row.options).map((option) => ({
      id: textIn(part(option, 'id')) ?? '',
      text: textIn(part(option, 'text')) ?? '',
    })),
    recommendation: row.recommendation,
    state: row.state,
    createdAt: time(row.created_at),
    deadlineAt: timeOrNull(row.deadline_at),
    answeredAt: timeOrNull(row.answered_at),
    answer: row.answer,
  }
}

export const showMemory = (row: Omit<Selectable<Memories>, 'search' | 'run_id'>): MemoryView => ({
  id: row.id,
  namespace: row.namespace,
  kind: row.kind,
  summary: row.summary,
  content: row.content,
  tags: row.tags,
  metadata: row.metadata,
  createdAt: time(row.created_at),
})

/** The first look has not been taken yet: what a run in these states begins by waiting for. */
const first: Readonly<
  Record<string, { readonly what: string; readonly wouldChange: readonly string[] }>
> = {
  notified: { what: 'completion', wouldChange: ['completion'] },
  run_complete: { what: 'evidence', wouldChange: ['artifacts', 'pull_request', 'head'] },
}
const ended: ReadonlySet<string> = new Set(terminalStatuses)

/**
 * What would change the answer. An open run always waits for something; one that needs a person
 * waits for the open question, and any other has been answered.
 */
export function showWaiting(
  row: Row<Runs, 'status' | 'status_since' | 'waiting_for' | 'deadline_at'>,
  question: Row<Escalations, 'created_at' | 'deadline_at'> | null,
): readonly WaitingView[] {
  if (row.status === 'needs_human' && question !== null) {
    const { created_at, deadline_at } = question
    return [
      {
        what: 'person',
        since: time(created_at),
        deadline: timeOrNull(deadline_at),
        wouldChange: ['person'],
      },
    ]
  }
  if (ended.has(row.status)) return []
  const waits = items(row.waiting_for).map((wait) => ({
    what: textIn(part(wait, 'what')) ?? 'evidence',
    since: timeIn(part(wait, 'since')),
    deadline: timeIn(part(wait, 'deadline')),
    wouldChange: items(part(wait, 'wouldChange')).flatMap((signal) => textIn(signal) ?? []),
  }))
  if (waits.length > 0) return waits
  const { what, wouldChange } = first[row.status] ?? { what: 'evidence', wouldChange: ['head'] }
  return [
    {
      what,
      since: time(row.status_since),
      deadline: timeOrNull(row.deadline_at),
      wouldChange: [...wouldChange],
    },
  ]
}
