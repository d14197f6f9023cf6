import type { Kysely } from 'kysely'
import type { DB, Json } from '../../adapters/postgres/types.generated.ts'
import type { EscalationView } from '../http/operate-schemas.ts'
import type { RunView } from '../http/run-schemas.ts'
import { selectEscalations } from '../operate/escalations.ts'
import { presentEscalation } from '../runs/present-escalation.ts'
import { presentRuns, type RunReader } from '../runs/present-run.ts'
import { presentedColumns } from '../runs/run-columns.ts'

/** One event of the history stream. The run is as it is now, also if the change is an old one. */
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

/** The number of the newest event; 0 if there is none. */
export async function findNewestSeq(db: Kysely<DB>): Promise<number> {
  const row = await db
    .selectFrom('run_events')
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.seq ?? 0
}

export interface StreamPage {
  readonly events: readonly StreamEvent[]
  /** The number of the last row that was read, also if it yields no event; null without rows. */
  readonly last: number | null
  /** True if there may be more rows. */
  readonly more: boolean
}

/**
 * The events after the number `after`, in order, at most `limit`; of one run unless `runId` is
 * null. Numbers are assigned under a lock that is held until the commit, so no event ever appears
 * with a number that was already passed.
 */
export async function readStreamEvents(
  { db, display }: RunReader,
  {
    after,
    runId,
    limit,
  }: { readonly after: number; readonly runId: string | null; readonly limit: number },
): Promise<StreamPage> {
  const rows = await db
    .selectFrom('run_events')
    .select(['seq', 'run_id', 'kind', 'from_status', 'to_status', 'because', 'data'])
    .where('seq', '>', after)
    .$if(runId !== null, (query) => query.where('run_id', '=', runId ?? ''))
    .orderBy('seq')
    .limit(limit)
    .execute()
  const runs = await loadRuns(
    { db, display },
    rows.flatMap((row) => (row.kind === 'run' ? [row.run_id] : [])),
  )
  const escalations = await loadEscalations(
    db,
    rows.flatMap((row) => readEscalationId(row.data) ?? []),
  )
  const events = rows.flatMap((row): readonly StreamEvent[] => {
    const { seq, run_id, because } = row
    if (row.kind === 'escalation') {
      const escalation = escalations.get(readEscalationId(row.data) ?? '')
      return escalation ? [{ seq, runId: run_id, event: 'escalation', data: { escalation } }] : []
    }
    const run = runs.get(run_id)
    const change = { from: row.from_status, to: row.to_status, because }
    return run ? [{ seq, runId: run_id, event: 'run', data: { run, change } }] : []
  })
  return { events, last: rows.at(-1)?.seq ?? null, more: rows.length === limit }
}

const readEscalationId = (data: Json): string | null => {
  const id =
    typeof data === 'object' && data !== null && !Array.isArray(data) ? data.escalationId : null
  return typeof id === 'string' ? id : null
}

async function loadRuns(
  reader: RunReader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RunView>> {
  if (ids.length === 0) return new Map()
  const rows = await reader.db
    .selectFrom('runs')
    .select(presentedColumns)
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map((await presentRuns(reader, rows)).map((run) => [run.id, run]))
}

async function loadEscalations(
  db: Kysely<DB>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EscalationView>> {
  if (ids.length === 0) return new Map()
  const rows = await selectEscalations(db)
    .where('escalations.id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map((row) => [row.id, presentEscalation(row)]))
}
