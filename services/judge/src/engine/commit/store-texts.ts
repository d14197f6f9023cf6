import { sql, type Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { TextBlob } from '../../decide/step.ts'

/**
 * Stores texts by their digest, each once. An old one that exists already gets a new `created_at`:
 * retention removes old texts, and must not remove one that this transaction refers to.
 */
export async function storeTexts(trx: Transaction<DB>, texts: readonly TextBlob[]): Promise<void> {
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
