import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { FactCache } from '../observe/fact-cache.ts'
import type { LoadedRun } from '../observe/load-run.ts'
import { insertFacts } from './store-facts.ts'
import { storeTexts } from './store-texts.ts'

/**
 * Stores what a reconciliation read, although its commit was lost: it belongs to a commit or to a
 * finished job, so it stays true, and the next reconciliation need not read it again.
 *
 * Race: two statements instead of one transaction, because it holds no lock of the run that a
 * decision would wait for.
 */
export async function storeReadings(
  db: Kysely<DB>,
  { loaded, cache }: { readonly loaded: LoadedRun; readonly cache: FactCache },
): Promise<void> {
  await storeTexts(db, cache.fresh.blobs)
  await insertFacts(db, { runId: loaded.run.id, now: loaded.now, facts: cache.fresh.facts })
}
