import type { Transaction } from 'kysely'
import { closeEscalations } from '../../adapters/postgres/close-escalations.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { HistoryEntry } from '../../correlate/append-history.ts'
import type { EndStep, EscalationDraft } from '../../decide/step.ts'
import { newId } from '../../lib/ids.ts'
import { toIso } from '../../lib/instant.ts'
import type { Reason } from '../../run/reasons.ts'
import type { CommitInput } from './commit-input.ts'

/**
 * Records how a run ended: closes the question that was open, inserts the decision with the receipt
 * of what it was made from, and opens the question that it asks a person, if any. Returns the
 * history entry of that question.
 */
export async function insertDecision(
  trx: Transaction<DB>,
  input: CommitInput,
  step: EndStep,
): Promise<readonly HistoryEntry[]> {
  const { loaded, observation, by } = input
  const { facts, policy } = observation
  await trx
    .with('closed', (query) =>
      closeEscalations(query, loaded.run.id, { by, because: step.because }),
    )
    .insertInto('decisions')
    .values({
      id: newId(),
      run_id: loaded.run.id,
      outcome: step.status,
      reason: step.reason,
      because: step.because,
      by_actor: by,
      policy_version: policy.version,
      commit_sha: facts.run.commitSha,
      receipt: JSON.stringify({ evidence: step.evidence, policy, nextOrdinal: facts.nextOrdinal }),
    })
    .execute()
  return step.escalation === null
    ? []
    : [await insertEscalation(trx, input, { ...step.escalation, reason: step.reason })]
}

async function insertEscalation(
  trx: Transaction<DB>,
  { loaded: { run }, causedBy }: CommitInput,
  escalation: EscalationDraft & { readonly reason: Reason },
): Promise<HistoryEntry> {
  const id = newId()
  await trx
    .insertInto('escalations')
    .values({
      id,
      run_id: run.id,
      type: escalation.type,
      reason: escalation.reason,
      question: escalation.question,
      options: JSON.stringify(escalation.options),
      recommendation: escalation.recommendation,
      remind_at: toIso(escalation.remindAt),
      deadline_at: toIso(escalation.deadline),
    })
    .execute()
  return {
    kind: 'escalation',
    runId: run.id,
    escalationId: id,
    because: escalation.question,
    causedBy,
  }
}
