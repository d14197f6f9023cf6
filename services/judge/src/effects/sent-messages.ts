import { type Kysely, sql } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { MessageRef, SentMessages } from './messenger.ts'

/** Looks up earlier messages in the rows of their effects. */
export function createSentMessages(db: Kysely<DB>): SentMessages {
  return {
    async find(key) {
      const row = await db
        .selectFrom('effects')
        .select(['state', 'because', 'answer'])
        .where('key', '=', key)
        .executeTakeFirst()
      if (row === undefined) return { kind: 'never', because: 'it was never planned' }
      if (row.state === 'pending' || row.state === 'unknown') return { kind: 'not_yet' }
      const message = row.state === 'done' ? readMessageRef(row.answer) : null
      return message === null
        ? { kind: 'never', because: row.because ?? row.state }
        : { kind: 'sent', message }
    },
    async isEditedLater({ key, effectId }) {
      const later = await sql`
        select 1 from effects later, effects this
         where this.id = ${effectId} and later.kind = 'discord' and later.payload->>'edits' = ${key}
           and (later.created_at, later.id) > (this.created_at, this.id)
         limit 1`.execute(db)
      return later.rows.length > 0
    },
  }
}

function readMessageRef(answer: unknown): MessageRef | null {
  if (
    typeof answer !== 'object' ||
    answer === null ||
    !('channelId' in answer) ||
    !('messageId' in answer)
  )
    return null
  const { channelId, messageId } = answer
  return typeof channelId === 'string' && typeof messageId === 'string'
    ? { channelId, messageId }
    : null
}
