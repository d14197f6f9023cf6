import pg from 'pg'
import { backtest } from '../../services/judge/src/composition/backtest.ts'
import { readPolicyFile } from '../../services/judge/src/policy/read-policy-file.ts'
import type { Measurement } from './table.ts'

const RUNS = 10_000
const TARGET_MS = 15_000

/**
 * Measures a backtest over stored runs, which are copies of those in the database, under a policy
 * that changes every decision: each is then replayed under the recorded policy, too.
 */
export async function measureBacktest(databaseUrl: string): Promise<readonly Measurement[]> {
  await copyRuns(databaseUrl)
  const read = readPolicyFile('judge: { models: [] }\ndiff: { denied_paths: ["**"] }\n')
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  const startedAt = performance.now()
  const { runs, unchanged } = await backtest({
    databaseUrl,
    policy: read.ok,
    since: null,
    repository: null,
    getRunUrl: (id) => id,
  })
  const took = performance.now() - startedAt
  return [
    {
      what: `Backtest of ${RUNS.toLocaleString('en-US')} runs`,
      measured: `${(took / 1_000).toFixed(1)} s, ${(took / runs).toFixed(2)} ms a run`,
      target: `≤ ${TARGET_MS / 1_000} s`,
      isMet: runs >= RUNS && unchanged === 0 && took <= TARGET_MS,
    },
  ]
}

/** Copies the decided runs until there are enough. Their texts are stored once, and read each time. */
async function copyRuns(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ list: string }>(
    `select string_agg(quote_ident(column_name), ', ') as list from information_schema.columns
      where table_name = 'runs' and is_generated = 'NEVER'
        and column_name not in ('id', 'workflow_uid')`,
  )
  const columns = rows[0]?.list ?? ''
  await client.query(`
    create temp table copies as
      select runs.id as run_id, decisions.id as decision_id,
             gen_random_uuid() as new_run_id, gen_random_uuid() as new_decision_id
        from runs join decisions on decisions.run_id = runs.id,
             generate_series(1, ceil(${RUNS}::numeric / (select count(*) from decisions))::int)`)
  await client.query(`
    insert into runs (id, ${columns})
    select new_run_id, ${columns} from runs join copies on copies.run_id = runs.id`)
  await client.query(`
    insert into decisions (id, run_id, outcome, reason, because, by_actor, at, policy_version,
                           commit_sha, receipt)
    select new_decision_id, new_run_id, outcome, reason, because, by_actor, at, policy_version,
           commit_sha, receipt
      from decisions join copies on copies.decision_id = decisions.id`)
  await client.query(`
    insert into decision_parts (decision_id, run_id, name, digest)
    select new_decision_id, new_run_id, name, digest
      from decision_parts join copies using (decision_id)`)
  await client.query('analyze')
  await client.end()
}
