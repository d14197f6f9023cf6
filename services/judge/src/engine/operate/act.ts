import { sql, type Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { lockIssueOfRun } from '../../correlate/lock-issue-of-run.ts'
import type { PersonAction } from '../../decide/decide-person-action.ts'
import { toInstant } from '../../lib/instant.ts'
import { loadRun } from '../observe/load-run.ts'
import { type ActionResult, type ApplyActionDeps, applyAction } from './apply-action.ts'

export interface ActInput {
  readonly runId: string
  readonly action: PersonAction
  readonly actor: string
}

/** Locks a run with its issue, and applies a person's action to it. */
export async function act(
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
