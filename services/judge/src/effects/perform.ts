import { type Kysely, sql, type Transaction } from 'kysely'
import type { Logger } from 'pino'
import { type EffectRow, readEffect } from '../adapters/postgres/effect-rows.ts'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { lockIssues } from '../correlate/issue-lock.ts'
import type { Effect, EffectKind } from '../decide/effect.ts'
import { isFailure, messageOf } from '../lib/failure.ts'
import { instant, type Millis } from '../lib/instant.ts'
import type { Signal } from '../run/run.ts'
import { runId } from '../run/run.ts'
import type { Outcome, Performers, Try } from './performer.ts'

interface PerformDeps {
  readonly db: Kysely<DB>
  readonly log: Logger
  readonly performers: Performers
  readonly ring: (runIds: readonly string[]) => void
  readonly hold: (effectId: string) => Disposable
  readonly leaseSeconds: number
  /** `observe` where the policy only watches this repository. */
  readonly modeOf: (repository: string | null) => 'act' | 'observe'
  readonly mask: (text: string) => Promise<string>
  readonly counted: (kind: EffectKind, outcome: string) => void
}

/** What is asked for inside our own walls goes on while a repository is only observed: the question to the model is part of deciding. */
const INWARD: ReadonlySet<EffectKind> = new Set(['ask', 'remember'])
/** What a pause holds back; everything else goes on, waits too. */
const PAUSED: ReadonlySet<EffectKind> = new Set(['ask', 'dispatch'])
/** Effects whose answer a run waits for, and the signal it carries. */
const ANSWERS: Partial<Record<EffectKind, Signal>> = {
  ask: 'verdict',
  dispatch: 'effect',
  requestReview: 'effect',
  rerunChecks: 'effect',
}

/**
 * Does one effect, if it is still to be done and nobody else has it in hand. The row is the truth: a try is committed before its
 * request is sent, its answer is settled by the number of that try, and a try that was never answered is told to the performer,
 * which looks outside first.
 */
export function createPerform(deps: PerformDeps): (effectId: string, signal: AbortSignal) => Promise<void> {
  return async (effectId, signal) => {
    const begun = await begin(deps, effectId)
    if (begun === null) return
    using _lease = deps.hold(effectId)
    const attempt: Try = { ...begun.attempt, signal }
    const settled = await carryOut(deps.performers, begun.effect, attempt).then(
      (outcome) => ({ kind: 'answered' as const, outcome }),
      (error: unknown) => ({ kind: 'failed' as const, error }),
    )
    if (settled.kind === 'answered') await settle(deps, begun, settled.outcome)
    else await fail(deps, begun, signal.aborted ? null : settled.error)
  }
}

interface Begun {
  readonly row: EffectRow
  readonly effect: Effect
  readonly attempt: Omit<Try, 'signal'>
}

async function begin(deps: PerformDeps, effectId: string): Promise<Begun | null> {
  return transact(deps.db, async (trx) => {
    const row = await trx
      .selectFrom('effects')
      .selectAll()
      .select(sql<Date>`now()`.as('now'))
      .where('id', '=', effectId)
      .where('settled_at', 'is', null)
      .where('next_try_at', '<=', sql<Date>`now()`)
      .where(({ or, eb }) => or([eb('trying_until', 'is', null), eb('trying_until', '<', sql<Date>`now()`)]))
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (!row) return null
    const held = await heldBack(trx, row, deps)
    if (held !== null) {
      await trx.updateTable('effects').set(held).where('id', '=', effectId).execute()
      if (held.settled_at) await nudge(trx, row)
      return null
    }
    const unanswered = await trx
      .updateTable('effect_tries')
      .set({ ended_at: sql`now()`, outcome: 'unknown', error: 'no answer was ever seen' })
      .where('effect_id', '=', effectId)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    const number = row.tries + 1
    await trx.insertInto('effect_tries').values({ effect_id: effectId, number }).execute()
    const afterUnknown = unanswered.numUpdatedRows > 0n || row.state === 'unknown'
    const effect = readEffect(row)
    await trx
      .updateTable('effects')
      .set({
        tries: number,
        state: afterUnknown ? 'unknown' : 'pending',
        trying_until: sql`now() + make_interval(secs => ${deps.leaseSeconds})`,
        give_up_at: row.give_up_at ?? sql`now() + make_interval(secs => ${row.patience_ms / 1000})`,
      })
      .where('id', '=', effectId)
      .execute()
    const now = instant(row.now)
    const first = await trx
      .selectFrom('effect_tries')
      .select('started_at')
      .where('effect_id', '=', effectId)
      .where('number', '=', 1)
      .executeTakeFirst()
    return {
      row,
      effect,
      attempt: {
        effectId,
        runId: runId(row.run_id),
        number,
        createdAt: instant(row.created_at),
        firstTriedAt: first ? instant(first.started_at) : now,
        afterUnknown,
        now,
      },
    }
  })
}

/** Why an effect is not tried now, as the columns that say so; null: go on. */
async function heldBack(trx: Transaction<DB>, row: EffectRow, deps: PerformDeps) {
  const kind = readEffect(row).kind
  const run = await trx
    .selectFrom('runs')
    .select(['repository', 'issue_number'])
    .where('id', '=', row.run_id)
    .executeTakeFirstOrThrow()
  if (!INWARD.has(kind) && deps.modeOf(run.repository) === 'observe') {
    deps.counted(kind, 'skipped')
    return { state: 'skipped', because: 'mode: observe', settled_at: sql<Date>`now()`, next_try_at: null }
  }
  if (PAUSED.has(kind)) {
    const pause = await trx
      .selectFrom('pauses')
      .select('reason')
      .where('ended_at', 'is', null)
      .where(({ or, and, eb }) =>
        or([
          eb('repository_key', 'is', null),
          and([
            eb('repository_key', '=', (run.repository ?? '').toLowerCase()),
            or([eb('issue_number', 'is', null), eb('issue_number', '=', run.issue_number ?? -1)]),
          ]),
        ]),
      )
      .executeTakeFirst()
    if (pause)
      return {
        because: `paused: ${pause.reason}`,
        next_try_at: sql<Date>`now() + interval '5 seconds'`,
        settled_at: null,
      }
  }
  const others = await trx
    .selectFrom('effects')
    .select(['sequence', 'trying_until'])
    .where('object', '=', row.object)
    .where('id', '!=', row.id)
    .where(({ or, eb }) => or([eb('sequence', '>', row.sequence), eb('trying_until', '>', sql<Date>`now()`)]))
    .execute()
  if (others.some(({ sequence }) => sequence > row.sequence)) {
    deps.counted(kind, 'replaced')
    return {
      state: 'replaced',
      because: 'a newer wish for the same object',
      settled_at: sql<Date>`now()`,
      next_try_at: null,
    }
  }
  // An older one is in flight: whichever is sent last must be the newest, so this one goes after it.
  if (others.length > 0) return { next_try_at: sql<Date>`now() + interval '500 milliseconds'`, settled_at: null }
  return null
}

function carryOut(performers: Performers, effect: Effect, attempt: Try): Promise<Outcome> {
  switch (effect.kind) {
    case 'ask':
      return performers.ask.perform(effect, attempt)
    case 'dispatch':
      return performers.dispatch.perform(effect, attempt)
    case 'discord':
      return performers.discord.perform(effect, attempt)
    case 'status':
      return performers.status.perform(effect, attempt)
    case 'remember':
      return performers.remember.perform(effect, attempt)
    case 'requestReview':
      return performers.requestReview.perform(effect, attempt)
    case 'rerunChecks':
      return performers.rerunChecks.perform(effect, attempt)
    default:
      return effect satisfies never
  }
}

async function settle(deps: PerformDeps, begun: Begun, outcome: Outcome): Promise<void> {
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
    await endTry(trx, row.id, attempt.number, outcome.state === 'done' ? 'done' : 'skipped', null)
    if (mine.numUpdatedRows === 0n) return false
    await outcome.also?.(trx)
    await nudge(trx, row)
    return true
  })
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

/** `error` null: the process stops; the try ends as unknown and the next one looks first. */
async function fail(deps: PerformDeps, begun: Begun, error: unknown): Promise<void> {
  const { row, attempt, effect } = begun
  const failure = isFailure(error) ? error : null
  const text = await deps.mask(error === null ? 'the service stopped before the answer' : messageOf(error))
  const unknown = error === null || failure?.kind === 'unknown'
  const final = failure?.kind === 'refused' || failure?.kind === 'forbidden'
  const gaveUp = await transact(deps.db, async (trx) => {
    await lockOf(trx, row)
    const failures = row.failures + (unknown ? 0 : 1)
    const wait = Math.max(backOff(unknown ? attempt.number : failures), failure?.retryAfter ?? 0)
    // What may have happened stays "may have happened" until somebody looked, whatever a later try was answered.
    const open = unknown || attempt.afterUnknown ? 'unknown' : 'pending'
    const over = error === null ? sql<boolean>`false` : final ? sql<boolean>`true` : sql<boolean>`now() >= give_up_at`
    const mine = await trx
      .updateTable('effects')
      .set({
        failures,
        last_error: text,
        trying_until: null,
        state: sql<string>`case when ${over} then 'failed' else ${open} end`,
        because: sql<string>`case when ${over} then ${final ? text : `not reached within its patience: ${text}`} else because end`,
        settled_at: sql<Date | null>`case when ${over} then now() end`,
        // The last try is made when patience ends, not before: an outside that came back late is still reached.
        next_try_at: sql<Date | null>`case when ${over} then null when ${error === null} then now()
          else least(now() + make_interval(secs => ${wait / 1000}), greatest(give_up_at, now() + interval '100 milliseconds')) end`,
      })
      .where('id', '=', row.id)
      .where('settled_at', 'is', null)
      .where('tries', '=', attempt.number)
      .returning('state')
      .executeTakeFirst()
    await endTry(trx, row.id, attempt.number, unknown ? 'unknown' : 'failed', text)
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
  deps.counted(effect.kind, gaveUp ? 'failed' : unknown ? 'unknown' : 'retried')
  if (gaveUp) deps.ring([row.run_id])
}

/** First again within 2 s, doubling to 60 s (contract section 9, "Retries"). */
export const backOff = (failures: number): Millis => Math.min(60_000, 1_000 * 2 ** Math.max(0, failures - 1))

const endTry = (trx: Transaction<DB>, id: string, number: number, outcome: string, error: string | null) =>
  trx
    .updateTable('effect_tries')
    .set({ ended_at: sql`now()`, outcome, error })
    .where('effect_id', '=', id)
    .where('number', '=', number)
    .where('ended_at', 'is', null)
    .execute()

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

/** What came back is a fact: the run is to look again, and a decision made without it is not to be committed. */
async function nudge(trx: Transaction<DB>, row: EffectRow): Promise<void> {
  const signal = ANSWERS[readEffect(row).kind]
  if (!signal) return
  await trx
    .updateTable('runs')
    .set({ nudges: sql`nudges + 1`, due_at: sql`now()` })
    .where('id', '=', row.run_id)
    .execute()
}
