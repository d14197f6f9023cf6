import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Millis } from '../../lib/instant.ts'
import type { ServicePolicy } from '../../policy/read.ts'
import { removableRuns, removeRuns } from './retain-runs.ts'
import { settledSince } from './terminal-since.ts'

/*
 * What is old goes, as `retention` of the policy says. The age of what belongs to a run is counted
 * from the run's end, too, so that nothing of a run that still waits (for the world, or for a
 * person) is ever taken from it. `deliveries` stay for good: they are what makes a repetition a
 * duplicate. So does what is in quarantine until somebody has replayed it: nothing malformed is
 * lost.
 */

export type Retention = ServicePolicy['values']['retention']

/** How many rows of each table were removed, or would be. */
export type Removed = Readonly<Record<(typeof order)[number], number>>

/** Runs go before the rest, which they hold; texts go last, when what referred to them is gone. */
const order = [
  'runs',
  'inbox',
  'facts',
  'gate_results',
  'verdicts',
  'memories',
  'agent_messages',
  'blobs',
] as const
type Table = Exclude<(typeof order)[number], 'runs'>

/** Rows of one statement: it holds its locks for some tens of milliseconds. */
const BATCH = 1_000
/** Runs of one transaction; each has some hundred rows elsewhere. */
const RUNS_BATCH = 50
/** A text younger than this may be about to be referred to by a look that is under way. */
const FRESH: Millis = 86_400_000

interface RetainDeps {
  readonly db: Kysely<DB>
  readonly retention: Retention
  /** Rows of one batch; only a test wants few. */
  readonly batch?: number
}

/**
 * Removes what the policy no longer wants to be kept, in batches, until nothing is left of it or
 * `signal` aborts.
 */
export async function retain(
  { db, retention, batch = BATCH }: RetainDeps,
  signal: AbortSignal,
): Promise<Removed> {
  const removed = { ...nothing }
  if (retention.runs !== null) {
    const older = retention.runs
    removed.runs = await drain(
      () => removeRuns(db, older, Math.min(RUNS_BATCH, batch)),
      Math.min(RUNS_BATCH, batch),
      signal,
    )
  }
  for (const [table, old] of oldRows(retention)) {
    const key = sql.table(table)
    removed[table] = await drain(
      async () => {
        const { numAffectedRows } = await sql`
          delete from ${key} where ctid = any(array(select ${key}.ctid ${old} limit ${batch} ${holding(table)}))`.execute(
          db,
        )
        return Number(numAffectedRows ?? 0n)
      },
      batch,
      signal,
    )
  }
  return removed
}

/**
 * What `retain` would remove now. A text counts once nothing refers to it any more, not when its
 * last reference is about to go.
 */
export async function removable({ db, retention }: Omit<RetainDeps, 'batch'>): Promise<Removed> {
  const counted = { ...nothing }
  if (retention.runs !== null) counted.runs = await removableRuns(db, retention.runs)
  for (const [table, old] of oldRows(retention)) {
    const { rows } = await sql<{ rows: number }>`select count(*)::int as rows ${old}`.execute(db)
    counted[table] = rows[0]?.rows ?? 0
  }
  return counted
}

const nothing: Record<(typeof order)[number], number> = {
  runs: 0,
  inbox: 0,
  facts: 0,
  gate_results: 0,
  verdicts: 0,
  memories: 0,
  agent_messages: 0,
  blobs: 0,
}

/**
 * A batch that was not full was the last: what is left is held by somebody, and there next time.
 */
async function drain(
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

const ago = (millis: Millis): RawBuilder<Date> => sql<Date>`now() - ${millis} * interval '1 ms'`

/**
 * A run that is opened again while we look is skipped, and one we found settled cannot be opened
 * before we are done.
 */
const holding = (table: Table) =>
  sql.raw(
    ['facts', 'gate_results', 'verdicts'].includes(table)
      ? 'for share of r skip locked'
      : `for update of ${table} skip locked`,
  )

function oldRows(retention: Retention): readonly (readonly [Table, RawBuilder<unknown>])[] {
  const { inbox, facts, verdicts, memories, agent_messages } = retention
  const ofRun = (table: string, at: string, older: Millis) =>
    sql`from ${sql.table(table)} join runs r on r.id = ${sql.ref(`${table}.run_id`)}
         where ${sql.ref(`${table}.${at}`)} < ${ago(older)} and ${settledSince(older)}`
  const unlessLiving = (older: Millis) =>
    sql`not exists (select from runs r where r.id = run_id and not (${settledSince(older)}))`
  const all: readonly (readonly [Table, RawBuilder<unknown> | null])[] = [
    [
      'inbox',
      inbox === null
        ? null
        : sql`from inbox where received_at < ${ago(inbox)} and ${unlessLiving(inbox)}
               and (state <> 'quarantined' or replayed_at is not null)`,
    ],
    ['facts', facts === null ? null : ofRun('facts', 'observed_at', facts)],
    ['gate_results', facts === null ? null : ofRun('gate_results', 'at', facts)],
    ['verdicts', verdicts === null ? null : ofRun('verdicts', 'at', verdicts)],
    [
      'memories',
      memories === null
        ? null
        : sql`from memories where created_at < ${ago(memories)} and ${unlessLiving(memories)}`,
    ],
    ['agent_messages', agent_messages === null ? null : oldMessages(agent_messages)],
    ['blobs', oldTexts(Math.max(FRESH, Math.min(facts ?? FRESH, verdicts ?? FRESH)))],
  ]
  return all.flatMap(([table, old]) => (old === null ? [] : [[table, old] as const]))
}

/** Messages name their run in one of three ways, each as the agent knew it. */
function oldMessages(older: Millis): RawBuilder<unknown> {
  const living = (is: RawBuilder<boolean>) =>
    sql`not exists (select from runs r where ${is} and not (${settledSince(older)}))`
  return sql`
    from agent_messages where received_at < ${ago(older)}
     and ${living(sql`r.id::text = agent_messages.run_id`)}
     and ${living(sql`r.workflow_uid = agent_messages.workflow_uid`)}
     and ${living(sql`r.workflow_name = agent_messages.workflow_name and r.workflow_namespace = agent_messages.workflow_namespace`)}`
}

/**
 * Diffs, files and logs are referred to by facts; prompts by verdicts, and by a question that has
 * not been answered yet.
 */
function oldTexts(older: Millis): RawBuilder<unknown> {
  return sql`
    from blobs where created_at < ${ago(older)}
     and not exists (select from facts f where f.value ? 'textDigest' and f.value ->> 'textDigest' = blobs.digest)
     and not exists (select from verdicts v where v.prompt_digest = blobs.digest)
     and not exists (
       select from effects e join runs r on r.id = e.run_id
        where e.kind = 'ask' and e.payload ->> 'promptDigest' = blobs.digest and not (${settledSince(0)}))`
}
