import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Millis } from '../../lib/instant.ts'
import type { ServicePolicy } from '../../policy/read-policy-file.ts'
import { countRemovableRuns, removeRuns } from './remove-runs.ts'
import { terminalSince } from './terminal-since.ts'

/*
 * Old rows are removed as the policy's `retention` says. Rows of a run age only from the end of the
 * run, so that a waiting run never loses anything. `deliveries` are kept for good, because they
 * identify repeated messages, and so are quarantined messages until they are replayed.
 */

export type Retention = ServicePolicy['values']['retention']

/** How many rows of each table were removed, or would be. */
export type RemovedRows = Readonly<Record<(typeof order)[number], number>>

/**
 * Runs come first, because rows of a run stay with it; texts come last, after what refers to them.
 */
const order = [
  'runs',
  'inbox',
  'facts',
  'gate_results',
  'decision_parts',
  'verdicts',
  'memories',
  'agent_messages',
  'flakes',
  'blobs',
] as const
type Table = Exclude<(typeof order)[number], 'runs'>

/** Rows of one statement, which then holds its locks for some tens of milliseconds. */
const BATCH_ROWS = 1_000
/** Runs of one transaction; each has some hundred rows in other tables. */
const BATCH_RUNS = 50
/** A younger text may belong to a reconciliation that is not committed yet. */
const FRESH_TEXT_MS: Millis = 86_400_000

interface RetainDeps {
  readonly db: Kysely<DB>
  readonly retention: Retention
  /** Rows of one batch; tests use small ones. */
  readonly batch?: number
}

/** Removes in batches what the policy no longer keeps, until nothing is left or `signal` aborts. */
export async function retain(
  { db, retention, batch = BATCH_ROWS }: RetainDeps,
  signal: AbortSignal,
): Promise<RemovedRows> {
  const removed = { ...noRows }
  if (retention.runs !== null) {
    const older = retention.runs
    removed.runs = await removeInBatches(
      () => removeRuns(db, older, Math.min(BATCH_RUNS, batch)),
      Math.min(BATCH_RUNS, batch),
      signal,
    )
  }
  for (const [table, old] of selectOldRows(retention)) {
    const key = sql.table(table)
    removed[table] = await removeInBatches(
      async () => {
        const { numAffectedRows } = await sql`
          delete from ${key} where ctid = any(array(
            select ${key}.ctid ${old} limit ${batch} ${toLockClause(table)}))`.execute(db)
        return Number(numAffectedRows ?? 0n)
      },
      batch,
      signal,
    )
  }
  return removed
}

/**
 * Counts what `retain` would remove now. A text counts only if nothing refers to it any more, so a
 * text whose last reference is about to be removed is not included.
 */
export async function countRemovable({
  db,
  retention,
}: Omit<RetainDeps, 'batch'>): Promise<RemovedRows> {
  const counted = { ...noRows }
  if (retention.runs !== null) counted.runs = await countRemovableRuns(db, retention.runs)
  for (const [table, old] of selectOldRows(retention)) {
    const { rows } = await sql<{ rows: number }>`select count(*)::int as rows ${old}`.execute(db)
    counted[table] = rows[0]?.rows ?? 0
  }
  return counted
}

const noRows: Record<(typeof order)[number], number> = {
  runs: 0,
  inbox: 0,
  facts: 0,
  gate_results: 0,
  decision_parts: 0,
  verdicts: 0,
  memories: 0,
  agent_messages: 0,
  flakes: 0,
  blobs: 0,
}

/** Ends with the first batch that is not full; locked rows are left for the next time. */
async function removeInBatches(
  remove: () => Promise<number>,
  batch: number,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0
  while (!signal.aborted) {
    const now = await remove()
    removed += now
    if (now < batch) break
  }
  return removed
}

const toPast = (millis: Millis): RawBuilder<Date> => sql<Date>`now() - ${millis} * interval '1 ms'`

/**
 * Race: a run that is opened again during the statement is locked and therefore skipped, and a run
 * that the statement has locked cannot be opened before the transaction ends.
 */
const toLockClause = (table: Table) =>
  sql.raw(
    ['facts', 'gate_results', 'decision_parts', 'verdicts'].includes(table)
      ? 'for share of r skip locked'
      : `for update of ${table} skip locked`,
  )

function selectOldRows(retention: Retention): readonly (readonly [Table, RawBuilder<unknown>])[] {
  const { inbox, facts, verdicts, memories, agent_messages } = retention
  const selectByRun = (table: string, at: string, older: Millis) =>
    sql`from ${sql.table(table)} join runs r on r.id = ${sql.ref(`${table}.run_id`)}
         where ${sql.ref(`${table}.${at}`)} < ${toPast(older)} and ${terminalSince(older)}`
  const hasNoUnfinishedRun = (older: Millis) =>
    sql`not exists (select from runs r where r.id = run_id and not (${terminalSince(older)}))`
  const all: readonly (readonly [Table, RawBuilder<unknown> | null])[] = [
    [
      'inbox',
      inbox === null
        ? null
        : sql`from inbox where received_at < ${toPast(inbox)} and ${hasNoUnfinishedRun(inbox)}
               and (state <> 'quarantined' or replayed_at is not null)`,
    ],
    ['facts', facts === null ? null : selectByRun('facts', 'observed_at', facts)],
    ['gate_results', facts === null ? null : selectByRun('gate_results', 'at', facts)],
    ['decision_parts', facts === null ? null : selectByRun('decision_parts', 'at', facts)],
    ['verdicts', verdicts === null ? null : selectByRun('verdicts', 'at', verdicts)],
    [
      'memories',
      memories === null
        ? null
        : sql`from memories where created_at < ${toPast(memories)} and ${hasNoUnfinishedRun(memories)}`,
    ],
    ['agent_messages', agent_messages === null ? null : selectOldMessages(agent_messages)],
    ['flakes', facts === null ? null : sql`from flakes where seen_at < ${toPast(facts)}`],
    [
      'blobs',
      selectOldTexts(
        Math.max(FRESH_TEXT_MS, Math.min(facts ?? FRESH_TEXT_MS, verdicts ?? FRESH_TEXT_MS)),
      ),
    ],
  ]
  return all.flatMap(([table, old]) => (old === null ? [] : [[table, old] as const]))
}

/** Messages name their run by its id, its workflow's uid, or its workflow's name. */
function selectOldMessages(older: Millis): RawBuilder<unknown> {
  const hasNoUnfinishedRun = (is: RawBuilder<boolean>) =>
    sql`not exists (select from runs r where ${is} and not (${terminalSince(older)}))`
  return sql`
    from agent_messages where received_at < ${toPast(older)}
     and ${hasNoUnfinishedRun(sql`r.id::text = agent_messages.run_id`)}
     and ${hasNoUnfinishedRun(sql`r.workflow_uid = agent_messages.workflow_uid`)}
     and ${hasNoUnfinishedRun(sql`r.workflow_name = agent_messages.workflow_name
       and r.workflow_namespace = agent_messages.workflow_namespace`)}`
}

/**
 * Facts refer to diffs, files and logs; decisions to what they were made from; verdicts, and `ask`
 * effects of runs that still go on, refer to prompts.
 */
function selectOldTexts(older: Millis): RawBuilder<unknown> {
  return sql`
    from blobs where created_at < ${toPast(older)}
     and not exists (
       select from facts f
        where f.value ? 'textDigest' and f.value ->> 'textDigest' = blobs.digest)
     and not exists (select from decision_parts p where p.digest = blobs.digest)
     and not exists (select from verdicts v where v.prompt_digest = blobs.digest)
     and not exists (
       select from effects e join runs r on r.id = e.run_id
        where e.kind = 'ask' and e.payload ->> 'promptDigest' = blobs.digest
          and not (${terminalSince(0)}))`
}
