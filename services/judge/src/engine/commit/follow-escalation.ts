import { sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../../adapters/postgres/encode-jsonb.ts'
import { leaveEscalations, lockEscalations } from '../../adapters/postgres/leave-escalations.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { HistoryEntry } from '../../correlate/append-history.ts'
import type { EndStep, WaitStep } from '../../decide/step.ts'
import type { CommitInput } from './commit-input.ts'

/** The shared escalation was resolved since the run was loaded. */
export class EscalationResolvedError extends Error {}

/**
 * Takes a run that is moved on out of the escalation it waits for. If the step found out that their
 * shared cause is over, the escalation is resolved, and its other runs follow. Rejects with
 * `EscalationResolvedError` if it was resolved in another way meanwhile.
 */
export async function followEscalation(
  trx: Transaction<DB>,
  { loaded, by, causedBy }: CommitInput,
  step: EndStep | WaitStep,
): Promise<readonly HistoryEntry[]> {
  const { run, escalation, release } = loaded
  if (escalation === null && release === null) return []
  const resolved =
    step.recovers && escalation !== null
      ? [await resolveEscalation(trx, escalation.id, step.because)]
      : []
  await leaveEscalations(trx, run.id, { by, because: step.because })
  return resolved.map((escalationId) => ({
    kind: 'escalation',
    runId: run.id,
    escalationId,
    because: step.because,
    causedBy,
  }))
}

async function resolveEscalation(
  trx: Transaction<DB>,
  id: string,
  because: string,
): Promise<string> {
  const { group_key } = await trx
    .selectFrom('escalations')
    .select('group_key')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  if (group_key !== null) await lockEscalations(trx, group_key)
  const updated = await trx
    .updateTable('escalations')
    .set({
      state: 'closed',
      resolution: 'recovered',
      answered_at: sql<Date>`now()`,
      answer: encodeJsonb({ by: 'service', because }),
      probe_at: null,
      due_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (updated.numUpdatedRows === 0n)
    throw new EscalationResolvedError(`escalation ${id} was resolved meanwhile`)
  return id
}

/**
 * Prepares a run to be judged again after an outage: nothing that failed in the outage counts, what
 * a model answered does, and every wait starts now.
 */
export async function reopenRun(trx: Transaction<DB>, runId: string): Promise<void> {
  await trx
    .updateTable('verdicts')
    .set({ discounted_at: sql<Date>`now()` })
    .where('run_id', '=', runId)
    .where('discounted_at', 'is', null)
    .where('result', 'in', ['unavailable', 'budget'])
    .execute()
  await trx
    .updateTable('effects')
    .set({ state: 'replaced' })
    .where('run_id', '=', runId)
    .where('kind', '=', 'ask')
    .where('state', '=', 'failed')
    .execute()
  await trx
    .updateTable('runs')
    .set({
      completed_at: sql<Date | null>`case when completed_at is not null then now() end`,
      // A completion that was overdue is still overdue.
      status_since: sql<Date>`case when completed_at is null then created_at else now() end`,
      unreadable_since: '{}',
    })
    .where('id', '=', runId)
    .execute()
}
