import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { RunView } from '../http/schemas.ts'
import { runColumns, showRun } from './present-run.ts'

/** The newest runs, of one repository where it is named. */
export async function recentRuns(
  db: Kysely<DB>,
  { repository, limit }: { readonly repository: string | null; readonly limit: number },
): Promise<readonly RunView[]> {
  const rows = await db
    .selectFrom('runs')
    .select(runColumns)
    .$if(repository !== null, (query) =>
      query.where('repository_key', '=', repository?.toLowerCase() ?? ''),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(showRun)
}

/**
 * The runs of one pull request, newest first: those judged by it, and those that only said it was
 * theirs so far.
 */
export async function runsOfPull(
  db: Kysely<DB>,
  { repository, number }: { readonly repository: string; readonly number: number },
  limit: number,
): Promise<readonly RunView[]> {
  const rows = await db
    .selectFrom('runs')
    .select(runColumns)
    .where('repository_key', '=', repository.toLowerCase())
    .where((on) =>
      on.or([
        on('pr_number', '=', number),
        on.and([
          on('pr_number', 'is', null),
          on('reported_pr_number', '=', number),
          on('status', 'in', ['notified', 'run_complete']),
        ]),
      ]),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(showRun)
}
