import { sql, type Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Step } from '../../decide/step.ts'
import type { Loaded } from '../observe/load.ts'

/** The number a dispatch announces was taken by another since the run was read: look again. */
export class OrdinalTaken extends Error {}

/**
 * Gives the announced attempt number to the dispatch, under the lock of the issue that the caller
 * holds. A number is a row, unique in its issue, so that no run and no other dispatch can ever have
 * it.
 */
export async function giveAnnounced(
  trx: Transaction<DB>,
  { loaded, step }: { loaded: Loaded; step: Step },
): Promise<void> {
  for (const { effect } of step.wishes) {
    if (effect.kind !== 'dispatch') continue
    const { repository, issueNumber, ordinal, deliveryId } = effect.task
    const given = await trx
      .updateTable('issues')
      .set({ last_ordinal: ordinal })
      .where('repository_key', '=', repository.toLowerCase())
      .where('issue_number', '=', issueNumber)
      .where('last_ordinal', '=', sql<number>`${ordinal} - 1`)
      .executeTakeFirst()
    if (given.numUpdatedRows === 0n)
      throw new OrdinalTaken(
        `attempt ${ordinal} of ${loaded.run.claims.repository}#${issueNumber} is taken`,
      )
    await trx
      .insertInto('ordinals')
      .values({
        repository_key: repository.toLowerCase(),
        issue_number: issueNumber,
        ordinal,
        delivery_id: deliveryId,
      })
      .execute()
  }
}
