import { type Kysely, sql, type Transaction } from 'kysely'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { lockIssue } from '../correlate/issue-lock.ts'
import { type AskBudget, findExceededBudget } from '../judge/cost.ts'
import { newId } from '../lib/ids.ts'
import type { RunId } from '../run/run.ts'

/** The run, repository and issue whose budgets a call counts against. */
export interface Payer {
  readonly runId: RunId
  readonly repository: string
  readonly issueNumber: number
}

export type Reservation =
  | { readonly kind: 'reserved'; readonly id: string }
  | { readonly kind: 'over'; readonly because: string }

/**
 * Reserves `usd` for one call, or says which budget it exceeds. Two calls can never both take the
 * last of a budget: the locks of the issue and of the repository's day are taken, in this order,
 * before anything is added up.
 *
 * A reservation that an earlier try of the run left unsettled has no answer, and may have been paid
 * for, so it is settled here at its worst case. If its answer arrives later, `settleSpend` corrects
 * the amount.
 */
export async function reserve(
  db: Kysely<DB>,
  payer: Payer,
  {
    usd,
    model,
    money,
  }: { readonly usd: number; readonly model: string; readonly money: AskBudget },
): Promise<Reservation> {
  const key = payer.repository.toLowerCase()
  return transact(db, async (trx) => {
    await lockIssue(trx, payer.repository, payer.issueNumber)
    await sql`
      select pg_advisory_xact_lock(hashtextextended(
        'spend ' || ${key} || ' ' || (now() at time zone 'utc')::date::text, 0))`.execute(trx)
    const open = await trx
      .selectFrom('spend')
      .select(['id', 'reserved_usd'])
      .where('run_id', '=', payer.runId)
      .where('settled_usd', 'is', null)
      .execute()
    for (const { id, reserved_usd } of open)
      await settleSpend(trx, payer.runId, { id, usd: Number(reserved_usd) })
    const spent = await trx
      .selectFrom('spend')
      .select([
        sum(sql<boolean>`run_id = ${payer.runId}`).as('run'),
        sum(sql<boolean>`issue_number = ${payer.issueNumber}`).as('issue'),
        sum(sql<boolean>`day = (now() at time zone 'utc')::date`).as('repositoryDay'),
      ])
      .where('repository_key', '=', key)
      .executeTakeFirstOrThrow()
    const because = findExceededBudget(
      usd,
      {
        run: Number(spent.run),
        issue: Number(spent.issue),
        repositoryDay: Number(spent.repositoryDay),
      },
      money,
    )
    if (because !== null) return { kind: 'over', because }
    const id = newId()
    await trx
      .insertInto('spend')
      .values({
        id,
        run_id: payer.runId,
        repository_key: key,
        issue_number: payer.issueNumber,
        model,
        reserved_usd: usd,
      })
      .execute()
    return { kind: 'reserved', id }
  })
}

const sum = (which: ReturnType<typeof sql<boolean>>) =>
  sql<number>`coalesce(sum(coalesce(settled_usd, reserved_usd)) filter (where ${which}), 0)`

/**
 * Replaces the reserved amount by the actual cost, in `spend` and on the run. Settling twice
 * corrects the amount and adds nothing.
 */
export async function settleSpend(
  trx: Transaction<DB>,
  run: RunId,
  spent: { readonly id: string; readonly usd: number },
): Promise<void> {
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
}
