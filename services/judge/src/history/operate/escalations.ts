import { type Kysely, sql } from 'kysely'
import type { DB, Json } from '../../adapters/postgres/types.generated.ts'
import type { EscalationView } from '../http/operate-schemas.ts'
import { type EscalationRow, presentEscalation } from '../runs/present-escalation.ts'

export const escalationStates = ['open', 'answered', 'closed'] as const

/** More runs of one escalation are not listed. */
const MAX_RUNS = 1_000

/**
 * Escalations with their runs: those that wait or, once it is resolved, those that waited then.
 * Older releases stored no row of `escalation_runs`; then the run of the escalation is the only one.
 */
export const selectEscalations = (db: Kysely<DB>) =>
  db
    .selectFrom('escalations')
    .innerJoin('runs', 'runs.id', 'escalations.run_id')
    .selectAll('escalations')
    .select([
      'runs.repository',
      'runs.issue_number',
      'runs.issue_title',
      'runs.attempt',
      'runs.commit_sha',
      'runs.pr_number',
      'runs.pr_url',
      'runs.ci_status',
      'runs.ci_url',
      'runs.review_status',
      'runs.reason_text',
      'runs.cause_reason',
      'runs.reason as run_reason',
      sql<Date | null>`(
        select min(created_at) from effects
         where key in ('discord:' || escalations.run_id || ':reminder:' || escalations.id,
                       'discord:reminder:' || escalations.id))`.as('reminded_at'),
      sql<EscalationRow['refusing']>`(
        select json_agg(json_build_object('text', because, 'url', url) order by "position")
          from (select "position", because, evidence -> 0 ->> 'url' as url from gate_results
                 where run_id = escalations.run_id and result <> 'pass'
                 order by "position" limit 3) as refusing)`.as('refusing'),
      sql<Json | null>`(
        select json_agg(json_build_object('id', id, 'repository', repository,
                                          'issueNumber', issue_number) order by joined_at, id)
          from (select member.id, member.repository, member.issue_number, joined_at
                  from escalation_runs join runs as member on member.id = escalation_runs.run_id
                 where escalation_id = escalations.id
                   and (left_at is null or left_at >= escalations.answered_at)
                 order by joined_at, member.id limit ${sql.lit(MAX_RUNS)}) as members)`.as('runs'),
    ])

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
