import { sql, type Transaction } from 'kysely'
import type { EffectRow } from '../adapters/postgres/effect-rows.ts'
import { encodeJsonb } from '../adapters/postgres/encode-jsonb.ts'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { lockIssueOfRun } from '../correlate/lock-issue-of-run.ts'
import { Failure, type FailureKind, getErrorMessage, isFailure } from '../lib/failure.ts'
import type { Millis } from '../lib/instant.ts'
import type { UnreadableSource } from '../lib/known.ts'
import { isAwaited, nudgeRun } from './nudge-run.ts'
import type { PerformDeps, StartedTry } from './perform-deps.ts'
import type { EffectTry, Settlement } from './performer.ts'

/**
 * Stores the result of a try and everything that follows from it in one transaction. If another try
 * has settled the effect meanwhile, only the end of this try is recorded.
 */
export async function settleTry(
  deps: PerformDeps,
  { row, effect, effectTry }: StartedTry,
  settlement: Settlement,
): Promise<void> {
  const isSettled = await transact(deps.db, async (trx) => {
    await lockIssueIfShared(trx, row)
    const updated = await trx
      .updateTable('effects')
      .set({
        state: settlement.state,
        because: settlement.because,
        answer: settlement.answer === undefined ? null : encodeJsonb(settlement.answer),
        settled_at: sql`now()`,
        next_try_at: null,
        trying_until: null,
      })
      .where('id', '=', row.id)
      .where('settled_at', 'is', null)
      .where('tries', '=', effectTry.number)
      .executeTakeFirst()
    const outcome = settlement.state === 'replaced' ? 'skipped' : settlement.state
    await endTry(trx, effectTry, { outcome, error: null })
    await resendNewestValue(trx, row, effectTry.number)
    if (updated.numUpdatedRows === 0n) return false
    await settlement.alsoWrite?.(trx)
    await nudgeRun(trx, row)
    return true
  })
  deps.trace.setAttributes({ 'effect.outcome': isSettled ? settlement.state : 'overtaken' })
  if (!isSettled) return
  settlement.afterCommit?.()
  deps.onOutcome(effect.kind, settlement.state)
  deps.log.info(
    {
      event: 'effect',
      kind: effect.kind,
      run: row.run_id,
      effect: row.id,
      state: settlement.state,
      tries: effectTry.number,
      because: settlement.because,
    },
    `${effect.kind}: ${settlement.because}`,
  )
  if (isAwaited(effect.kind)) deps.wakeRuns([row.run_id])
}

/**
 * Stores a failure with the time of the next try, or gives the effect up. `error` null means that
 * the process is stopping: the try ends with an unknown result, and the next one looks it up first.
 */
export async function failTry(
  deps: PerformDeps,
  started: StartedTry,
  error: unknown,
): Promise<void> {
  const { row, effect, effectTry } = started
  const failed = await describeFailure(deps, started, error)
  const { text, isUnknown } = failed
  const state = await transact(deps.db, async (trx) => {
    await lockIssueIfShared(trx, row)
    const after = await updateFailedEffect(trx, started, failed)
    await endTry(trx, effectTry, { outcome: isUnknown ? 'unknown' : 'failed', error: text })
    if (isUnknown) await resendNewestValue(trx, row, effectTry.number)
    if (after === 'failed') await nudgeRun(trx, row)
    return after
  })
  const hasGivenUp = state === 'failed'
  // Refused credentials are a warning once for the whole system, and not for each effect.
  const level = failed.kind === 'forbidden' ? 'info' : 'warn'
  deps.log[level](
    {
      event: 'effect_failed',
      kind: effect.kind,
      run: row.run_id,
      effect: row.id,
      tries: effectTry.number,
      failure: failed.kind,
      final: hasGivenUp,
      error: text,
    },
    `${effect.kind}: ${text}`,
  )
  const outcome = hasGivenUp ? 'failed' : isUnknown ? 'unknown' : 'retried'
  deps.trace.setAttributes({ 'effect.outcome': state === null ? 'overtaken' : outcome })
  deps.trace.recordError(error ?? new Failure('unknown', text))
  if (state === null) return
  deps.onOutcome(effect.kind, outcome)
  if (hasGivenUp) deps.wakeRuns([row.run_id])
  else if (!failed.isStopping) deps.wakeEffectAfter(row.id, failed.wait + 20)
}

interface FailedTry {
  /** `error`: a fault of our own. */
  readonly kind: FailureKind | 'error'
  /** True if the receiver would refuse every request, not only this one. */
  readonly refusesAll: boolean
  readonly text: string
  /** The process stopped before the answer arrived. */
  readonly isStopping: boolean
  /** The request may have been carried out. */
  readonly isUnknown: boolean
  /** The same request would fail again. */
  readonly isFinal: boolean
  /** The system that had to be read before the request; null: it was not that which failed. */
  readonly unreadable: UnreadableSource | null
  /** The effect's failures, this one included; an unknown result does not count. */
  readonly failures: number
  readonly wait: Millis
}

async function describeFailure(
  { mask }: PerformDeps,
  { row, effectTry }: StartedTry,
  error: unknown,
): Promise<FailedTry> {
  const failure = isFailure(error) ? error : null
  const isStopping = error === null
  const isUnknown = isStopping || failure?.kind === 'unknown'
  const failures = row.failures + (isUnknown ? 0 : 1)
  return {
    kind: failure?.kind ?? 'error',
    refusesAll: failure?.refusesAll ?? false,
    text: await mask(
      isStopping ? 'the service stopped before the answer arrived' : getErrorMessage(error),
    ),
    isStopping,
    isUnknown,
    isFinal: failure?.kind === 'refused' || failure?.kind === 'forbidden',
    unreadable:
      failure === null || failure.system === null
        ? null
        : { system: failure.system, scope: failure.scope },
    failures,
    wait: Math.max(
      computeBackOff(isUnknown ? effectTry.number : failures),
      failure?.retryAfter ?? 0,
    ),
  }
}

/**
 * Updates the effect after a failed try. Returns its state: `failed` if it is given up for good;
 * null if another try has overtaken this one, so that nothing was changed.
 */
async function updateFailedEffect(
  trx: Transaction<DB>,
  { row, effectTry }: StartedTry,
  { kind, refusesAll, text, isStopping, isUnknown, isFinal, unreadable, failures, wait }: FailedTry,
): Promise<string | null> {
  // What may have happened once stays unknown until a try has looked it up, even if later tries
  // are answered.
  const openState = isUnknown || effectTry.afterUnknown ? 'unknown' : 'pending'
  const isOver = isStopping
    ? sql<boolean>`false`
    : isFinal
      ? sql<boolean>`true`
      : sql<boolean>`now() >= give_up_at`
  const reason = isFinal ? text : `not reached within its patience: ${text}`
  const updated = await trx
    .updateTable('effects')
    .set({
      failures,
      last_error: text,
      trying_until: null,
      state: sql<string>`case when ${isOver} then 'failed' else ${openState} end`,
      because: sql<string>`case when ${isOver} then ${reason} else because end`,
      failure: refusesAll ? 'forbidden' : kind === 'error' ? null : kind,
      ...(row.kind === 'dispatch' ? { answer: unreadable && encodeJsonb({ unreadable }) } : {}),
      settled_at: sql<Date | null>`case when ${isOver} then now() end`,
      // The last try is made when the patience ends and not before it, so that a system that comes
      // back late is still reached.
      next_try_at: sql<Date | null>`case when ${isOver} then null when ${isStopping} then now()
        else least(now() + make_interval(secs => ${wait / 1000}),
                   greatest(give_up_at, now() + interval '100 milliseconds')) end`,
    })
    .where('id', '=', row.id)
    .where('settled_at', 'is', null)
    .where('tries', '=', effectTry.number)
    .returning('state')
    .executeTakeFirst()
  return updated?.state ?? null
}

/**
 * The second try follows within 2 s; the waits double to 60 s (docs/contract.md, "Retries and
 * polling").
 */
const computeBackOff = (failures: number): Millis =>
  Math.min(60_000, 1_000 * 2 ** Math.max(0, failures - 1))

const endTry = (
  trx: Transaction<DB>,
  { effectId, number }: Omit<EffectTry, 'signal'>,
  ended: { readonly outcome: string; readonly error: string | null },
) =>
  trx
    .updateTable('effect_tries')
    .set({ ended_at: sql`now()`, ...ended })
    .where('effect_id', '=', effectId)
    .where('number', '=', number)
    .where('ended_at', 'is', null)
    .execute()

/**
 * Race: a try that outlived its lease may have set its old value over a newer one, which was sent
 * as soon as the lease had expired. Which of the two arrived last cannot be known, so the newest is
 * sent once more.
 */
async function resendNewestValue(
  trx: Transaction<DB>,
  row: EffectRow,
  number: number,
): Promise<void> {
  if (row.object === row.key) return
  await sql`
    update effects
       set state = 'pending', settled_at = null, next_try_at = now(),
           because = 'sent again: an older try ended after it'
     where object = ${row.object} and sequence > ${row.sequence} and state = 'done'
       and sequence = (select max(sequence) from effects where object = ${row.object})
       and settled_at > (
         select started_at from effect_tries where effect_id = ${row.id} and number = ${number})
    `.execute(trx)
}

/** Attempts and money are shared by the runs of an issue, so its lock comes first. */
async function lockIssueIfShared(trx: Transaction<DB>, row: EffectRow): Promise<void> {
  if (row.kind === 'ask' || row.kind === 'dispatch') await lockIssueOfRun(trx, row.run_id)
}
