import { type Selectable, sql, type Transaction } from 'kysely'
import { type EffectRow, readEffect } from '../adapters/postgres/effect-rows.ts'
import { isLeaseFree } from '../adapters/postgres/lease-free.ts'
import { readStatus } from '../adapters/postgres/rows.ts'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB, Runs } from '../adapters/postgres/types.generated.ts'
import { type Admission, admitTry, type TryFacts } from '../decide/admit-try.ts'
import type { EffectKind } from '../decide/effect.ts'
import { toInstant } from '../lib/instant.ts'
import { toRunId } from '../run/run.ts'
import { nudgeRun } from './nudge-run.ts'
import type { PerformDeps, StartedTry } from './perform-deps.ts'

/**
 * Commits the next try of an effect, or returns null: the effect is settled, not due, held back, or
 * being tried by another worker. The try is on record before its request is sent, so that a try
 * without an answer is known to have been made.
 */
export async function beginTry(deps: PerformDeps, effectId: string): Promise<StartedTry | null> {
  const begun = await transact(deps.db, async (trx): Promise<BegunTry | null> => {
    const row = await lockDueEffect(trx, effectId)
    if (row === null) return null
    const { kind } = readEffect(row)
    const admission = admitTry(await readTryFacts(trx, row, deps))
    if (admission.kind === 'admit') {
      const { started, endsUnanswered } = await insertTry(trx, row, deps.leaseSeconds)
      return { kind, started, outcome: endsUnanswered ? 'unknown' : null }
    }
    await storeRejection(trx, row, admission)
    const outcomes = { hold: null, skip: 'skipped', replace: 'replaced' }
    return { kind, started: null, outcome: outcomes[admission.kind] }
  })
  if (begun !== null && begun.outcome !== null) deps.onOutcome(begun.kind, begun.outcome)
  return begun?.started ?? null
}

interface BegunTry {
  readonly kind: EffectKind
  /** Null: the effect is not tried now. */
  readonly started: StartedTry | null
  /** How the effect, or the try before this one, has ended by that; null: nothing has ended. */
  readonly outcome: string | null
}

type DueEffect = EffectRow & { readonly now: Date }

async function lockDueEffect(trx: Transaction<DB>, effectId: string): Promise<DueEffect | null> {
  const row = await trx
    .selectFrom('effects')
    .selectAll()
    .select(sql<Date>`now()`.as('now'))
    .where('id', '=', effectId)
    .where('settled_at', 'is', null)
    .where('next_try_at', '<=', sql<Date>`now()`)
    .where(isLeaseFree('trying_until'))
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  return row ?? null
}

async function insertTry(
  trx: Transaction<DB>,
  row: DueEffect,
  leaseSeconds: number,
): Promise<{ readonly started: StartedTry; readonly endsUnanswered: boolean }> {
  const unanswered = await trx
    .updateTable('effect_tries')
    .set({ ended_at: sql`now()`, outcome: 'unknown', error: 'no answer was received' })
    .where('effect_id', '=', row.id)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  const number = row.tries + 1
  await trx.insertInto('effect_tries').values({ effect_id: row.id, number }).execute()
  const endsUnanswered = unanswered.numUpdatedRows > 0n
  const afterUnknown = endsUnanswered || row.state === 'unknown'
  await trx
    .updateTable('effects')
    .set({
      tries: number,
      state: afterUnknown ? 'unknown' : 'pending',
      trying_until: sql`now() + make_interval(secs => ${leaseSeconds})`,
      give_up_at: row.give_up_at ?? sql`now() + make_interval(secs => ${row.patience_ms / 1000})`,
    })
    .where('id', '=', row.id)
    .execute()
  const first = await trx
    .selectFrom('effect_tries')
    .select('started_at')
    .where('effect_id', '=', row.id)
    .where('number', '=', 1)
    .executeTakeFirst()
  const now = toInstant(row.now)
  const effectTry = {
    effectId: row.id,
    runId: toRunId(row.run_id),
    number,
    createdAt: toInstant(row.created_at),
    firstTriedAt: first ? toInstant(first.started_at) : now,
    afterUnknown,
    now,
  }
  return { started: { row, effect: readEffect(row), effectTry }, endsUnanswered }
}

/** Writes why the effect is not tried now, and nudges a run that waits for it in vain. */
async function storeRejection(
  trx: Transaction<DB>,
  row: DueEffect,
  admission: Exclude<Admission, { kind: 'admit' }>,
): Promise<void> {
  if (admission.kind === 'hold') {
    const { because, wait } = admission
    await trx
      .updateTable('effects')
      .set({
        ...(because === null ? {} : { because }),
        next_try_at: sql<Date>`now() + make_interval(secs => ${wait / 1000})`,
      })
      .where('id', '=', row.id)
      .execute()
    return
  }
  await trx
    .updateTable('effects')
    .set({
      state: admission.kind === 'skip' ? 'skipped' : 'replaced',
      because: admission.because,
      settled_at: sql<Date>`now()`,
      next_try_at: null,
    })
    .where('id', '=', row.id)
    .execute()
  await nudgeRun(trx, row)
}

/** Reads what `admitTry` needs to know about this kind of effect, and nothing else. */
async function readTryFacts(
  trx: Transaction<DB>,
  row: DueEffect,
  deps: PerformDeps,
): Promise<TryFacts> {
  const effect = readEffect(row)
  const { kind } = effect
  const run = await trx
    .selectFrom('runs')
    .select(['repository', 'repository_key', 'issue_number', 'status'])
    .where('id', '=', row.run_id)
    .executeTakeFirstOrThrow()
  const facts: TryFacts = {
    kind,
    mode: deps.getMode(run.repository),
    runStatus: readStatus(run),
    isProbe: effect.kind === 'ask' && effect.probe === true,
    pauseReason: null,
    newerAttempt: null,
    hasNewerValue: false,
    isOlderInFlight: false,
  }
  if (kind === 'ask') return { ...facts, pauseReason: await findPause(trx, run) }
  if (kind === 'dispatch')
    return {
      ...facts,
      pauseReason: await findPause(trx, run),
      newerAttempt: await findNewerAttempt(trx, row, run),
    }
  // Several effects set the same object to a value: a commit status, or the text of a message.
  if (row.object !== row.key) return { ...facts, ...(await readRivals(trx, row)) }
  return facts
}

type IssueOfRun = Pick<Selectable<Runs>, 'repository' | 'repository_key' | 'issue_number'>

/** The reason of an open pause of everything, of the repository, or of the issue. */
async function findPause(trx: Transaction<DB>, run: IssueOfRun): Promise<string | null> {
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
  return pause?.reason ?? null
}

async function findNewerAttempt(
  trx: Transaction<DB>,
  row: DueEffect,
  run: IssueOfRun,
): Promise<number | null> {
  const newer = await trx
    .selectFrom('runs')
    .select('attempt')
    .where('repository_key', '=', run.repository_key)
    .where('issue_number', '=', run.issue_number)
    .where('id', '!=', row.run_id)
    .where('created_at', '>', row.created_at)
    .where('status', 'not in', ['notified', 'superseded'])
    .executeTakeFirst()
  return newer?.attempt ?? null
}

/** Keeps the locks of objects apart from those of issues, which are hashed with 0. */
const OBJECT_LOCK_SEED = 2_106_004

/**
 * The other effects for the same object, read under a lock of the object.
 *
 * Race: two workers that begin at the same time would not see each other's tries. The lock is a
 * separate statement because a statement does not see what was committed after it began.
 */
async function readRivals(
  trx: Transaction<DB>,
  row: DueEffect,
): Promise<Pick<TryFacts, 'hasNewerValue' | 'isOlderInFlight'>> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${row.object}, ${OBJECT_LOCK_SEED}))`.execute(trx)
  const others = await trx
    .selectFrom('effects')
    .select('sequence')
    .where('object', '=', row.object)
    .where('id', '!=', row.id)
    .where(({ or, eb }) =>
      or([eb('sequence', '>', row.sequence), eb('trying_until', '>', sql<Date>`now()`)]),
    )
    .execute()
  const hasNewerValue = others.some(({ sequence }) => sequence > row.sequence)
  return { hasNewerValue, isOlderInFlight: others.length > 0 && !hasNewerValue }
}
