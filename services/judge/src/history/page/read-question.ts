import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { parsePrompt } from '../../judge/stored-prompt.ts'
import { loadBlobs } from './load-texts.ts'

/** The question that a model was asked, as it was stored; null where it is not kept any more. */
export async function readQuestion(db: Kysely<DB>, digest: string): Promise<string | null> {
  const text = (await loadBlobs(db, [digest])).get(digest)
  const prompt = text === undefined ? null : parsePrompt(text)
  return prompt === null ? null : `${prompt.system}\n\n${prompt.user}`
}
