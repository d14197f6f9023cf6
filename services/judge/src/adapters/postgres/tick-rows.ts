import type { Selectable } from 'kysely'
import type { OpenEscalation } from '../../decide/facts.ts'
import type { Answer, Verdict } from '../../judge/verdict.ts'
import { type Instant, instant, instantOrNull } from '../../lib/instant.ts'
import type { CommitSha } from '../../run/run.ts'
import type { Escalations, Heads, Verdicts } from './types.generated.ts'

/** A commit that a branch was seen to point at. */
export interface SeenHead {
  readonly sha: CommitSha
  readonly firstSeenAt: Instant
  readonly lastSeenAt: Instant
  /** When a webhook named it; null: only readings did. */
  readonly pushedAt: Instant | null
  /** When another head was seen after it; null: it is the newest we know. */
  readonly replacedAt: Instant | null
}

export const readHeads = (row: Selectable<Heads>): SeenHead => ({
  sha: row.sha as CommitSha,
  firstSeenAt: instant(row.first_seen_at),
  lastSeenAt: instant(row.last_seen_at),
  pushedAt: instantOrNull(row.pushed_at),
  replacedAt: instantOrNull(row.replaced_at),
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
    at: instant(row.at),
    result: readResult(row),
  }
}

function readResult(row: Selectable<Verdicts>): Verdict['result'] {
  const because = row.fault ?? ''
  switch (row.result) {
    case 'valid':
      return { kind: 'valid', answer: row.answer as unknown as Answer }
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
  createdAt: instant(row.created_at),
  remindAt: instantOrNull(row.remind_at),
  deadline: instant(row.deadline_at ?? row.created_at),
  question: row.question,
  options: row.options as unknown as OpenEscalation['options'],
  recommendation: row.recommendation,
})
