import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { RunView } from '../http/run-schemas.ts'
import { presentedColumns, presentRun } from './present-run.ts'

/** Lists the newest runs; of one repository unless it is null. */
export async function listRecentRuns(
  db: Kysely<DB>,
  { repository, limit }: { readonly repository: string | null; readonly limit: number },
): Promise<readonly RunView[]> {
  const rows = await db
    .selectFrom('runs')
    .select(presentedColumns)
    .$if(repository !== null, (query) =>
      query.where('repository_key', '=', repository?.toLowerCase() ?? ''),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(presentRun)
}

/**
 * Lists the runs of a pull request, newest first: those judged on it, and unread ones that reported
 * it.
 */
export async function listPullRequestRuns(
  db: Kysely<DB>,
  { repository, number }: { readonly repository: string; readonly number: number },
  limit: number,
): Promise<readonly RunView[]> {
  const rows = await db
    .selectFrom('runs')
    .select(presentedColumns)
    .where('repository_key', '=', repository.toLowerCase())
    .where((eb) =>
      eb.or([
        eb('pr_number', '=', number),
        eb.and([
          eb('pr_number', 'is', null),
          eb('reported_pr_number', '=', number),
          eb('status', 'in', ['notified', 'run_complete']),
        ]),
      ]),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(presentRun)
}
