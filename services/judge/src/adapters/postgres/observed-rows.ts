import type { Selectable } from 'kysely'
import type { OpenEscalation, Release } from '../../decide/facts.ts'
import type { EscalationResolution } from '../../decide/shared-escalation.ts'
import type { BudgetName } from '../../judge/cost.ts'
import type { Verdict, VerdictAnswer } from '../../judge/verdict.ts'
import { toInstant, toInstantOrNull } from '../../lib/instant.ts'
import type { CommitSha } from '../../run/run.ts'
import type { SeenHead } from '../../run/seen-head.ts'
import type { SharedCause } from '../../run/shared-cause.ts'
import type { Escalations, Heads, Json, Verdicts } from './types.generated.ts'

export const readHead = (row: Selectable<Heads>): SeenHead => ({
  sha: row.sha as CommitSha,
  firstSeenAt: toInstant(row.first_seen_at),
  lastSeenAt: toInstant(row.last_seen_at),
  pushedAt: toInstantOrNull(row.pushed_at),
  provenAt: toInstantOrNull(row.proven_at),
  replacedAt: toInstantOrNull(row.replaced_at),
})

export function readVerdict(row: Selectable<Verdicts>): Verdict {
  return {
    id: row.id,
    model: row.model,
    subject: {
      commit: row.commit_sha as CommitSha,
      diffDigest: row.diff_digest,
      issueDigest: row.issue_digest,
    },
    at: toInstant(row.at),
    result: readResult(row),
  }
}

function readResult(row: Selectable<Verdicts>): Verdict['result'] {
  const because = row.fault ?? ''
  switch (row.result) {
    case 'valid':
      return { kind: 'valid', answer: row.answer as unknown as VerdictAnswer }
    case 'invalid':
      return { kind: 'invalid', fault: because }
    case 'budget':
      return { kind: 'budget', because, budget: readBudgetName(row.answer) }
    default:
      return { kind: 'unavailable', because, failure: null }
  }
}

/** Older releases did not store which budget was used up. */
const readBudgetName = (answer: Json | null): BudgetName | null =>
  (answer as { budget?: BudgetName } | null)?.budget ?? null

/** The open escalation of a run. */
export const readEscalation = (row: Selectable<Escalations>, runId: string): OpenEscalation => ({
  id: row.id,
  createdAt: toInstant(row.created_at),
  remindAt: toInstantOrNull(row.remind_at),
  deadline: toInstant(row.deadline_at ?? row.created_at),
  question: row.question,
  options: row.options as unknown as OpenEscalation['options'],
  recommendation: row.recommendation,
  shared:
    row.cause === null
      ? null
      : {
          cause: row.cause as unknown as SharedCause,
          probedAt: row.probe_run_id === runId ? toInstantOrNull(row.probed_at) : null,
        },
})

/** The end of a shared escalation; null: it has not ended, or no run follows it. */
export function readRelease(row: Selectable<Escalations>): Release | null {
  const kind = row.resolution as EscalationResolution | null
  if (row.state === 'open' || kind === null || kind === 'left') return null
  const because = (row.answer as { because?: string } | null)?.because ?? ''
  return { kind, because }
}
