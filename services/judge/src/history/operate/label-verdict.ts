import { type Kysely, sql } from 'kysely'
import { insertAudit } from '../../adapters/postgres/audit.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { describeAuditedAction } from '../../text/action-effect.ts'
import { createNotFoundProblem } from '../http/query.ts'
import type { LabelView } from '../http/run-page-schemas.ts'
import { formatTime } from '../runs/present-run.ts'
import type { IdempotentResponse } from './idempotency.ts'

interface LabelRequest {
  readonly runId: string
  readonly verdictId: string
  readonly label: { readonly right: boolean; readonly note: string | null; readonly by: string }
}

/** Stores whether a person agrees with a verdict. Throws `not_found` if the run has none of it. */
export async function labelVerdict(
  trx: Kysely<DB>,
  { runId, verdictId, label }: LabelRequest,
): Promise<IdempotentResponse> {
  const verdict = await trx
    .selectFrom('verdicts')
    .select('id')
    .where('id', '=', verdictId)
    .where('run_id', '=', runId)
    .executeTakeFirst()
  if (verdict === undefined) throw createNotFoundProblem()
  const values = { agrees: label.right, note: label.note, by_actor: label.by, at: sql<Date>`now()` }
  const { at } = await trx
    .insertInto('verdict_labels')
    .values({ verdict_id: verdictId, run_id: runId, ...values })
    .onConflict((conflict) => conflict.column('verdict_id').doUpdateSet(values))
    .returning('at')
    .executeTakeFirstOrThrow()
  await insertAudit(trx, {
    actor: label.by,
    action: 'label',
    runId,
    escalationId: null,
    repository: null,
    issueNumber: null,
    note: label.note,
    effect: describeAuditedAction({ kind: 'label', right: label.right }),
  })
  const view: LabelView = { ...label, at: formatTime(at) }
  return { status: 200, body: { ok: true, label: view } }
}
