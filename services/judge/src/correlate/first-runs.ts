import { type Kysely, sql } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { newId } from '../lib/ids.ts'
import type { Event } from '../run/event.ts'
import { runId } from '../run/run.ts'
import { claimColumns } from './columns.ts'
import { HISTORY_LOCK, type Told } from './history.ts'
import type { Incoming, Recorded } from './incoming.ts'
import { issueKey } from './issue-lock.ts'
import { packBodies } from './pack-bodies.ts'

const FINISHED = 'the workflow has finished'

type Finished = Extract<Event, { kind: 'workflow.finished' }>

interface First {
  readonly one: Incoming
  readonly event: Finished
  readonly inboxId: string
  readonly runId: string
  readonly keys: readonly string[]
}

/**
 * Is it a completion that says everything about itself? What it is about is then known before
 * anything is read.
 */
export const isWhole = ({ event }: Incoming): boolean =>
  event?.kind === 'workflow.finished' &&
  event.claims.repository !== null &&
  event.claims.issueNumber !== null &&
  event.claims.workflowUid !== null

/**
 * Of the messages of one batch, those that may be the first anybody hears of an issue: completions
 * that say everything about themselves, and before which nothing in the batch could be about the
 * same run or the same line.
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
      ...(repository === null || issueNumber === null
        ? []
        : [`issue:${issueKey(repository, issueNumber)}`]),
    ]
    const alone = !marks.some((mark) => seen.has(mark))
    for (const mark of marks) seen.add(mark)
    if (!alone || !isWhole(one) || event.kind !== 'workflow.finished') return []
    return [{ one, event, inboxId: newId(), runId: newId(), keys: [...new Set(one.keys)].sort() }]
  })
}

/** Types that JSON does not tell; every other column of a claim is text. */
const types: Readonly<Record<string, string>> = {
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

type FirstRecorded = Recorded & { readonly runId: string }

/**
 * Records those of them that are first indeed in one statement: identities, bytes, issue, attempt
 * number, run, and with `history` its first line there; without, that is left to a caller who has
 * more to append. Says nothing of the others, of which nothing was written: they must go the
 * general way.
 *
 * It reads with a snapshot that may be older than the locks it takes. What makes that safe is the
 * issue's own row: whoever recorded anything of this issue inserted it first, and an insert sees a
 * rival's row whatever the snapshot; so a rival's run is never missed, only found by the general
 * way. Where an identity or a workflow turns out to be a rival's, nothing of all this may stand,
 * and the statement fails with what `isRepetition` knows.
 */
export async function recordFirstRuns(
  db: Kysely<DB>,
  firsts: readonly First[],
  { history }: { readonly history: boolean },
): Promise<ReadonlyMap<Incoming, FirstRecorded>> {
  const [some] = firsts
  if (some === undefined) return new Map()
  const { bodies, places } = packBodies(firsts.map(({ one }) => one))
  const given = firsts.map(({ one, event, inboxId, runId: id, keys }, index) => ({
    inbox_id: inboxId,
    run_id: id,
    source: one.source,
    transport: one.transport,
    because: one.because,
    headers: one.headers,
    keys,
    ...places[index],
    ...columnsOf(event),
  }))
  const issues = firsts
    .map(({ event: { claims } }) => issueKey(claims.repository ?? '', claims.issueNumber ?? 0))
    .sort()
  const names = Object.keys(columnsOf(some.event))
  const columns = sql.join(names.map((name) => sql.ref(name)))
  const typed = sql.join(
    names.map((name) => sql`${sql.ref(name)} ${sql.raw(types[name] ?? 'text')}`),
  )
  const { rows } = await sql<{ written: string[] | null }>`
    with given as materialized (
      select *, lower(repository) as repository_key
        from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given (
          inbox_id uuid, run_id uuid, source text, transport text, because text, headers jsonb, keys text[], begins int, bytes int,
          ${typed})
    ), locked as materialized (
      select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(${issues}::text[]) as key
    ), held as materialized (
      select count(*) from locked
    ), lines as (
      insert into issues (repository_key, repository, issue_number, last_ordinal)
      select repository_key, repository, issue_number, 1
        from given, held
       where not exists (select from runs where runs.workflow_uid = given.workflow_uid)
         and not exists (select from deliveries where key = any(given.keys))
         and not exists (
           select from runs
            where status = 'notified' and runs.workflow_uid is null and runs.workflow_name = given.workflow_name)
         and not exists (
           select from runs
            where status = 'notified' and runs.workflow_uid is null
              and runs.repository_key = given.repository_key and runs.branch = given.branch)
      on conflict do nothing
      returning repository_key, issue_number
    ), fresh as materialized (
      select given.* from given join lines using (repository_key, issue_number)
    ), claimed as (
      insert into deliveries (key, inbox_id, run_id, outcome)
      select key, inbox_id, run_id, 'recorded' from fresh, unnest(keys) as key order by key
      on conflict (key) do nothing
      returning key
    ), kept as (
      insert into inbox (id, source, transport, state, because, headers, body, run_id)
      select inbox_id, source, transport, 'applied', because, headers, substring(${bodies}::bytea from begins for bytes), run_id
        from fresh
    ), placed as (
      insert into ordinals (repository_key, issue_number, ordinal, run_id)
      select repository_key, issue_number, 1, run_id from fresh
    ), born as (
      insert into runs (id, ${columns}, attempt, status, completed_at, due_at, nudges)
      select run_id, ${columns}, 1, 'run_complete', now(), now(), 1 from fresh
      returning id
    )${history ? toldInOne : sql``}
    select (select array_agg(id) from born) as written,
           1 / (select case when (select count(*) from claimed) = coalesce(sum(cardinality(keys)), 0) then 1 else 0 end from fresh) as whole
           ${history ? sql`, (select pg_notify('codex_history', max(seq)::text) from told having max(seq) is not null)` : sql``}`.execute(
    db,
  )
  const written = new Set(rows[0]?.written)
  return new Map(
    firsts
      .filter(({ runId }) => written.has(runId))
      .map(
        ({ one, inboxId, runId }) =>
          [one, { inboxId, duplicate: false, outcome: 'recorded', runId }] as const,
      ),
  )
}

/** No number is drawn before the lock of the history is there, which is taken last. */
const toldInOne = sql`, history as materialized (
      select pg_advisory_xact_lock(${sql.lit(HISTORY_LOCK)}) from (select count(*) as runs from born) as all_born where runs > 0
    ), told as (
      insert into run_events (seq, run_id, kind, to_status, because, caused_by)
      select nextval('history_seq'), run_id, 'run', 'run_complete', ${sql.lit(FINISHED)}, 'inbox:' || inbox_id from history, fresh
      returning seq
    )`

/**
 * Division by zero says that an identity was known; a unique violation, that a rival has just
 * recorded the same workflow.
 */
export const isRepetition = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '22012' || error.code === '23505')

/** The first line of such a run's story. */
export const firstTold = (first: FirstRecorded): Told => ({
  kind: 'run',
  runId: runId(first.runId),
  from: null,
  to: 'run_complete',
  reason: null,
  because: FINISHED,
  causedBy: `inbox:${first.inboxId}`,
})

/** What is JSON in its column is JSON here too, and not a text that holds it. */
function columnsOf({ claims, enrichment, provenance }: Finished) {
  const { iterations, artifact_refs, ...rest } = claimColumns(claims)
  return {
    ...rest,
    iterations: iterations === null ? null : JSON.parse(iterations),
    artifact_refs: JSON.parse(artifact_refs),
    enrichment: enrichment ?? {},
    provenance,
  }
}
