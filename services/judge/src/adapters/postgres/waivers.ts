import { type Kysely, sql, type Transaction } from 'kysely'
import { toInstant } from '../../lib/instant.ts'
import type { Waiver } from '../../run/waiver.ts'
import type { DB } from './types.generated.ts'

/** The findings that people have accepted for an issue. */
export async function listWaivers(
  db: Kysely<DB>,
  { repository, issueNumber }: { readonly repository: string; readonly issueNumber: number },
): Promise<readonly Waiver[]> {
  const rows = await db
    .selectFrom('waivers')
    .select(['finding_id', 'by_actor', 'at'])
    .where('repository_key', '=', repository.toLowerCase())
    .where('issue_number', '=', issueNumber)
    .execute()
  return rows.map((row) => ({
    findingId: row.finding_id,
    by: row.by_actor,
    at: toInstant(row.at),
  }))
}

/**
 * Stores that a person accepted the findings that a question was about: those of the gate that
 * refused for the question's reason. A question of another kind accepts none.
 */
export async function insertWaivers(
  trx: Transaction<DB>,
  answer: { readonly escalationId: string; readonly runId: string; readonly actor: string },
): Promise<void> {
  await sql`
    insert into waivers (repository_key, issue_number, finding_id, gate, by_actor, run_id)
    select runs.repository_key, runs.issue_number, finding->>'findingId', gate_results.name,
           ${answer.actor}, runs.id
      from escalations
      join runs on runs.id = ${answer.runId}
      join gate_results
        on gate_results.run_id = runs.id and gate_results.reason = escalations.reason
     cross join jsonb_array_elements(gate_results.evidence) as finding
     where escalations.id = ${answer.escalationId}
       and gate_results.name in ('secrets', 'tests')
       and finding->>'kind' = 'finding' and finding->>'findingId' is not null
       and runs.repository_key is not null and runs.issue_number is not null
    on conflict do nothing`.execute(trx)
}
