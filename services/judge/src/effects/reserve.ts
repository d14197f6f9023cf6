import { type Kysely, sql, type Transaction } from 'kysely'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { lockIssue } from '../correlate/issue-lock.ts'
import { type AskBudget, type ExceededBudget, findExceededBudget } from '../judge/cost.ts'
import { newId } from '../lib/ids.ts'
import type { RunId } from '../run/run.ts'

/** The run, repository and issue whose budgets a call counts against. */
export interface Payer {
  readonly runId: RunId
  readonly repository: string
  readonly issueNumber: number
}

export type Reservation = (
  | { readonly kind: 'reserved'; readonly id: string }
  | ({ readonly kind: 'over' } & ExceededBudget)
) & {
  /** The calls whose answers never came, which were settled with this reservation. */
  readonly abandoned: readonly { readonly model: string; readonly usd: number }[]
}

/**
 * Reserves `usd` for one call, or says which budget it exceeds. Two calls can never both take the
 * last of a budget: the locks of the issue and of the repository's day are taken, in this order,
 * before anything is added up.
 *
 * A reservation that an earlier try left unsettled has no answer, and may have been paid for, so it
 * is settled here at its worst case; another question of the run may still be on its way. If its
 * answer arrives later, `settleSpend` corrects the amount.
 */
export async function reserve(
  db: Kysely<DB>,
  payer: Payer,
  call: {
    readonly effectId: string
    readonly usd: number
    readonly model: string
    readonly money: AskBudget
  },
): Promise<Reservation> {
  const { effectId, usd, model, money } = call
  const key = payer.repository.toLowerCase()
  return transact(db, async (trx) => {
    await lockIssue(trx, payer.repository, payer.issueNumber)
    await sql`
      select pg_advisory_xact_lock(hashtextextended(
        'spend ' || ${key} || ' ' || (now() at time zone 'utc')::date::text, 0))`.execute(trx)
    const abandoned = await settleAbandoned(trx, payer.runId, effectId)
    const spent = await trx
      .selectFrom('spend')
      .select([
        sum(sql<boolean>`run_id = ${payer.runId}`).as('run'),
        sum(sql<boolean>`issue_number = ${payer.issueNumber}`).as('issue'),
        sum(sql<boolean>`day = (now() at time zone 'utc')::date`).as('repositoryDay'),
      ])
      .where('repository_key', '=', key)
      // All that any of the sums needs, so that old days of other issues are not read.
      .where(({ or, eb }) =>
        or([
          eb('issue_number', '=', payer.issueNumber),
          eb('day', '=', sql<string>`(now() at time zone 'utc')::date`),
        ]),
      )
      .executeTakeFirstOrThrow()
    const exceeded = findExceededBudget(
      usd,
      {
        run: Number(spent.run),
        issue: Number(spent.issue),
        repositoryDay: Number(spent.repositoryDay),
      },
      money,
    )
    if (exceeded !== null) return { kind: 'over', ...exceeded, abandoned }
    const id = newId()
    await trx
      .insertInto('spend')
      .values({
        id,
        run_id: payer.runId,
        effect_id: effectId,
        repository_key: key,
        issue_number: payer.issueNumber,
        model,
        reserved_usd: usd,
      })
      .execute()
    return { kind: 'reserved', id, abandoned }
  })
}

/**
 * Settles the reservations of the run that no try in flight stands behind. Rows of older releases
 * name no effect.
 */
async function settleAbandoned(
  trx: Transaction<DB>,
  run: RunId,
  effectId: string,
): Promise<Reservation['abandoned']> {
  const open = await trx
    .selectFrom('spend')
    .leftJoin('effects', 'effects.id', 'spend.effect_id')
    .select(['spend.id', 'spend.model', 'spend.reserved_usd'])
    .where('spend.run_id', '=', run)
    .where('spend.settled_usd', 'is', null)
    .where(({ or, eb }) =>
      or([
        eb('effects.id', 'is', null),
        eb('effects.id', '=', effectId),
        eb(sql<boolean>`coalesce(effects.trying_until <= now(), true)`, '=', true),
      ]),
    )
    .execute()
  const abandoned = open.map(({ id, model, reserved_usd }) => ({
    ...{ id, model },
    usd: Number(reserved_usd),
  }))
  for (const spent of abandoned) await settleSpend(trx, run, spent)
  return abandoned
}

const sum = (which: ReturnType<typeof sql<boolean>>) =>
  sql<number>`coalesce(sum(coalesce(settled_usd, reserved_usd)) filter (where ${which}), 0)`

/**
 * Replaces the reserved amount by the actual cost, in `spend` and on the run. Settling twice
 * corrects the amount and adds nothing. Returns true if it was not settled before.
 */
export async function settleSpend(
  trx: Transaction<DB>,
  run: RunId,
  spent: { readonly id: string; readonly usd: number },
): Promise<boolean> {
  const row = await trx
    .selectFrom('spend')
    .select('settled_usd')
    .where('id', '=', spent.id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  await trx
    .updateTable('spend')
    .set({ settled_usd: spent.usd })
    .where('id', '=', spent.id)
    .execute()
  const difference = spent.usd - Number(row.settled_usd ?? 0)
  await trx
    .updateTable('runs')
    .set({ cost_usd: sql`cost_usd + ${difference}::numeric` })
    .where('id', '=', run)
    .execute()
  return row.settled_usd === null
}
