import type { Selectable } from 'kysely'
import type { EscalationResolution, SharedEscalation } from '../../decide/shared-escalation.ts'
import { toInstant, toInstantOrNull } from '../../lib/instant.ts'
import type { Reason } from '../../run/reasons.ts'
import type { Escalations } from './types.generated.ts'

/** A run as a shared escalation shows it. */
export interface SharedRunRow {
  readonly id: string
  readonly repository: string | null
  readonly issue_number: number | null
  readonly issue_url: string | null
  readonly pr_number: number | null
  readonly pr_url: string | null
  readonly ci_status: string | null
  readonly ci_url: string | null
  readonly reason: string | null
  readonly cause_reason: string | null
  readonly reason_text: string | null
  readonly artifacts: readonly string[]
}

interface SharedParts
  extends Pick<SharedEscalation, 'runCount' | 'prober' | 'isProbing' | 'message'> {
  readonly runs: readonly (SharedRunRow & { readonly runUrl: string })[]
}

/** A shared escalation with what was loaded of its runs. */
export function readSharedEscalation(
  row: Selectable<Escalations> & { readonly edition: number },
  { runs, ...parts }: SharedParts,
): SharedEscalation {
  const reason = row.reason as Reason
  const [first] = runs
  return {
    id: row.id,
    state: row.state as SharedEscalation['state'],
    resolution: row.resolution as EscalationResolution | null,
    reason,
    question: row.question,
    options: row.options as unknown as SharedEscalation['options'],
    recommendation: row.recommendation,
    explanation: {
      reason,
      causeReason: first?.reason === reason ? (first.cause_reason as Reason | null) : null,
      because: first?.reason === reason ? (first.reason_text ?? '') : '',
    },
    remindAt: toInstantOrNull(row.remind_at),
    deadline: toInstant(row.deadline_at ?? row.created_at),
    probeAt: toInstantOrNull(row.probe_at),
    answer: readAnswer(row),
    edition: row.edition,
    runs: runs.map((run) => ({
      repository: run.repository,
      issueNumber: run.issue_number,
      issueUrl: run.issue_url,
      prNumber: run.pr_number,
      prUrl: run.pr_url,
      ciStatus: run.ci_status,
      ciUrl: run.ci_url,
      runUrl: run.runUrl,
      artifacts: run.artifacts,
    })),
    ...parts,
  }
}

/** Who resolved it, and how: a person's option, or the explanation of the service. */
function readAnswer({ answer }: Selectable<Escalations>): SharedEscalation['answer'] {
  const stored = answer as {
    by?: string
    option?: string
    because?: string
    note?: string | null
  } | null
  if (stored?.by === undefined) return null
  return {
    by: stored.by,
    what: stored.option ?? stored.because ?? 'closed',
    note: stored.note ?? null,
  }
}
