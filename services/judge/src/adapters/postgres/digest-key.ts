import type { Kysely } from 'kysely'
import type { DB } from './types.generated.ts'

/** The key of the digests of secrets, which its migration has created. */
export async function readDigestKey(db: Kysely<DB>): Promise<string> {
  const { key } = await db
    .selectFrom('digest_keys')
    .select('key')
    .where('name', '=', 'secrets')
    .executeTakeFirstOrThrow()
  return key
}
