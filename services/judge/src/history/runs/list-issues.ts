import { type Kysely, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { IssueView } from '../http/list-schemas.ts'
import { formatTime } from './present-run.ts'

/** Lists issues with the status of their newest run, most recently updated first. */
export async function listIssues(
  db: Kysely<DB>,
  { repository, limit }: { readonly repository: string | null; readonly limit: number },
): Promise<readonly IssueView[]> {
  const newest = sql.ref('created_at')
  const rows = await db
    .selectFrom('runs')
    .select(['repository_key', 'issue_number'])
    .select(({ fn }) => [fn.countAll<number>().as('runs'), fn.max('updated_at').as('last_seen_at')])
    .select([
      sql<string>`(array_agg(repository order by ${newest} desc, id desc))[1]`.as('repository'),
      sql<string>`(array_agg(status order by attempt desc, ${newest} desc, id desc))[1]`.as(
        'status',
      ),
    ])
    .where('repository_key', 'is not', null)
    .where('issue_number', 'is not', null)
    .$if(repository !== null, (query) =>
      query.where('repository_key', '=', repository?.toLowerCase() ?? ''),
    )
    .groupBy(['repository_key', 'issue_number'])
    .orderBy('last_seen_at', 'desc')
    .orderBy('repository_key')
    .orderBy('issue_number')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    repository: row.repository,
    issueNumber: row.issue_number ?? 0,
    runCount: row.runs,
    lastSeenAt: formatTime(row.last_seen_at),
    status: row.status,
  }))
}
