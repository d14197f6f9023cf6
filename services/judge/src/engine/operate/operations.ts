import { sql, type Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { lockIssueOfRun } from '../../correlate/lock-issue-of-run.ts'
import type { PersonAction } from '../../decide/decide-person-action.ts'
import { toInstant } from '../../lib/instant.ts'
import type { OptionId } from '../../text/question.ts'
import { loadRun } from '../observe/load-run.ts'
import { type ActionResult, type ApplyActionDeps, applyAction } from './apply-action.ts'

interface ActInput {
  readonly runId: string
  readonly action: PersonAction
  readonly actor: string
}

interface RerunInput {
  readonly repository: string
  readonly issueNumber: number
  readonly prompt: string
  /** The run whose next attempt this is; null: the newest run of the issue. */
  readonly runId: string | null
  readonly actor: string
}

interface AnswerInput {
  readonly escalationId: string
  readonly option: OptionId
  readonly note: string | null
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
    answer: (input: AnswerInput, trx: Transaction<DB>) => answer(trx, deps, input),
  }
}

async function act(
  trx: Transaction<DB>,
  deps: ApplyActionDeps,
  { runId, action, actor }: ActInput,
): Promise<ActionResult> {
  if (!(await lockIssueOfRun(trx, runId))) return { kind: 'not_found' }
  const { now, ...row } = await trx
    .selectFrom('runs')
    .selectAll()
    .select(sql<Date>`now()`.as('now'))
    .where('id', '=', runId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return deps.trace.runSpan(runId, 'act', async () => {
    const loaded = await loadRun(trx, row, toInstant(now))
    const result = await applyAction(trx, deps, { loaded, action, actor })
    deps.trace.setAttributes({ 'act.kind': action.kind, 'act.outcome': result.kind })
    return result
  })
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

async function answer(
  trx: Transaction<DB>,
  deps: ApplyActionDeps,
  { escalationId, option, note, actor }: AnswerInput,
): Promise<ActionResult> {
  const owner = await trx
    .selectFrom('escalations')
    .select('run_id')
    .where('id', '=', escalationId)
    .executeTakeFirst()
  if (!owner) return { kind: 'not_found' }
  // The issue is locked before the question, in the order of every other transaction that closes
  // one.
  await lockIssueOfRun(trx, owner.run_id)
  const question = await trx
    .selectFrom('escalations')
    .select('state')
    .where('id', '=', escalationId)
    .forUpdate()
    .executeTakeFirst()
  if (!question) return { kind: 'not_found' }
  if (question.state !== 'open')
    return { kind: 'conflict', because: `The question is already ${question.state}.` }
  const action = toPersonAction(option, note)
  const result = await act(trx, deps, { runId: owner.run_id, action, actor })
  if (result.kind !== 'accepted') return result
  await trx
    .updateTable('escalations')
    .set({
      state: 'answered',
      answered_at: sql`now()`,
      answer: JSON.stringify({ option, note, by: actor }),
    })
    .where('id', '=', escalationId)
    .execute()
  return result
}

function toPersonAction(option: OptionId, note: string | null): PersonAction {
  switch (option) {
    case 'rerun':
      return { kind: 'rerun', prompt: null, note }
    case 'resume':
      return { kind: 'resume' }
    case 'accept':
      return { kind: 'override', outcome: 'completed', reason: note ?? 'A person accepted it.' }
    case 'close':
      return { kind: 'override', outcome: 'closed', reason: note ?? 'A person closed it.' }
    default:
      return option satisfies never
  }
}
