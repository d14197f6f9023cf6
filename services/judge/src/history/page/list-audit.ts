import { type Kysely, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { AuditEntryView } from '../http/run-part-schemas.ts'
import { formatTime } from '../runs/present-run.ts'
import { formatCursor, type RunCursor } from '../runs/run-cursor.ts'

export interface AuditRequest {
  readonly runId: string | null
  readonly repository: string | null
  readonly after: RunCursor | null
  readonly limit: number
}

/** One page of what people did, newest first; of one run or one repository unless they are null. */
export async function listAudit(
  db: Kysely<DB>,
  { runId, repository, after, limit }: AuditRequest,
): Promise<{ readonly entries: readonly AuditEntryView[]; readonly nextCursor: string | null }> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .select(sql<number>`(extract(epoch from at) * 1000000)::bigint`.as('micros'))
    .$if(runId !== null, (query) => query.where('run_id', '=', runId))
    .$if(repository !== null, (query) =>
      query.where('repository_key', '=', repository?.toLowerCase() ?? ''),
    )
    .$if(after !== null, (query) =>
      query.where(
        sql<boolean>`(at, id) < (timestamptz 'epoch'
          + ${after?.micros ?? 0}::bigint * interval '1 microsecond', ${after?.id ?? ''}::uuid)`,
      ),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    entries: page.map((row) => ({
      id: row.id,
      at: formatTime(row.at),
      actor: row.actor,
      action: row.action,
      runId: row.run_id,
      escalationId: row.escalation_id,
      repository: row.repository,
      issueNumber: row.issue_number,
      note: row.note,
      effect: row.effect,
    })),
    nextCursor:
      rows.length > page.length && last ? formatCursor({ micros: last.micros, id: last.id }) : null,
  }
}
