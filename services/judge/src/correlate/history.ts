import { sql, type Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Status } from '../run/lifecycle.ts'
import type { Reason } from '../run/reasons.ts'
import type { RunId } from '../run/run.ts'

/**
 * One line of a run's story; `causedBy` is `inbox:<id>`, `effect:<id>`, `person:<name>` or `timer`.
 */
export type Told =
  | {
      readonly kind: 'run'
      readonly runId: RunId
      readonly from: Status | null
      readonly to: Status
      readonly reason: Reason | null
      readonly because: string
      readonly causedBy: string
    }
  | {
      readonly kind: 'escalation'
      readonly runId: RunId
      readonly escalationId: string
      readonly because: string
      readonly causedBy: string
    }

/**
 * Advisory lock under which the stream's numbers are given out, so that a reader at n never misses
 * an n-1 committed later.
 */
export const HISTORY_LOCK = 2_106_001

/**
 * Appends to the history stream. Called last in its transaction: the lock is held until the commit,
 * and every writer of the stream waits for it.
 */
export async function appendHistory(trx: Transaction<DB>, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return
  const rows = told.map((one) => ({
    run_id: one.runId,
    kind: one.kind,
    from_status: one.kind === 'run' ? one.from : null,
    to_status: one.kind === 'run' ? one.to : null,
    reason: one.kind === 'run' ? one.reason : null,
    because: one.because,
    caused_by: one.causedBy,
    data: one.kind === 'escalation' ? { escalationId: one.escalationId } : {},
  }))
  await sql`
    with locked as materialized (
      select pg_advisory_xact_lock(${sql.lit(HISTORY_LOCK)})
    ), told as (
      -- No number is drawn before the row of the lock is there.
      insert into run_events (seq, run_id, kind, from_status, to_status, reason, because, caused_by, data)
      select nextval('history_seq'), one.*
        from locked, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as one (
          run_id uuid, kind text, from_status text, to_status text, reason text, because text, caused_by text, data jsonb)
      returning seq
    )
    select pg_notify('codex_history', max(seq)::text) from told`.execute(trx)
}
