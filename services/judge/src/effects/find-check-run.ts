import { type Kysely, sql } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'

/** GitHub's id of the check run that was set last under this key; null if none was. */
export async function findCheckRun(db: Kysely<DB>, key: string): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    select (answer ->> 'checkRunId')::bigint as id from effects
     where object = ${key} and kind = 'status' and answer ? 'checkRunId'
     order by sequence desc limit 1`.execute(db)
  return rows[0]?.id ?? null
}
