import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { EscalationView } from '../http/schemas.ts'
import { showEscalation } from '../runs/present-details.ts'

export const escalationStates = ['open', 'answered', 'closed'] as const

const escalations = (db: Kysely<DB>) =>
  db
    .selectFrom('escalations')
    .innerJoin('runs', 'runs.id', 'escalations.run_id')
    .selectAll('escalations')
    .select(['runs.repository', 'runs.issue_number'])

/** Questions to people, newest first, in one state where it is named. */
export async function listEscalations(
  db: Kysely<DB>,
  { state, limit }: { readonly state: string | null; readonly limit: number },
): Promise<readonly EscalationView[]> {
  const rows = await escalations(db)
    .$if(state !== null, (query) => query.where('escalations.state', '=', state ?? ''))
    .orderBy('escalations.created_at', 'desc')
    .orderBy('escalations.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(showEscalation)
}

/** One question, or null where there is none of that id, which must be a UUID. */
export async function escalationById(db: Kysely<DB>, id: string): Promise<EscalationView | null> {
  const row = await escalations(db).where('escalations.id', '=', id).executeTakeFirst()
  return row === undefined ? null : showEscalation(row)
}
