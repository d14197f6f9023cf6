import { type ExpressionBuilder, sql, type Transaction } from 'kysely'
import { type RunRow, readStatus } from '../adapters/postgres/rows.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { instant, instantOrNull } from '../lib/instant.ts'
import { isOpen, type Status } from '../run/lifecycle.ts'
import { type RunId, runId } from '../run/run.ts'
import type { Told } from './history.ts'
import type { Issue } from './issues-of.ts'
import { compareRuns, type Timed } from './order.ts'

/*
 * What one run's arrival does to its issue's line. Everything here runs under the lock of the issue
 * (issue-lock.ts), which the caller took as its transaction's own first statement.
 */

/**
 * The run's place in the line: the ordinal its dispatch announced, else one more than any that was
 * ever given out to a run or a dispatch of the issue, so that an announced number is never taken by
 * another run.
 */
export async function takeOrdinal(
  trx: Transaction<DB>,
  issue: Issue,
  run: { id: RunId; deliveryId: string | null },
): Promise<number> {
  const key = issue.repository.toLowerCase()
  await trx
    .insertInto('issues')
    .values({ repository_key: key, repository: issue.repository, issue_number: issue.issueNumber })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const announced = await takeAnnounced(trx, issue, run)
  if (announced !== null) return announced
  return giveOrdinal(trx, issue, { runId: run.id, deliveryId: null })
}

/** The number that the dispatch of this delivery id announced, if no run has it yet. */
export async function takeAnnounced(
  trx: Transaction<DB>,
  issue: Issue,
  run: { id: RunId; deliveryId: string | null },
): Promise<number | null> {
  if (run.deliveryId === null) return null
  const announced = await trx
    .updateTable('ordinals')
    .set({ run_id: run.id })
    .where('repository_key', '=', issue.repository.toLowerCase())
    .where('issue_number', '=', issue.issueNumber)
    .where('delivery_id', '=', run.deliveryId)
    .where('run_id', 'is', null)
    .returning('ordinal')
    .executeTakeFirst()
  return announced?.ordinal ?? null
}

/** The next number of the issue, given to a run or announced by a dispatch; never given twice. */
async function giveOrdinal(
  trx: Transaction<DB>,
  issue: Issue,
  to: { runId: RunId | null; deliveryId: ((ordinal: number) => string) | null },
): Promise<number> {
  const key = issue.repository.toLowerCase()
  const { last_ordinal: ordinal } = await trx
    .updateTable('issues')
    .set({ last_ordinal: sql`last_ordinal + 1` })
    .where('repository_key', '=', key)
    .where('issue_number', '=', issue.issueNumber)
    .returning('last_ordinal')
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('ordinals')
    .values({
      repository_key: key,
      issue_number: issue.issueNumber,
      ordinal,
      run_id: to.runId,
      delivery_id: to.deliveryId?.(ordinal) ?? null,
    })
    .execute()
  return ordinal
}

/** The run the new one follows: the newest older one of the issue. */
export async function findParent(
  trx: Transaction<DB>,
  issue: Issue,
  attempt: number,
): Promise<RunId | null> {
  const parent = await trx
    .selectFrom('runs')
    .select('id')
    .where('repository_key', '=', issue.repository.toLowerCase())
    .where('issue_number', '=', issue.issueNumber)
    .where('attempt', '<', attempt)
    .where('status', '!=', 'notified')
    .orderBy('attempt', 'desc')
    .executeTakeFirst()
  return parent ? runId(parent.id) : null
}

const timed = (row: Pick<RunRow, 'started_at' | 'finished_at' | 'created_at'>): Timed => ({
  startedAt: instantOrNull(row.started_at),
  finishedAt: instantOrNull(row.finished_at),
  createdAt: instant(row.created_at),
})

/**
 * One issue has one active run. Ends every older sibling that is open or waits for a person, or, if
 * a newer one is known already, says so: the arriving run is then an older workflow that reports
 * late. Announcements do not supersede, and what has been decided stays decided.
 */
export async function supersede(
  trx: Transaction<DB>,
  run: RunRow,
  causedBy: string,
): Promise<{ readonly superseded: boolean; readonly told: readonly Told[] }> {
  if (run.repository_key === null || run.issue_number === null)
    return { superseded: false, told: [] }
  await acceptDispatch(trx, run.delivery_id)
  const siblings = await trx
    .selectFrom('runs')
    .select(['id', 'status', 'started_at', 'finished_at', 'created_at'])
    .where('repository_key', '=', run.repository_key)
    .where('issue_number', '=', run.issue_number)
    .where('id', '!=', run.id)
    .orderBy('id')
    .forUpdate()
    .execute()
  const mine = timed(run)
  if (siblings.some((row) => row.status !== 'notified' && compareRuns(timed(row), mine) > 0))
    return { superseded: true, told: [] }

  const told: Told[] = []
  for (const row of siblings) {
    const from = readStatus(row)
    if (!isOpen(from) && from !== 'needs_human') continue
    if (compareRuns(timed(row), mine) > 0) continue
    told.push(
      ...(await endAsSuperseded(
        trx,
        { id: runId(row.id), from },
        { because: `attempt ${run.attempt} took over`, causedBy },
      )),
    )
  }
  await withdrawDispatches(trx, run)
  return { superseded: false, told }
}

export async function endAsSuperseded(
  trx: Transaction<DB>,
  run: { readonly id: RunId; readonly from: Status },
  { because, causedBy }: { readonly because: string; readonly causedBy: string },
): Promise<readonly Told[]> {
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
      // What was begun is not taken back below, and is watched until it is settled (clockwork rule
      // 10).
      due_at: sql`case when exists (
        select from effects where effects.run_id = runs.id and settled_at is null and tries > 0) then now() + interval '60 seconds' end`,
    })
    .where('id', '=', run.id)
    .execute()
  await withdrawEffects(trx, run.id, 'a newer run took over')
  const closed = await trx
    .updateTable('escalations')
    .set({
      state: 'closed',
      answered_at: sql`now()`,
      answer: JSON.stringify({ by: 'service', because }),
    })
    .where('run_id', '=', run.id)
    .where('state', '=', 'open')
    .returning('id')
    .execute()
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
      ({ id }): Told => ({
        kind: 'escalation',
        runId: run.id,
        escalationId: id,
        because,
        causedBy,
      }),
    ),
  ]
}

/**
 * Takes back what a run wanted done and no try has begun: once begun it may have happened, and is
 * looked up instead. A dispatch is taken back unless it is being tried now: what an earlier try of
 * it started reports by itself, and a later one would start an attempt that nobody wants any more.
 */
export async function withdrawEffects(
  trx: Transaction<DB>,
  of: RunId,
  because: string,
): Promise<void> {
  await trx
    .updateTable('effects')
    .set({ state: 'replaced', because, settled_at: sql`now()`, next_try_at: null })
    .where('run_id', '=', of)
    .where('settled_at', 'is', null)
    .where(({ or, and, eb }) =>
      or([eb('tries', '=', 0), and([eb('kind', '=', 'dispatch'), notInHand(eb)])]),
    )
    .execute()
}

const notInHand = (eb: ExpressionBuilder<DB, 'effects'>) =>
  eb.or([eb('trying_until', 'is', null), eb('trying_until', '<', sql<Date>`now()`)])

/**
 * A dispatch that nobody accepted yet is withdrawn when another run of its issue arrives (its
 * number stays used). One that is being tried at that moment is left to its performer, which asks
 * again before it repeats it.
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
    .where(notInHand)
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
  if (withdrawn.length > 0) {
    await trx
      .updateTable('ordinals')
      .set({ withdrawn_at: sql`now()` })
      .where(
        'delivery_id',
        'in',
        withdrawn.map(({ key }) => key.replace(/^dispatch:/, '')),
      )
      .execute()
  }
}

/**
 * The dispatch that this very run came from was accepted, whatever its answer said, or that of a
 * try nobody heard of again.
 */
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
