import type { Kysely } from 'kysely'
import { newId } from '../../lib/ids.ts'
import { clip, sanitizeText } from '../../lib/text.ts'
import type { DB } from './types.generated.ts'

/** One thing that a person did. */
export interface AuditRecord {
  readonly actor: string
  readonly action: string
  readonly runId: string | null
  readonly escalationId: string | null
  readonly repository: string | null
  readonly issueNumber: number | null
  /** The person's words, masked. */
  readonly note: string | null
  readonly effect: string
}

const MAX_NOTE_CHARS = 4_000

/** Records what a person did, in the transaction in which it happens. */
export async function insertAudit(db: Kysely<DB>, record: AuditRecord): Promise<void> {
  const { note } = record
  const place = record.runId === null ? record : await findPlace(db, record.runId, record)
  await db
    .insertInto('audit')
    .values({
      id: newId(),
      actor: record.actor,
      action: record.action,
      run_id: record.runId,
      escalation_id: record.escalationId,
      repository: place.repository,
      issue_number: place.issueNumber,
      note: note === null || note.trim() === '' ? null : clip(sanitizeText(note), MAX_NOTE_CHARS),
      effect: record.effect,
    })
    .execute()
}

async function findPlace(
  db: Kysely<DB>,
  runId: string,
  given: Pick<AuditRecord, 'repository' | 'issueNumber'>,
): Promise<Pick<AuditRecord, 'repository' | 'issueNumber'>> {
  const run = await db
    .selectFrom('runs')
    .select(['repository', 'issue_number as issueNumber'])
    .where('id', '=', runId)
    .executeTakeFirst()
  return run ?? given
}
