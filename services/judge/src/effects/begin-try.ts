import { sql, type Transaction } from 'kysely'
import { type EffectRow, readEffect } from '../adapters/postgres/effect-rows.ts'
import { readStatus } from '../adapters/postgres/rows.ts'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { EffectKind } from '../decide/effect.ts'
import { instant } from '../lib/instant.ts'
import { isOpen } from '../run/lifecycle.ts'
import { runId } from '../run/run.ts'
import { type Begun, nudge, type PerformDeps } from './perform-deps.ts'

/**
 * What is asked for inside our own walls goes on while a repository is only observed: the question
 * to the model is part of deciding.
 */
const INWARD: ReadonlySet<EffectKind> = new Set(['ask', 'remember'])
/** What a pause holds back; everything else goes on, waits too. */
const PAUSED: ReadonlySet<EffectKind> = new Set(['ask', 'dispatch'])

/**
 * Puts the next try of an effect on record, or gives null: it is settled, not due, held back, or in
 * somebody else's hands. The row is committed before any request is sent, so that a try nobody ever
 * answered is known to have been made.
 */
export async function beginTry(deps: PerformDeps, effectId: string): Promise<Begun | null> {
  return transact(deps.db, async (trx) => {
    const row = await trx
      .selectFrom('effects')
      .selectAll()
      .select(sql<Date>`now()`.as('now'))
      .where('id', '=', effectId)
      .where('settled_at', 'is', null)
      .where('next_try_at', '<=', sql<Date>`now()`)
      .where(({ or, eb }) =>
        or([eb('trying_until', 'is', null), eb('trying_until', '<', sql<Date>`now()`)]),
      )
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
    return {
      state: 'skipped',
      because: 'mode: observe',
      settled_at: sql<Date>`now()`,
      next_try_at: null,
    }
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
  const unwanted = await nobodyWants(trx, row, kind)
  if (unwanted !== null) {
    deps.counted(kind, 'replaced')
    return { state: 'replaced', because: unwanted, settled_at: sql<Date>`now()`, next_try_at: null }
  }
  if (kind !== 'status') return null
  // Two performers that began at once would not see each other's tries. A statement of its own:
  // what the other committed is seen only by statements that begin after it.
  await sql`select pg_advisory_xact_lock(hashtextextended(${row.object}, ${OBJECT_SEED}))`.execute(
    trx,
  )
  const others = await trx
    .selectFrom('effects')
    .select(['sequence', 'trying_until'])
    .where('object', '=', row.object)
    .where('id', '!=', row.id)
    .where(({ or, eb }) =>
      or([eb('sequence', '>', row.sequence), eb('trying_until', '>', sql<Date>`now()`)]),
    )
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
  // An older one is in flight: whichever is sent last must be the newest, so this one goes after
  // it.
  if (others.length > 0)
    return { next_try_at: sql<Date>`now() + interval '500 milliseconds'`, settled_at: null }
  return null
}

/** Keeps the locks of objects apart from those of issues, which are hashed with 0. */
const OBJECT_SEED = 2_106_004

/** Why nobody waits for what is to be done any more; null: somebody does. */
async function nobodyWants(
  trx: Transaction<DB>,
  row: EffectRow,
  kind: EffectKind,
): Promise<string | null> {
  const run = await trx
    .selectFrom('runs')
    .select(['status', 'repository_key', 'issue_number'])
    .where('id', '=', row.run_id)
    .executeTakeFirstOrThrow()
  if (kind === 'ask')
    return isOpen(readStatus(run)) ? null : 'the run has ended, and no answer changes that'
  if (kind !== 'dispatch') return null
  // It was being tried when another run of the issue arrived, and so could not be withdrawn
  // (correlate/lineage).
  const newer = await trx
    .selectFrom('runs')
    .select('attempt')
    .where('repository_key', '=', run.repository_key)
    .where('issue_number', '=', run.issue_number)
    .where('id', '!=', row.run_id)
    .where('created_at', '>', row.created_at)
    .where('status', 'not in', ['notified', 'superseded'])
    .executeTakeFirst()
  return newer ? `another run of the issue arrived (attempt ${newer.attempt})` : null
}
