import { type Kysely, sql } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { newId } from '../lib/ids.ts'
import type { Event } from '../run/event.ts'
import { claimColumns } from './columns.ts'
import { HISTORY_LOCK } from './history.ts'
import type { Incoming, Recorded } from './incoming.ts'
import { issueKey } from './issue-lock.ts'

type Finished = Extract<Event, { kind: 'workflow.finished' }>

/**
 * Records the commonest completion, the first run anybody hears of an issue, in one statement: identity, bytes, issue, attempt
 * number, run and history. Null: it is not that, nothing was written, and the general way must be gone.
 *
 * It reads with a snapshot that may be older than the lock it takes. What makes that safe is the issue's own row: whoever recorded
 * anything of this issue inserted it first, and an insert sees a rival's row whatever the snapshot; so a rival's run is never
 * missed, only found by the general way.
 */
export async function recordFirstRun(db: Kysely<DB>, incoming: Incoming, event: Finished): Promise<Recorded | null> {
  const { claims } = event
  const { repository, issueNumber, workflowUid } = claims
  if (repository === null || issueNumber === null || workflowUid === null) return null
  const keys = [...new Set(incoming.keys)].sort()
  const [inboxId, runId] = [newId(), newId()]
  const run = {
    id: runId,
    ...claimColumns(claims),
    enrichment: JSON.stringify(event.enrichment ?? {}),
    provenance: JSON.stringify(event.provenance),
  }
  const columns = Object.keys(run).map((name) => sql.ref(name))
  const values = Object.values(run).map((value) => sql`${value}`)
  const { rows } = await sql<{ written: number }>`
    with locked as materialized (
      select pg_advisory_xact_lock(hashtextextended(${issueKey(repository, issueNumber)}, 0))
    ), fresh as (
      insert into issues (repository_key, repository, issue_number, last_ordinal)
      select ${repository.toLowerCase()}, ${repository}, ${issueNumber}::int, 1 from locked
       where not exists (select from runs where workflow_uid = ${workflowUid})
         and not exists (
           select from runs where status = 'notified' and workflow_uid is null and workflow_name = ${claims.workflowName})
         and not exists (
           select from runs
            where status = 'notified' and workflow_uid is null
              and repository_key = ${repository.toLowerCase()} and branch = ${claims.branch})
      on conflict do nothing
      returning issue_number
    ), claimed as (
      insert into deliveries (key, inbox_id, run_id, outcome)
      select key, ${inboxId}::uuid, ${runId}::uuid, 'recorded' from unnest(${keys}::text[]) as key, fresh order by key
      on conflict (key) do nothing
      returning key
    ), kept as (
      insert into inbox (id, source, transport, state, because, headers, body, run_id)
      select ${inboxId}::uuid, ${incoming.source}, ${incoming.transport}, 'applied', ${incoming.because},
             ${JSON.stringify(incoming.headers)}::jsonb, ${Buffer.from(incoming.body)}::bytea, ${runId}::uuid
        from fresh
    ), placed as (
      insert into ordinals (repository_key, issue_number, ordinal, run_id)
      select ${repository.toLowerCase()}, issue_number, 1, ${runId}::uuid from fresh
    ), born as (
      insert into runs (${sql.join(columns)}, attempt, status, completed_at, due_at, nudges)
      select ${sql.join(values.map((value, index) => cast(value, Object.keys(run)[index] ?? '')))}, 1, 'run_complete', now(), now(), 1
        from fresh
      returning id
    ), history as materialized (
      select pg_advisory_xact_lock(${sql.lit(HISTORY_LOCK)}), id from born
    ), told as (
      insert into run_events (seq, run_id, kind, to_status, because, caused_by)
      select nextval('history_seq'), id, 'run', 'run_complete', 'the workflow has finished', ${`inbox:${inboxId}`} from history
      returning seq
    )
    -- A message of which some identity was here before is a repetition: then nothing of all this may stand.
    select (select count(*)::int from fresh) as written,
           1 / (case when (select count(*) from fresh) = 0 or (select count(*) from claimed) = ${keys.length} then 1 else 0 end) as whole,
           (select pg_notify('codex_history', max(seq)::text) from told having max(seq) is not null)`
    .execute(db)
    .catch((error: unknown) => {
      if (isRepetition(error)) return { rows: [] }
      throw error
    })
  return rows[0]?.written === 1 ? { inboxId, duplicate: false, outcome: 'recorded', runId } : null
}

/** Types that a parameter's place alone does not tell PostgreSQL. */
const types: Readonly<Record<string, string>> = {
  id: 'uuid',
  issue_number: 'int',
  reported_pr_number: 'int',
  iteration_cycle: 'int',
  autonomous: 'boolean',
  iterations: 'jsonb',
  artifact_refs: 'jsonb',
  enrichment: 'jsonb',
  provenance: 'jsonb',
  started_at: 'timestamptz',
  finished_at: 'timestamptz',
}
const cast = (value: ReturnType<typeof sql>, column: string) => sql`${value}::${sql.raw(types[column] ?? 'text')}`

/** Division by zero says that an identity was known; a unique violation, that a rival has just recorded the same workflow. */
const isRepetition = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '22012' || error.code === '23505')
