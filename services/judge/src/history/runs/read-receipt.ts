import type { Kysely, Selectable, Transaction } from 'kysely'
import { readStatus } from '../../adapters/postgres/rows.ts'
import type { DB, Decisions, Json } from '../../adapters/postgres/types.generated.ts'
import { toInstant, toIso } from '../../lib/instant.ts'
import { asText, at, isObject, type JsonObject } from '../../lib/json.ts'
import {
  type Receipt,
  type RecordedDecision,
  sealDecision,
  sealReceipt,
} from '../../receipt/receipt.ts'
import { isOpen } from '../../run/lifecycle.ts'
import { formatIssueLabel } from '../../run/run.ts'
import { presentTransition } from './present-details.ts'

/**
 * The receipt of a run, as of one moment; null if there is no such run, or nothing was decided about
 * it. Decisions that were made before an upgrade, and whose parts retention has removed, are listed
 * without their parts.
 */
export const findReceipt = (db: Kysely<DB>, id: string): Promise<Receipt | null> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((trx) => readReceiptRows(trx, id))

async function readReceiptRows(trx: Transaction<DB>, id: string): Promise<Receipt | null> {
  const run = await trx
    .selectFrom('runs')
    .select(['id', 'repository', 'issue_number', 'attempt', 'status', 'pr_number'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (run === undefined) return null
  const decisions = await trx
    .selectFrom('decisions')
    .selectAll()
    .where('run_id', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute()
  if (decisions.length === 0 && isOpen(readStatus(run))) return null
  const texts = await trx
    .selectFrom('decision_parts')
    .innerJoin('blobs', 'blobs.digest', 'decision_parts.digest')
    .select(['blobs.digest', 'blobs.content', 'decision_parts.name'])
    .where('decision_parts.run_id', '=', id)
    .execute()
  const transitions = await trx
    .selectFrom('run_events')
    .selectAll()
    .where('run_id', '=', id)
    .where('kind', '=', 'run')
    .orderBy('seq')
    .execute()
  return sealReceipt({
    run: {
      id: run.id,
      issue: formatIssueLabel(run.repository, run.issue_number),
      attempt: run.attempt,
      status: run.status,
      prNumber: run.pr_number,
    },
    decisions: decisions.map(toRecordedDecision),
    parts: Object.fromEntries(
      texts.map(({ name, digest, content }) => [
        digest,
        name === 'diff' ? content : JSON.parse(content),
      ]),
    ),
    transitions: transitions.map(presentTransition),
  })
}

/** The digest is the one that was stored with the decision, so that a changed row is found. */
function toRecordedDecision(row: Selectable<Decisions>): Receipt['decisions'][number] {
  const stored = readStored(row.receipt)
  const decision: RecordedDecision = {
    id: row.id,
    decidedAt: asText(stored.decidedAt) ?? toIso(toInstant(row.at)),
    outcome: row.outcome,
    reason: row.reason,
    because: row.because,
    by: row.by_actor,
    commitSha: row.commit_sha,
    policyVersion: row.policy_version,
    release: asText(stored.release),
    judged: stored.judged === true,
    parts: readDigests(stored),
  }
  const digest = asText(stored.digest)
  return digest === null ? sealDecision(decision) : { ...decision, digest }
}

const readStored = (receipt: Json): JsonObject => {
  const plain = JSON.parse(JSON.stringify(receipt))
  return isObject(plain) ? plain : {}
}

const readDigests = (stored: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(at(stored, 'parts') ?? {}).flatMap(([name, digest]) =>
      typeof digest === 'string' ? [[name, digest]] : [],
    ),
  )
