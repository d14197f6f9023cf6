import type { Transaction } from 'kysely'
import { encodeJsonb } from '../../adapters/postgres/encode-jsonb.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { EndStep } from '../../decide/step.ts'
import { newId } from '../../lib/ids.ts'
import type { CommitInput } from './commit-input.ts'
import { type OpenedEscalation, openEscalation } from './open-escalation.ts'

/**
 * Records how a run ended: inserts the decision with the receipt of what it was made from, and asks
 * the question that it ends with, if any.
 */
export async function insertDecision(
  trx: Transaction<DB>,
  input: CommitInput,
  step: EndStep,
): Promise<OpenedEscalation> {
  const { loaded, observation, by } = input
  const { facts, policy } = observation
  await trx
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
      receipt: encodeJsonb({ evidence: step.evidence, policy, nextOrdinal: facts.nextOrdinal }),
    })
    .execute()
  const { escalation } = step
  return escalation === null
    ? { entries: [], omittedMessage: null }
    : openEscalation(trx, input, { ...step, escalation })
}
