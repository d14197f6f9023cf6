import { sql, type Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Blob } from '../../decide/step.ts'

/**
 * Writes texts, each once. One that is there already becomes young again: retention takes only old
 * ones, and must not take what this very transaction is about to refer to.
 */
export async function keepTexts(trx: Transaction<DB>, texts: readonly Blob[]): Promise<void> {
  for (const { digest, content } of texts) {
    await trx
      .insertInto('blobs')
      .values({ digest, content })
      .onConflict((conflict) =>
        conflict
          .column('digest')
          .doUpdateSet({ created_at: sql`now()` })
          .where('blobs.created_at', '<', sql<Date>`now() - interval '1 hour'`),
      )
      .execute()
  }
}
