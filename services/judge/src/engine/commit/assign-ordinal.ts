import { sql, type Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Step } from '../../decide/step.ts'
import type { LoadedRun } from '../observe/load-run.ts'

/** The attempt number that a dispatch announces was taken since the run was loaded. */
export class OrdinalTakenError extends Error {}

/**
 * Assigns the announced attempt number to each planned dispatch. The caller holds the issue's lock.
 * A number is a row, unique in its issue, so that no run and no other dispatch can get it. Rejects
 * with `OrdinalTakenError` if it is not the issue's next number any more.
 */
export async function assignOrdinal(
  trx: Transaction<DB>,
  { loaded, step }: { loaded: LoadedRun; step: Step },
): Promise<void> {
  for (const { effect } of step.effects) {
    if (effect.kind !== 'dispatch') continue
    const { repository, issueNumber, ordinal, deliveryId } = effect.task
    const updated = await trx
      .updateTable('issues')
      .set({ last_ordinal: ordinal })
      .where('repository_key', '=', repository.toLowerCase())
      .where('issue_number', '=', issueNumber)
      .where('last_ordinal', '=', sql<number>`${ordinal} - 1`)
      .executeTakeFirst()
    if (updated.numUpdatedRows === 0n)
      throw new OrdinalTakenError(
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
