import type { RunView } from '../http/run-schemas.ts'
import { presentRuns, type RunReader } from './present-run.ts'
import { presentedColumns } from './run-columns.ts'

/** Lists the newest runs; of one repository unless it is null. */
export async function listRecentRuns(
  reader: RunReader,
  { repository, limit }: { readonly repository: string | null; readonly limit: number },
): Promise<readonly RunView[]> {
  const rows = await reader.db
    .selectFrom('runs')
    .select(presentedColumns)
    .$if(repository !== null, (query) =>
      query.where('repository_key', '=', repository?.toLowerCase() ?? ''),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return presentRuns(reader, rows)
}

/**
 * Lists the runs of a pull request, newest first: those judged on it, and unread ones that reported
 * it.
 */
export async function listPullRequestRuns(
  reader: RunReader,
  { repository, number }: { readonly repository: string; readonly number: number },
  limit: number,
): Promise<readonly RunView[]> {
  const rows = await reader.db
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
  return presentRuns(reader, rows)
}
