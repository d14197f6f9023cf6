import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { readErrorCode } from '../lib/error-code.ts'
import { newId } from '../lib/ids.ts'
import { toRunId } from '../run/run.ts'
import { HISTORY_LOCK, type HistoryEntry } from './append-history.ts'
import { claimColumnTypes, limitToArrival, toClaimColumns } from './claim-columns.ts'
import type { FirstCandidate, WorkflowFinished } from './first-candidates.ts'
import { toIssueKey } from './issue-lock.ts'
import { markAsArgos } from './merge-claims.ts'
import { type InboundMessage, isFromArgo, type RecordResult } from './messages.ts'
import { defineMessages, storeMessages, toMessageRow } from './store-messages.ts'

const FINISHED = 'the workflow has finished'

const columnTypes = {
  ...claimColumnTypes,
  enrichment: 'jsonb',
  provenance: 'jsonb',
  unconfirmed: 'boolean',
} as const
const columns = sql.join(Object.keys(columnTypes).map((name) => sql.ref(name)))
const storedColumns = sql.join(
  Object.keys(columnTypes).map((name) =>
    name === 'started_at' ? limitToArrival(sql.ref<Date | null>(name)) : sql.ref(name),
  ),
)
const typedColumns = sql.join(
  Object.entries(columnTypes).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`),
)

type FirstRunResult = RecordResult & { readonly runId: string }

/**
 * Records, in one statement, the candidates that are indeed the first message about their issue:
 * keys, bytes, issue, attempt number and run, and with `history` the run's first history entry,
 * which a caller with more entries to append leaves out. With `awaitsArgo`, what others than Argo
 * report is unconfirmed. Writes nothing about the other candidates, which must be recorded the
 * general way.
 *
 * The race: the statement reads with a snapshot that may be older than the locks it takes. The
 * issue's own row makes that safe. Every recorder of an issue inserts that row first, and an insert
 * sees a rival's row whatever its snapshot; so a rival's run of the same issue is never missed, and
 * the issue is simply not new here. In the meantime a rival may still have recorded one of the keys
 * or the workflow under another issue, and then nothing of the statement may stand. So the inserts
 * of keys and runs skip no conflict: the unique violation (`isClaimedByRival`) rolls the statement
 * back, in the one round trip that the common case needs anyway. A transaction that reads what was
 * claimed and rolls back would need two more round trips for every batch; measured, it recorded a
 * tenth fewer completions under load, and a fifth fewer one at a time.
 */
export async function recordFirstRuns(
  db: Kysely<DB>,
  candidates: readonly FirstCandidate[],
  { history, awaitsArgo }: { readonly history: boolean; readonly awaitsArgo: boolean },
): Promise<ReadonlyMap<InboundMessage, FirstRunResult>> {
  if (candidates.length === 0) return new Map()
  const rows = candidates.map(({ message, event }) => ({
    ...toMessageRow(message),
    run_id: newId(),
    repository_key: event.claims.repository?.toLowerCase() ?? '',
    ...toJsonColumns(event, isFromArgo(message)),
    unconfirmed: awaitsArgo && !isFromArgo(message),
  }))
  const { given, bodies } = defineMessages(rows, sql`, repository_key text, ${typedColumns}`)
  const issues = candidates
    .map(({ event: { claims } }) => toIssueKey(claims.repository ?? '', claims.issueNumber ?? 0))
    .sort()
  const { rows: found } = await sql<{ created: string[] | null }>`
    with ${given}, ${selectFirsts(issues)}, ${storeMessages(sql.ref('firsts'), bodies, 'fail')},
    numbered as (
      insert into ordinals (repository_key, issue_number, ordinal, run_id)
      select repository_key, issue_number, 1, run_id from stored
    ), created as (
      insert into runs (id, ${columns}, attempt, status, completed_at, due_at, nudges)
      select run_id, ${storedColumns}, 1, 'run_complete', now(), now(), 1 from stored
      returning id
    )${history ? sql`, ${appendCreated}` : sql``}
    select (select array_agg(id) from created) as created
           ${history ? notifyAppended : sql``}`.execute(db)
  const created = new Set(found[0]?.created)
  return new Map(
    rows.flatMap(({ inbox_id: inboxId, run_id: runId }, index) => {
      const message = candidates[index]?.message
      if (message === undefined || !created.has(runId)) return []
      return [[message, { inboxId, duplicate: false, outcome: 'recorded', runId }] as const]
    }),
  )
}

/**
 * The CTE `firsts`: takes the issues' locks, then inserts the row of each issue that none of
 * PostgreSQL's runs or messages can be about, and keeps the messages whose issue was new.
 */
const selectFirsts = (issues: readonly string[]): RawBuilder<unknown> => sql`
    locked as materialized (
      select pg_advisory_xact_lock(hashtextextended(key, 0))
        from unnest(${issues}::text[]) as key
    ), all_locked as materialized (
      select count(*) from locked
    ), new_issues as (
      insert into issues (repository_key, repository, issue_number, last_ordinal)
      select repository_key, repository, issue_number, 1
        from given, all_locked
       where not exists (select from runs where runs.workflow_uid = given.workflow_uid)
         and not exists (select from deliveries where key = any(given.keys))
         and not exists (
           select from runs
            where status = 'notified' and runs.workflow_uid is null
              and runs.workflow_name = given.workflow_name)
         and not exists (
           select from runs
            where status = 'notified' and runs.workflow_uid is null
              and runs.repository_key = given.repository_key and runs.branch = given.branch)
      on conflict do nothing
      returning repository_key, issue_number
    ), firsts as materialized (
      select given.* from given join new_issues using (repository_key, issue_number)
    )`

/** No sequence number is drawn before the lock of the history, the last lock, is held. */
const appendCreated = sql`history_lock as materialized (
      select pg_advisory_xact_lock(${sql.lit(HISTORY_LOCK)})
        from (select count(*) as runs from created) as all_created where runs > 0
    ), appended as (
      insert into run_events (seq, run_id, kind, to_status, because, caused_by)
      select nextval('history_seq'), run_id, 'run', 'run_complete', ${sql.lit(FINISHED)},
             'inbox:' || inbox_id
        from history_lock, stored
      returning seq
    )`

const notifyAppended = sql`, (
             select pg_notify('codex_history', max(seq)::text)
               from appended having max(seq) is not null)`

/** Whether a rival has just recorded one of the keys, or the same workflow: a unique violation. */
export const isClaimedByRival = (error: unknown): boolean => readErrorCode(error) === '23505'

/** The first history entry of such a run. */
export const createdEntry = ({ runId, inboxId }: FirstRunResult): HistoryEntry => ({
  kind: 'run',
  runId: toRunId(runId),
  from: null,
  to: 'run_complete',
  reason: null,
  because: FINISHED,
  causedBy: `inbox:${inboxId}`,
})

/**
 * The claims as they are in JSON; a column of type jsonb must not become a text that holds JSON.
 */
function toJsonColumns({ claims, enrichment, provenance }: WorkflowFinished, byArgo: boolean) {
  const { iterations, artifact_refs, ...rest } = toClaimColumns(claims)
  return {
    ...rest,
    iterations: iterations === null ? null : JSON.parse(iterations),
    artifact_refs: JSON.parse(artifact_refs),
    enrichment: enrichment ?? {},
    provenance: byArgo ? markAsArgos(provenance) : provenance,
  }
}
