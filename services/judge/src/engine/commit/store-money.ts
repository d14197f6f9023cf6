import { sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../../adapters/postgres/encode-jsonb.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { newId } from '../../lib/ids.ts'
import type { LoadedRun } from '../observe/load-run.ts'
import type { Observation } from '../observe/observe.ts'
import type { CommitInput } from './commit-input.ts'

/** The model by which the agent's tokens are listed among those of the judges. */
const AGENT = 'codex'

/** Whether there is something about the money of the issue to be stored. */
export const changesMoney = (
  { issue }: Pick<LoadedRun, 'issue'>,
  { money: reading }: Pick<Observation, 'money'>,
): boolean =>
  reading !== null &&
  (reading.agent !== null || reading.money.raisedUsd !== (issue?.money.raisedUsd ?? null))

/**
 * Stores what the run's agent used, counts its cost once, and stores what the labels of the issue
 * raise its budget to. The caller holds the issue's lock.
 *
 * Race: the unique index on the agent's row makes this safe against an older release, and the
 * version that `updateRun` compared against a second reconciliation.
 */
export async function storeMoney(
  trx: Transaction<DB>,
  { loaded, observation, step }: CommitInput,
): Promise<void> {
  const reading = observation.money
  const { repository, issueNumber } = loaded.run.claims
  if (step.kind === 'stay' || reading === null || repository === null || issueNumber === null)
    return
  const { agent, money } = reading
  if (agent !== null) {
    const { costUsd, usage, threads } = agent
    await trx
      .updateTable('runs')
      .set({
        agent_usage: usage === null ? null : encodeJsonb(usage),
        agent_threads: encodeJsonb(threads),
        cost_usd: sql<number>`cost_usd + ${costUsd ?? 0}::numeric`,
      })
      .where('id', '=', loaded.run.id)
      .execute()
    if (costUsd !== null)
      await trx
        .insertInto('spend')
        .values({
          id: newId(),
          kind: 'agent',
          run_id: loaded.run.id,
          repository_key: repository.toLowerCase(),
          issue_number: issueNumber,
          model: AGENT,
          reserved_usd: costUsd,
          settled_usd: costUsd,
        })
        .execute()
  }
  if (money.raisedUsd === (loaded.issue?.money.raisedUsd ?? null)) return
  await trx
    .updateTable('issues')
    .set({ raised_usd: money.raisedUsd })
    .where('repository_key', '=', repository.toLowerCase())
    .where('issue_number', '=', issueNumber)
    .execute()
}
