import { type QueryCreator, sql } from 'kysely'
import type { DB } from './types.generated.ts'

/**
 * The statement that closes the open escalation of a run, to be executed alone or as part of
 * another statement. `answer` says who closed it and why; null leaves the column empty.
 */
export const closeEscalations = (
  db: QueryCreator<DB>,
  runId: string,
  answer: { readonly by: string; readonly because: string } | null,
) =>
  db
    .updateTable('escalations')
    .set({
      state: 'closed',
      answered_at: sql`now()`,
      ...(answer === null ? {} : { answer: JSON.stringify(answer) }),
    })
    .where('run_id', '=', runId)
    .where('state', '=', 'open')
