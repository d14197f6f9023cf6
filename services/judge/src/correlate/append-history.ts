import { sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../adapters/postgres/encode-jsonb.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Status } from '../run/lifecycle.ts'
import type { Reason } from '../run/reasons.ts'
import type { RunId } from '../run/run.ts'

/**
 * One entry of a run's history; `causedBy` is `inbox:<id>`, `effect:<id>`, `person:<name>` or
 * `timer`.
 */
export type HistoryEntry =
  | {
      readonly kind: 'run'
      readonly runId: RunId
      readonly from: Status | null
      readonly to: Status
      readonly reason: Reason | null
      readonly because: string
      readonly causedBy: string
      /** The version of the policy that the step was decided by; absent: no policy was asked. */
      readonly policyVersion?: string
    }
  | {
      readonly kind: 'escalation'
      readonly runId: RunId
      readonly escalationId: string
      readonly because: string
      readonly causedBy: string
    }

/**
 * The advisory lock under which sequence numbers of the history stream are drawn, so that a reader
 * at n never misses an n-1 that is committed later.
 */
export const HISTORY_LOCK = 2_106_001

function toData(entry: HistoryEntry): { readonly [key: string]: string } {
  if (entry.kind === 'escalation') return { escalationId: entry.escalationId }
  const { policyVersion } = entry
  return policyVersion === undefined ? {} : { policyVersion }
}

/**
 * Appends to the history stream. Call it last in its transaction: the lock is held until the
 * commit, and every writer of the stream waits for it.
 */
export async function appendHistory(
  trx: Transaction<DB>,
  entries: readonly HistoryEntry[],
): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map((entry) => ({
    run_id: entry.runId,
    kind: entry.kind,
    from_status: entry.kind === 'run' ? entry.from : null,
    to_status: entry.kind === 'run' ? entry.to : null,
    reason: entry.kind === 'run' ? entry.reason : null,
    because: entry.because,
    caused_by: entry.causedBy,
    data: toData(entry),
  }))
  await sql`
    with locked as materialized (
      select pg_advisory_xact_lock(${sql.lit(HISTORY_LOCK)})
    ), appended as (
      -- No sequence number is drawn before the lock is held.
      insert into run_events (
        seq, run_id, kind, from_status, to_status, reason, because, caused_by, data)
      select nextval('history_seq'), entry.*
        from locked, jsonb_to_recordset(${encodeJsonb(rows)}::jsonb) as entry (
          run_id uuid, kind text, from_status text, to_status text, reason text, because text,
          caused_by text, data jsonb)
      returning seq
    )
    select pg_notify('codex_history', max(seq)::text) from appended`.execute(trx)
}
