import type { Selectable } from 'kysely'
import { readReason } from '../../adapters/postgres/rows.ts'
import type { Escalations, Json, Runs } from '../../adapters/postgres/types.generated.ts'
import { buildHeadline } from '../../text/headline.ts'
import { describeOptionEffect } from '../../text/option-effect.ts'
import type { EscalationView } from '../http/operate-schemas.ts'
import { listEscalationFacts } from './list-escalation-facts.ts'
import { formatTime, formatTimeOrNull } from './present-run.ts'
import { readPart, toItems, toNumber, toText } from './read-json.ts'

/** A question with the first of its runs. */
export type EscalationRow = Selectable<Escalations> &
  Pick<
    Selectable<Runs>,
    | 'repository'
    | 'issue_number'
    | 'issue_title'
    | 'attempt'
    | 'commit_sha'
    | 'pr_number'
    | 'pr_url'
    | 'ci_status'
    | 'ci_url'
    | 'review_status'
    | 'reason_text'
    | 'cause_reason'
  > & {
    /** The reason of the run now; it may have gone on since it asked. */
    readonly run_reason: string | null
    readonly runs: Json | null
    readonly reminded_at: Date | null
    /** What its first gates that do not pass say. */
    readonly refusing: readonly { readonly text: string; readonly url: string | null }[] | null
  }

export function presentEscalation(row: EscalationRow): EscalationView {
  const own = { id: row.run_id, repository: row.repository, issueNumber: row.issue_number }
  const runs = toItems(row.runs).map((run) => ({
    id: toText(readPart(run, 'id')) ?? '',
    repository: toText(readPart(run, 'repository')),
    issueNumber: toNumber(readPart(run, 'issueNumber')),
  }))
  return {
    id: row.id,
    runId: row.run_id,
    repository: row.repository,
    issueNumber: row.issue_number,
    issueTitle: row.issue_title,
    headline: buildQuestionHeadline(row),
    groupKey: row.group_key,
    runs: runs.length === 0 ? [own] : runs,
    type: row.type,
    reason: row.reason,
    question: row.question,
    options: toItems(row.options).map((option) => ({
      id: toText(readPart(option, 'id')) ?? '',
      text: toText(readPart(option, 'text')) ?? '',
      effect: describeOptionEffect(toText(readPart(option, 'id')) ?? '', row),
    })),
    recommendation: row.recommendation,
    state: row.state,
    createdAt: formatTime(row.created_at),
    deadlineAt: formatTimeOrNull(row.deadline_at),
    remindAt: formatTimeOrNull(row.remind_at),
    remindedAt: formatTimeOrNull(row.reminded_at),
    answeredAt: formatTimeOrNull(row.answered_at),
    answeredBy: toText(readPart(row.answer ?? undefined, 'by')),
    answer: row.answer,
    facts: listEscalationFacts(row),
  }
}

/** Why the run asked; of one that has gone on since, only the reason is left. */
function buildQuestionHeadline(row: EscalationRow): string {
  const hasGoneOn = row.run_reason !== row.reason
  const { headline } = buildHeadline({
    status: 'needs_human',
    reason: readReason(row.reason),
    causeReason: hasGoneOn ? null : readReason(row.cause_reason),
    because: hasGoneOn ? null : row.reason_text,
    commitSha: hasGoneOn ? null : row.commit_sha,
    waitingFor: [],
    by: null,
  })
  return headline
}
