import type { Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { type ActInput, act } from './act.ts'
import { type AnswerInput, answerEscalations } from './answer-escalations.ts'
import type { ActionResult, ApplyActionDeps } from './apply-action.ts'

interface RerunInput {
  readonly repository: string
  readonly issueNumber: number
  readonly prompt: string
  /** The run whose next attempt this is; null: the newest run of the issue. */
  readonly runId: string | null
  readonly actor: string
}

/**
 * What people do to runs. Each operation is recorded like any event, decided by a pure function,
 * and committed in the caller's transaction, which also stores the response that the person got.
 */
export function createOperations(deps: ApplyActionDeps) {
  return {
    act: (input: ActInput, trx: Transaction<DB>) => act(trx, deps, input),
    rerun: (input: RerunInput, trx: Transaction<DB>) => rerun(trx, deps, input),
    answer: (input: AnswerInput, trx: Transaction<DB>) => answerEscalations(trx, deps, input),
  }
}

async function rerun(
  trx: Transaction<DB>,
  deps: ApplyActionDeps,
  { repository, issueNumber, prompt, runId, actor }: RerunInput,
): Promise<ActionResult> {
  const run = await trx
    .selectFrom('runs')
    .select('id')
    .where('repository_key', '=', repository.toLowerCase())
    .where('issue_number', '=', issueNumber)
    .$if(runId !== null, (query) => query.where('id', '=', runId))
    .$if(runId === null, (query) => query.where('status', 'not in', ['notified', 'superseded']))
    .orderBy('attempt', 'desc')
    .executeTakeFirst()
  if (!run) return { kind: 'not_found' }
  return act(trx, deps, { runId: run.id, action: { kind: 'rerun', prompt, note: null }, actor })
}
