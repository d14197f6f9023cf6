import { sql, type Transaction } from 'kysely'
import { isLeaseFree } from '../adapters/postgres/lease-free.ts'
import { leaveEscalations } from '../adapters/postgres/leave-escalations.ts'
import { type RunRow, readStatus } from '../adapters/postgres/rows.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { newId } from '../lib/ids.ts'
import { toInstant, toInstantOrNull } from '../lib/instant.ts'
import { isOpen, type Status } from '../run/lifecycle.ts'
import { type RunId, toRunId } from '../run/run.ts'
import type { HistoryEntry } from './append-history.ts'
import { compareRuns, type RunTimes } from './compare-runs.ts'

/*
 * What a run's completion does to the other runs of its issue. Everything here runs under the lock
 * of the issue (issue-lock.ts), which the caller has taken.
 */

const toRunTimes = (row: Pick<RunRow, 'started_at' | 'finished_at' | 'created_at'>): RunTimes => ({
  startedAt: toInstantOrNull(row.started_at),
  finishedAt: toInstantOrNull(row.finished_at),
  createdAt: toInstant(row.created_at),
})

/**
 * One issue has one active run. Ends every older sibling that is open or waits for a person, unless
 * a newer run is known: then the run itself is an older workflow that reports late, and
 * `superseded` is true. Announcements supersede nothing, and terminal runs stay as they are.
 */
export async function supersedeOlderRuns(
  trx: Transaction<DB>,
  run: RunRow,
  causedBy: string,
): Promise<{ readonly superseded: boolean; readonly entries: readonly HistoryEntry[] }> {
  if (run.repository_key === null || run.issue_number === null)
    return { superseded: false, entries: [] }
  await acceptDispatch(trx, run.delivery_id)
  const siblings = await trx
    .selectFrom('runs')
    .select(['id', 'status', 'unconfirmed', 'started_at', 'finished_at', 'created_at'])
    .where('repository_key', '=', run.repository_key)
    .where('issue_number', '=', run.issue_number)
    .where('id', '!=', run.id)
    .orderBy('id')
    .forUpdate()
    .execute()
  const own = toRunTimes(run)
  const isNewer = (row: (typeof siblings)[number]): boolean =>
    row.status !== 'notified' && !row.unconfirmed && compareRuns(toRunTimes(row), own) > 0
  if (siblings.some(isNewer)) return { superseded: true, entries: [] }

  const entries: HistoryEntry[] = []
  for (const row of siblings) {
    const from = readStatus(row)
    if (!isOpen(from) && from !== 'needs_human') continue
    if (compareRuns(toRunTimes(row), own) > 0) continue
    entries.push(
      ...(await markSuperseded(
        trx,
        { id: toRunId(row.id), from },
        { because: `attempt ${run.attempt} took over`, causedBy },
      )),
    )
  }
  await withdrawDispatches(trx, run)
  return { superseded: false, entries }
}

/** Ends one run as superseded, with its effects and its open escalation. */
export async function markSuperseded(
  trx: Transaction<DB>,
  run: { readonly id: RunId; readonly from: Status },
  { because, causedBy }: { readonly because: string; readonly causedBy: string },
): Promise<readonly HistoryEntry[]> {
  await trx
    .updateTable('runs')
    .set({
      status: 'superseded',
      reason: 'newer_run',
      reason_text: because,
      status_since: sql`now()`,
      updated_at: sql`now()`,
      version: sql`version + 1`,
      waiting_for: '[]',
      deadline_at: null,
      // An effect whose try has started is not withdrawn below; the run is reconciled until it is
      // settled.
      due_at: sql`case when exists (
        select from effects
         where effects.run_id = runs.id and settled_at is null and tries > 0)
        then now() + interval '60 seconds' end`,
    })
    .where('id', '=', run.id)
    .execute()
  // Before the effects are withdrawn: another run of a shared escalation takes over its messages.
  const closed =
    run.from === 'needs_human'
      ? await leaveEscalations(trx, run.id, { by: 'service', because })
      : []
  await withdrawEffects(trx, run.id, 'a newer run took over')
  await endComment(trx, run.id)
  return [
    {
      kind: 'run',
      runId: run.id,
      from: run.from,
      to: 'superseded',
      reason: 'newer_run',
      because,
      causedBy,
    },
    ...closed.map(
      (escalationId): HistoryEntry => ({
        kind: 'escalation',
        runId: run.id,
        escalationId,
        because,
        causedBy,
      }),
    ),
  ]
}

/** The comment that asks people on the pull request says that no answer is needed. */
async function endComment(trx: Transaction<DB>, id: RunId): Promise<void> {
  await sql`
    insert into effects (id, run_id, kind, key, object, payload, patience_ms)
    select ${newId()}::uuid, run_id, kind, object || ':' || nextval('effect_seq'), object,
           payload || jsonb_build_object('text', payload -> 'superseded', 'open', false), patience_ms
      from (select * from effects
             where run_id = ${id} and kind = 'comment' and state in ('done', 'unknown', 'pending')
             order by sequence desc limit 1) as asked
     where (payload -> 'open')::boolean`.execute(trx)
}

/**
 * Withdraws the run's effects that no try has started: a started one may have happened, and is
 * looked up instead. A dispatch is withdrawn unless it is being tried now: a workflow that an
 * earlier try started reports by itself, and a later try would start an obsolete attempt.
 */
export async function withdrawEffects(
  trx: Transaction<DB>,
  id: RunId,
  because: string,
): Promise<void> {
  await trx
    .updateTable('effects')
    .set({ state: 'replaced', because, settled_at: sql`now()`, next_try_at: null })
    .where('run_id', '=', id)
    .where('settled_at', 'is', null)
    .where(({ or, and, eb }) =>
      or([eb('tries', '=', 0), and([eb('kind', '=', 'dispatch'), isLeaseFree('trying_until')])]),
    )
    .execute()
}

/**
 * Withdraws the dispatches of the issue that no run has answered, because another run of it
 * arrived; their ordinals stay used. One that is being tried now is left to its performer, which
 * looks it up before it tries again.
 */
async function withdrawDispatches(trx: Transaction<DB>, run: RunRow): Promise<void> {
  const withdrawn = await trx
    .updateTable('effects')
    .set({
      state: 'replaced',
      because: `another run of the issue arrived (attempt ${run.attempt})`,
      settled_at: sql`now()`,
      next_try_at: null,
    })
    .where('kind', '=', 'dispatch')
    .where('settled_at', 'is', null)
    .where(isLeaseFree('trying_until'))
    .where('key', '!=', `dispatch:${run.delivery_id ?? ''}`)
    .where('run_id', 'in', (query) =>
      query
        .selectFrom('runs')
        .select('id')
        .where('repository_key', '=', run.repository_key)
        .where('issue_number', '=', run.issue_number),
    )
    .returning('key')
    .execute()
  await withdrawOrdinals(
    trx,
    withdrawn.map(({ key }) => key),
  )
}

/** Marks the numbers that withdrawn dispatches had announced. They are never given to another run. */
export async function withdrawOrdinals(
  trx: Transaction<DB>,
  dispatchKeys: readonly string[],
): Promise<void> {
  if (dispatchKeys.length === 0) return
  await trx
    .updateTable('ordinals')
    .set({ withdrawn_at: sql`now()` })
    .where(
      'delivery_id',
      'in',
      dispatchKeys.map((key) => key.replace(/^dispatch:/, '')),
    )
    .execute()
}

/** Settles the dispatch that started this run: it was accepted, even if no try got an answer. */
async function acceptDispatch(trx: Transaction<DB>, deliveryId: string | null): Promise<void> {
  if (deliveryId === null) return
  await trx
    .updateTable('effects')
    .set({
      state: 'done',
      because: 'the run it asked for has reported',
      settled_at: sql`now()`,
      next_try_at: null,
      trying_until: null,
    })
    .where('key', '=', `dispatch:${deliveryId}`)
    .where('settled_at', 'is', null)
    .execute()
}
