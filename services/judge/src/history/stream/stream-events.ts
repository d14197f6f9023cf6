import type { Kysely } from 'kysely'
import type { DB, Json } from '../../adapters/postgres/types.generated.ts'
import type { EscalationView, RunView } from '../http/schemas.ts'
import { showEscalation } from '../runs/present-details.ts'
import { runColumns, showRun } from '../runs/present-run.ts'

/**
 * One record of the history stream. The run is shown as it is when it is read, also where the
 * change is an old one.
 */
export interface StreamEvent {
  readonly seq: number
  readonly runId: string
  readonly event: 'run' | 'escalation'
  readonly data:
    | {
        readonly run: RunView
        readonly change: {
          readonly from: string | null
          readonly to: string | null
          readonly because: string
        }
      }
    | { readonly escalation: EscalationView }
}

/** The number of the newest record there is; 0 where there is none. */
export async function newestSeq(db: Kysely<DB>): Promise<number> {
  const row = await db
    .selectFrom('run_events')
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.seq ?? 0
}

export interface StreamPart {
  readonly events: readonly StreamEvent[]
  /** The number of the last record read, told or not; null where there was none. */
  readonly last: number | null
  /** There may be more behind the last. */
  readonly more: boolean
}

/**
 * The records behind `after`, of one run where it is named, in their order, at most `limit`.
 * Numbers are given out under one lock held until the commit, so that nothing ever appears before
 * what was already read.
 */
export async function readEvents(
  db: Kysely<DB>,
  {
    after,
    runId,
    limit,
  }: { readonly after: number; readonly runId: string | null; readonly limit: number },
): Promise<StreamPart> {
  const rows = await db
    .selectFrom('run_events')
    .select(['seq', 'run_id', 'kind', 'from_status', 'to_status', 'because', 'data'])
    .where('seq', '>', after)
    .$if(runId !== null, (query) => query.where('run_id', '=', runId ?? ''))
    .orderBy('seq')
    .limit(limit)
    .execute()
  const runs = await runsIn(
    db,
    rows.flatMap((row) => (row.kind === 'run' ? [row.run_id] : [])),
  )
  const escalations = await escalationsIn(
    db,
    rows.flatMap((row) => escalationOf(row.data) ?? []),
  )
  const events = rows.flatMap((row): readonly StreamEvent[] => {
    const { seq, run_id, because } = row
    if (row.kind === 'escalation') {
      const escalation = escalations.get(escalationOf(row.data) ?? '')
      return escalation ? [{ seq, runId: run_id, event: 'escalation', data: { escalation } }] : []
    }
    const run = runs.get(run_id)
    const change = { from: row.from_status, to: row.to_status, because }
    return run ? [{ seq, runId: run_id, event: 'run', data: { run, change } }] : []
  })
  return { events, last: rows.at(-1)?.seq ?? null, more: rows.length === limit }
}

const escalationOf = (data: Json): string | null => {
  const id =
    typeof data === 'object' && data !== null && !Array.isArray(data) ? data.escalationId : null
  return typeof id === 'string' ? id : null
}

async function runsIn(
  db: Kysely<DB>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RunView>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('runs')
    .select(runColumns)
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map((row) => [row.id, showRun(row)]))
}

async function escalationsIn(
  db: Kysely<DB>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EscalationView>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('escalations')
    .innerJoin('runs', 'runs.id', 'escalations.run_id')
    .selectAll('escalations')
    .select(['runs.repository', 'runs.issue_number'])
    .where('escalations.id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map((row) => [row.id, showEscalation(row)]))
}
