import { sql, type Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { newId } from '../lib/ids.ts'
import type { Event } from '../run/event.ts'
import { runId } from '../run/run.ts'
import { claimColumns } from './columns.ts'
import type { Told } from './history.ts'
import type { Incoming, Recorded } from './incoming.ts'
import { issueKey } from './issue-lock.ts'

type Finished = Extract<Event, { kind: 'workflow.finished' }>

interface First {
  readonly one: Incoming
  readonly event: Finished
  readonly inboxId: string
  readonly runId: string
  readonly keys: readonly string[]
}

/** Is it a completion that says everything about itself? What it is about is then known before anything is read. */
export const isWhole = ({ event }: Incoming): boolean =>
  event?.kind === 'workflow.finished' &&
  event.claims.repository !== null &&
  event.claims.issueNumber !== null &&
  event.claims.workflowUid !== null

/**
 * Of the messages of one batch, those that may be the first anybody hears of an issue: completions that say everything about
 * themselves, and before which nothing in the batch could be about the same run or the same line.
 */
export function mayBeFirst(incoming: readonly Incoming[]): readonly First[] {
  const seen = new Set<string>()
  return incoming.flatMap((one): First[] => {
    const { event } = one
    if (event === null || event.kind === 'github.changed') return []
    const { repository, issueNumber, workflowUid, workflowName, branch } = event.claims
    const marks = [
      ...one.keys.map((key) => `key:${key}`),
      ...(workflowUid === null ? [] : [`uid:${workflowUid}`]),
      ...(workflowName === null ? [] : [`name:${workflowName}`]),
      ...(branch === null ? [] : [`branch:${repository?.toLowerCase()}:${branch}`]),
      ...(repository === null || issueNumber === null ? [] : [`issue:${issueKey(repository, issueNumber)}`]),
    ]
    const alone = !marks.some((mark) => seen.has(mark))
    for (const mark of marks) seen.add(mark)
    if (!alone || !isWhole(one) || event.kind !== 'workflow.finished') return []
    return [{ one, event, inboxId: newId(), runId: newId(), keys: [...new Set(one.keys)].sort() }]
  })
}

/**
 * Records those of them that are first indeed, all in one statement, each as `recordFirstRun` would; the history is left to the
 * caller, who appends it last. The caller holds the locks of their issues, taken in a statement of its own, so nothing that is read
 * here can change meanwhile.
 */
export async function recordFirstRuns(
  trx: Transaction<DB>,
  firsts: readonly First[],
): Promise<ReadonlyMap<Incoming, Recorded & { readonly runId: string }>> {
  if (firsts.length === 0) return new Map()
  let begins = 1
  const given = firsts.map(({ one, event, inboxId, runId: id, keys }) => {
    const place = begins
    begins += one.body.byteLength
    return {
      inbox: {
        id: inboxId,
        source: one.source,
        transport: one.transport,
        because: one.because,
        headers: one.headers,
        run_id: id,
      },
      keys,
      begins: place,
      bytes: one.body.byteLength,
      run: {
        id,
        ...jsonColumns(claimColumns(event.claims)),
        enrichment: event.enrichment ?? {},
        provenance: event.provenance,
      },
    }
  })
  const bodies = Buffer.concat(firsts.map(({ one }) => one.body))
  const columns = sql.join(Object.keys(given[0]?.run ?? {}).map((name) => sql.ref(name)))
  const { rows } = await sql<{ id: string }>`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given (
        inbox jsonb, keys text[], begins int, bytes int, run jsonb)
    ), known as materialized (
      select run, inbox, keys, begins, bytes, (run->>'id')::uuid as run_id, (inbox->>'id')::uuid as inbox_id,
             run->>'repository' as repository, lower(run->>'repository') as repository_key, (run->>'issue_number')::int as issue_number
        from given
    ), fresh as materialized (
      select known.* from known
       where not exists (select from issues where issues.repository_key = known.repository_key and issues.issue_number = known.issue_number)
         and not exists (select from runs where workflow_uid = known.run->>'workflow_uid')
         and not exists (select from deliveries where key = any(known.keys))
         and not exists (
           select from runs where status = 'notified' and workflow_uid is null and workflow_name = known.run->>'workflow_name')
         and not exists (
           select from runs
            where status = 'notified' and workflow_uid is null
              and runs.repository_key = known.repository_key and branch = known.run->>'branch')
    ), lines as (
      insert into issues (repository_key, repository, issue_number, last_ordinal)
      select repository_key, repository, issue_number, 1 from fresh
    ), claimed as (
      insert into deliveries (key, inbox_id, run_id, outcome)
      select key, inbox_id, run_id, 'recorded' from fresh, unnest(keys) as key order by key
    ), kept as (
      insert into inbox (id, source, transport, state, because, headers, body, run_id)
      select inbox_id, inbox->>'source', inbox->>'transport', 'applied', inbox->>'because', inbox->'headers',
             substring(${bodies}::bytea from begins for bytes), run_id
        from fresh
    ), placed as (
      insert into ordinals (repository_key, issue_number, ordinal, run_id)
      select repository_key, issue_number, 1, run_id from fresh
    )
    insert into runs (${columns}, attempt, status, completed_at, due_at, nudges)
    select ${sql.join(Object.keys(given[0]?.run ?? {}).map((name) => sql.ref(`r.${name}`)))}, 1, 'run_complete', now(), now(), 1
      from fresh, jsonb_populate_record(null::runs, run) as r
    returning id`.execute(trx)
  const written = new Set(rows.map(({ id }) => id))
  return new Map(
    firsts
      .filter(({ runId }) => written.has(runId))
      .map(({ one, inboxId, runId }) => [one, { inboxId, duplicate: false, outcome: 'recorded', runId }] as const),
  )
}

/** The first line of such a run's story. */
export const firstTold = (first: Recorded & { readonly runId: string }): Told => ({
  kind: 'run',
  runId: runId(first.runId),
  from: null,
  to: 'run_complete',
  reason: null,
  because: 'the workflow has finished',
  causedBy: `inbox:${first.inboxId}`,
})

/** What is JSON in its column is JSON here too, and not a text that holds it. */
const jsonColumns = ({ iterations, artifact_refs, ...rest }: ReturnType<typeof claimColumns>) => ({
  ...rest,
  iterations: iterations === null ? null : JSON.parse(iterations),
  artifact_refs: JSON.parse(artifact_refs),
})
