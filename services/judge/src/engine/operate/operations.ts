import type { Transaction } from 'kysely'
import { insertAudit } from '../../adapters/postgres/audit.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { PersonAction } from '../../decide/decide-person-action.ts'
import { describeAuditedAction } from '../../text/action-effect.ts'
import { type ActInput, act } from './act.ts'
import { type AnswerInput, type AnswerResult, answerEscalations } from './answer-escalations.ts'
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
    act: (input: ActInput, trx: Transaction<DB>) => actAudited(trx, deps, input),
    rerun: (input: RerunInput, trx: Transaction<DB>) => rerun(trx, deps, input),
    answer: (input: AnswerInput, trx: Transaction<DB>) => answerAudited(trx, deps, input),
  }
}

async function actAudited(
  trx: Transaction<DB>,
  deps: ApplyActionDeps,
  { runId, action, actor }: ActInput,
): Promise<ActionResult> {
  const result = await act(trx, deps, { runId, action, actor })
  if (result.kind === 'accepted')
    await insertAudit(trx, {
      ...nowhere,
      actor,
      action: action.kind,
      runId,
      note: await deps.observeDeps.mask(readWords(action)),
      effect: describeAuditedAction(action),
    })
  return result
}

/** An answer is one act, however many runs it moves. */
async function answerAudited(
  trx: Transaction<DB>,
  deps: ApplyActionDeps,
  input: AnswerInput,
): Promise<ReadonlyMap<string, AnswerResult>> {
  const { option, actor } = input
  const results = await answerEscalations(trx, deps, input)
  const note = await deps.observeDeps.mask(input.note ?? '')
  for (const [escalationId, result] of results)
    if (result.kind === 'accepted')
      await insertAudit(trx, {
        ...nowhere,
        actor,
        action: 'answer',
        runId: result.runId,
        escalationId,
        note,
        effect: describeAuditedAction({ kind: 'answer', option }),
      })
  return results
}

/** The place follows from the run. */
const nowhere = { escalationId: null, repository: null, issueNumber: null }

const readWords = (action: PersonAction): string =>
  'reason' in action ? action.reason : 'prompt' in action ? (action.prompt ?? '') : ''

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
  return actAudited(trx, deps, {
    runId: run.id,
    action: { kind: 'rerun', prompt, note: null },
    actor,
  })
}
