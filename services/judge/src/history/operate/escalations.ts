import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { EscalationView } from '../http/operate-schemas.ts'
import { presentEscalation } from '../runs/present-details.ts'

export const escalationStates = ['open', 'answered', 'closed'] as const

const selectEscalations = (db: Kysely<DB>) =>
  db
    .selectFrom('escalations')
    .innerJoin('runs', 'runs.id', 'escalations.run_id')
    .selectAll('escalations')
    .select(['runs.repository', 'runs.issue_number'])

/** Lists questions to people, newest first; of one state unless it is null. */
export async function listEscalations(
  db: Kysely<DB>,
  { state, limit }: { readonly state: string | null; readonly limit: number },
): Promise<readonly EscalationView[]> {
  const rows = await selectEscalations(db)
    .$if(state !== null, (query) => query.where('escalations.state', '=', state ?? ''))
    .orderBy('escalations.created_at', 'desc')
    .orderBy('escalations.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(presentEscalation)
}

/** The question with this UUID, or null. */
export async function findEscalation(db: Kysely<DB>, id: string): Promise<EscalationView | null> {
  const row = await selectEscalations(db).where('escalations.id', '=', id).executeTakeFirst()
  return row === undefined ? null : presentEscalation(row)
}
