import type { Selectable } from 'kysely'
import type { OpenEscalation } from '../../decide/facts.ts'
import type { Verdict, VerdictAnswer } from '../../judge/verdict.ts'
import { type Instant, toInstant, toInstantOrNull } from '../../lib/instant.ts'
import type { CommitSha } from '../../run/run.ts'
import type { Escalations, Heads, Verdicts } from './types.generated.ts'

/** A commit that was observed as the head of a branch. */
export interface SeenHead {
  readonly sha: CommitSha
  readonly firstSeenAt: Instant
  readonly lastSeenAt: Instant
  /** When a webhook named it; null if only readings did. */
  readonly pushedAt: Instant | null
  /** When a later head was observed; null for the latest. */
  readonly replacedAt: Instant | null
}

export const readHead = (row: Selectable<Heads>): SeenHead => ({
  sha: row.sha as CommitSha,
  firstSeenAt: toInstant(row.first_seen_at),
  lastSeenAt: toInstant(row.last_seen_at),
  pushedAt: toInstantOrNull(row.pushed_at),
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
      return { kind: 'budget', because }
    default:
      return { kind: 'unavailable', because }
  }
}

export const readEscalation = (row: Selectable<Escalations>): OpenEscalation => ({
  id: row.id,
  createdAt: toInstant(row.created_at),
  remindAt: toInstantOrNull(row.remind_at),
  deadline: toInstant(row.deadline_at ?? row.created_at),
  question: row.question,
  options: row.options as unknown as OpenEscalation['options'],
  recommendation: row.recommendation,
})
