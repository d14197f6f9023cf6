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
import { computeWeightedScore } from '../../judge/score.ts'
import { terminalStatuses } from '../../run/lifecycle.ts'
import type { MemoryView } from '../http/operate-schemas.ts'
import type {
  ArtifactView,
  DecisionView,
  EffectView,
  EvaluationView,
  FactView,
  GateView,
  TransitionView,
  VerdictView,
  WaitingView,
} from '../http/run-schemas.ts'
import { formatTime, formatTimeOrNull } from './present-run.ts'
import { readPart, toItems, toNumber, toText, toTime } from './read-json.ts'

/* Converts rows to API views. */

/** The stored scores by name. */
const toScores = (json: Json | null): Readonly<Record<string, number | null>> =>
  json !== null && typeof json === 'object' && !Array.isArray(json)
    ? Object.fromEntries(
        Object.entries(json).map(([name, score]) => [name, toNumber(score ?? null)]),
      )
    : {}

type Row<T, K extends keyof Selectable<T>> = Pick<Selectable<T>, K>

export const presentArtifact = (
  row: Omit<Selectable<Artifacts>, 'at' | 'run_id'>,
): ArtifactView => ({
  name: row.name,
  bucket: row.bucket,
  key: row.key,
  sha256: row.sha256,
  bytes: row.bytes,
  state: row.state,
  because: row.because,
})

/** The answer of a model; without an answer its values are null or empty. */
export function presentEvaluation(
  row: Row<Verdicts, 'answer' | 'model' | 'prompt_version' | 'commit_sha' | 'at'>,
): EvaluationView {
  const answer = row.answer ?? undefined
  return {
    decision: toText(readPart(answer, 'decision')),
    confidence: toNumber(readPart(answer, 'confidence')),
    requirementsCoverage: readPart(answer, 'requirements_coverage') ?? [],
    missingItems: readPart(answer, 'missing_items') ?? [],
    suggestedFixes: readPart(answer, 'suggested_fixes') ?? [],
    injectionAttempts: readPart(answer, 'injection_attempts') ?? [],
    promptTuningSuggestions: readPart(answer, 'prompt_tuning_suggestions') ?? [],
    systemImprovementSuggestions: readPart(answer, 'system_improvement_suggestions') ?? [],
    nextPrompt: toText(readPart(answer, 'next_prompt')),
    scores: readPart(answer, 'scores'),
    weightedScore: computeWeightedScore(toScores(readPart(answer, 'scores'))),
    model: row.model,
    promptVersion: row.prompt_version,
    commitSha: row.commit_sha,
    createdAt: formatTime(row.at),
  }
}

/** What a verdict is shown with besides its row. */
export type VerdictExtras = Pick<VerdictView, 'requirements' | 'askedBecause' | 'acted' | 'label'>

export const presentVerdict = (row: Selectable<Verdicts>, extras: VerdictExtras): VerdictView => ({
  ...presentEvaluation(row),
  id: row.id,
  valid: row.result === 'valid',
  result: row.result,
  because: row.fault,
  discounted: row.discounted_at !== null,
  reusedFrom: row.reused_from,
  tokens: {
    input: row.input_tokens,
    cachedInput: row.cached_input_tokens,
    output: row.output_tokens,
  },
  costUsd: row.cost_usd,
  seconds: row.took_ms === null ? null : row.took_ms / 1000,
  rawAvailable: row.raw !== null,
  ...extras,
})

export const presentTransition = (
  row: Omit<Selectable<RunEvents>, 'kind' | 'run_id'>,
): TransitionView => ({
  seq: row.seq,
  from: row.from_status,
  to: row.to_status,
  reason: row.reason,
  because: row.because,
  at: formatTime(row.at),
  causedBy: row.caused_by,
  policyVersion: toText(readPart(row.data, 'policyVersion')),
})

export const presentGate = (row: Selectable<GateResults>): GateView => ({
  name: row.name,
  result: row.result,
  reason: row.reason,
  because: row.because,
  evidence: toItems(row.evidence).map((item) => ({
    ...(typeof item === 'object' && item !== null && !Array.isArray(item) ? item : {}),
    text: toText(readPart(item, 'text')) ?? '',
    path: toText(readPart(item, 'path')),
    line: toNumber(readPart(item, 'line')),
    url: toText(readPart(item, 'url')),
  })),
  at: formatTime(row.at),
})

export const presentEffect = (row: Selectable<Effects>): EffectView => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  because: row.because,
  tries: row.tries,
  lastError: row.last_error,
  at: formatTime(row.settled_at ?? row.created_at),
  nextTryAt: formatTimeOrNull(row.settled_at === null ? row.next_try_at : null),
})

export const presentFact = (row: Selectable<Facts>): FactView => ({
  kind: row.kind,
  commitSha: row.commit_sha,
  digest: row.digest,
  observedAt: formatTime(row.observed_at),
  value: row.value,
})

export const presentDecision = (row: Selectable<Decisions>): DecisionView => ({
  outcome: row.outcome,
  reason: row.reason,
  because: row.because,
  at: formatTime(row.at),
  by: row.by_actor,
  policyVersion: row.policy_version,
  digest: toText(readPart(row.receipt, 'digest')),
})

export const presentMemory = (
  row: Omit<Selectable<Memories>, 'search' | 'run_id'>,
): MemoryView => ({
  id: row.id,
  namespace: row.namespace,
  kind: row.kind,
  summary: row.summary,
  content: row.content,
  tags: row.tags,
  metadata: row.metadata,
  createdAt: formatTime(row.created_at),
})

/** What a run in these states waits for until it is reconciled for the first time. */
const firstWaits: Readonly<
  Record<
    string,
    { readonly what: string; readonly wouldChange: readonly string[]; readonly because: string }
  >
> = {
  notified: {
    what: 'completion',
    wouldChange: ['completion'],
    because: 'the completion has not been reported yet',
  },
  run_complete: {
    what: 'evidence',
    wouldChange: ['artifacts', 'pull_request', 'head'],
    because: 'the evidence has not been collected yet',
  },
}
const terminal: ReadonlySet<string> = new Set(terminalStatuses)

/**
 * What a run waits for. An open run always waits for something, a run that needs a person waits for
 * its open question, and a terminal run waits for nothing.
 */
export function presentWaiting(
  row: Row<Runs, 'status' | 'status_since' | 'waiting_for' | 'deadline_at'>,
  question: Row<Escalations, 'question' | 'created_at' | 'deadline_at'> | null,
): readonly WaitingView[] {
  if (row.status === 'needs_human' && question !== null) {
    const { created_at, deadline_at } = question
    return [
      {
        what: 'person',
        since: formatTime(created_at),
        deadline: formatTimeOrNull(deadline_at),
        wouldChange: ['person'],
        because: question.question,
        items: [],
      },
    ]
  }
  if (terminal.has(row.status)) return []
  const waits = toItems(row.waiting_for).map((wait) => ({
    what: toText(readPart(wait, 'what')) ?? 'evidence',
    since: toTime(readPart(wait, 'since')),
    deadline: toTime(readPart(wait, 'deadline')),
    wouldChange: toItems(readPart(wait, 'wouldChange')).flatMap((signal) => toText(signal) ?? []),
    because: toText(readPart(wait, 'because')) ?? '',
    items: toItems(readPart(wait, 'items')).map((item) => ({
      text: toText(readPart(item, 'text')) ?? '',
      url: toText(readPart(item, 'url')),
    })),
  }))
  if (waits.length > 0) return waits
  const { what, wouldChange, because } = firstWaits[row.status] ?? {
    what: 'evidence',
    wouldChange: ['head'],
    because: 'the run is about to be looked at',
  }
  return [
    {
      what,
      since: formatTime(row.status_since),
      deadline: formatTimeOrNull(row.deadline_at),
      wouldChange: [...wouldChange],
      because,
      items: [],
    },
  ]
}
