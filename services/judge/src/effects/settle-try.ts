import { sql, type Transaction } from 'kysely'
import type { EffectRow } from '../adapters/postgres/effect-rows.ts'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { lockIssues } from '../correlate/issue-lock.ts'
import { Failure, isFailure, messageOf } from '../lib/failure.ts'
import type { Millis } from '../lib/instant.ts'
import { ANSWERS, type Begun, nudge, type PerformDeps } from './perform-deps.ts'
import type { Settlement } from './performer.ts'

/**
 * Writes an answer, and what follows from it, in one transaction; nothing where another try has
 * settled it meanwhile.
 */
export async function settleTry(
  deps: PerformDeps,
  begun: Begun,
  outcome: Settlement,
): Promise<void> {
  const { row, attempt } = begun
  const written = await transact(deps.db, async (trx) => {
    await lockOf(trx, row)
    const mine = await trx
      .updateTable('effects')
      .set({
        state: outcome.state,
        because: outcome.because,
        answer: outcome.answer === undefined ? null : JSON.stringify(outcome.answer),
        settled_at: sql`now()`,
        next_try_at: null,
        trying_until: null,
      })
      .where('id', '=', row.id)
      .where('settled_at', 'is', null)
      .where('tries', '=', attempt.number)
      .executeTakeFirst()
    await endTry(trx, attempt, { outcome: outcome.state, error: null })
    await sayNewestAgain(trx, row, attempt.number)
    if (mine.numUpdatedRows === 0n) return false
    await outcome.also?.(trx)
    await nudge(trx, row)
    return true
  })
  deps.trace.tell({ 'effect.outcome': written ? outcome.state : 'overtaken' })
  if (!written) return
  deps.counted(begun.effect.kind, outcome.state)
  deps.log.info(
    {
      event: 'effect',
      kind: begun.effect.kind,
      run: row.run_id,
      effect: row.id,
      state: outcome.state,
      tries: attempt.number,
      because: outcome.because,
    },
    `${begun.effect.kind}: ${outcome.because}`,
  )
  if (ANSWERS[begun.effect.kind]) deps.ring([row.run_id])
}

/**
 * Writes a failure, and when to try again or that it is over. `error` null: the process stops; the
 * try ends as unknown and the next one looks first.
 */
export async function failTry(deps: PerformDeps, begun: Begun, error: unknown): Promise<void> {
  const { row, attempt, effect } = begun
  const failure = isFailure(error) ? error : null
  const text = await deps.mask(
    error === null ? 'the service stopped before the answer' : messageOf(error),
  )
  const unknown = error === null || failure?.kind === 'unknown'
  const final = failure?.kind === 'refused' || failure?.kind === 'forbidden'
  const failures = row.failures + (unknown ? 0 : 1)
  const wait = Math.max(backOff(unknown ? attempt.number : failures), failure?.retryAfter ?? 0)
  const gaveUp = await transact(deps.db, async (trx) => {
    await lockOf(trx, row)
    // What may have happened stays "may have happened" until somebody looked, whatever a later try
    // was answered.
    const open = unknown || attempt.afterUnknown ? 'unknown' : 'pending'
    const over =
      error === null
        ? sql<boolean>`false`
        : final
          ? sql<boolean>`true`
          : sql<boolean>`now() >= give_up_at`
    const mine = await trx
      .updateTable('effects')
      .set({
        failures,
        last_error: text,
        trying_until: null,
        state: sql<string>`case when ${over} then 'failed' else ${open} end`,
        because: sql<string>`case when ${over} then ${final ? text : `not reached within its patience: ${text}`} else because end`,
        settled_at: sql<Date | null>`case when ${over} then now() end`,
        // The last try is made when patience ends, not before: an outside that came back late is
        // still reached.
        next_try_at: sql<Date | null>`case when ${over} then null when ${error === null} then now()
          else least(now() + make_interval(secs => ${wait / 1000}), greatest(give_up_at, now() + interval '100 milliseconds')) end`,
      })
      .where('id', '=', row.id)
      .where('settled_at', 'is', null)
      .where('tries', '=', attempt.number)
      .returning('state')
      .executeTakeFirst()
    await endTry(trx, attempt, { outcome: unknown ? 'unknown' : 'failed', error: text })
    if (unknown) await sayNewestAgain(trx, row, attempt.number)
    if (mine?.state !== 'failed') return false
    await nudge(trx, row)
    return true
  })
  deps.log.warn(
    {
      event: 'effect_failed',
      kind: effect.kind,
      run: row.run_id,
      effect: row.id,
      tries: attempt.number,
      failure: failure?.kind ?? 'error',
      final: gaveUp,
      error: text,
    },
    `${effect.kind}: ${text}`,
  )
  const came = gaveUp ? 'failed' : unknown ? 'unknown' : 'retried'
  deps.counted(effect.kind, came)
  deps.trace.tell({ 'effect.outcome': came })
  deps.trace.failed(error ?? new Failure('unknown', text))
  if (gaveUp) deps.ring([row.run_id])
  else if (error !== null) deps.ringLater(row.id, wait + 20)
}

/** First again within 2 s, doubling to 60 s (contract section 9, "Retries"). */
const backOff = (failures: number): Millis =>
  Math.min(60_000, 1_000 * 2 ** Math.max(0, failures - 1))

const endTry = (
  trx: Transaction<DB>,
  attempt: Begun['attempt'],
  ended: { outcome: string; error: string | null },
) =>
  trx
    .updateTable('effect_tries')
    .set({ ended_at: sql`now()`, ...ended })
    .where('effect_id', '=', attempt.effectId)
    .where('number', '=', attempt.number)
    .where('ended_at', 'is', null)
    .execute()

/**
 * A try that outlived its lease may have set its old value over a newer one, which was sent as soon
 * as the lease was over. Nobody can tell which arrived last, so the newest is said once more.
 */
async function sayNewestAgain(trx: Transaction<DB>, row: EffectRow, number: number): Promise<void> {
  if (row.kind !== 'status') return
  await sql`
    update effects set state = 'pending', settled_at = null, next_try_at = now(), because = 'an older try ended after it'
     where object = ${row.object} and sequence > ${row.sequence} and state = 'done'
       and sequence = (select max(sequence) from effects where object = ${row.object})
       and settled_at > (select started_at from effect_tries where effect_id = ${row.id} and number = ${number})`.execute(
    trx,
  )
}

/** What touches attempts or money does so under the lock of its issue, taken first. */
async function lockOf(trx: Transaction<DB>, row: EffectRow): Promise<void> {
  if (row.kind !== 'ask' && row.kind !== 'dispatch') return
  const run = await trx
    .selectFrom('runs')
    .select(['repository', 'issue_number'])
    .where('id', '=', row.run_id)
    .executeTakeFirst()
  if (run?.repository && run.issue_number !== null)
    await lockIssues(trx, [{ repository: run.repository, issueNumber: run.issue_number }])
}
