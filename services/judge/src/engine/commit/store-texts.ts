import { type Kysely, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { TextBlob } from '../../decide/step.ts'

/**
 * Stores texts by their digest, each once. An old one that exists already gets a new `created_at`:
 * retention removes old texts, and must not remove one that this transaction refers to. A text that
 * is new enough is not touched, so that transactions with a text in common do not wait for each
 * other.
 */
export async function storeTexts(db: Kysely<DB>, texts: readonly TextBlob[]): Promise<void> {
  if (texts.length === 0) return
  const byDigest = new Map(texts.map(({ digest, content }) => [digest, content]))
  await sql`
    insert into blobs (digest, content)
    select digest, content
      from unnest(${[...byDigest.keys()]}::text[], ${[...byDigest.values()]}::text[])
        as given (digest, content)
     where not exists (
       select from blobs
        where blobs.digest = given.digest and blobs.created_at > now() - interval '1 hour')
     order by digest
    on conflict (digest) do update set created_at = now()`.execute(db)
}
