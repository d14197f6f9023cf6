import { type Kysely, sql } from 'kysely'
import { transact } from '../../adapters/postgres/transact.ts'
import type { DB, Json } from '../../adapters/postgres/types.generated.ts'
import { lockIssueOfRun } from '../../correlate/lock-issue-of-run.ts'
import { type OptionId, optionIds } from '../../text/question.ts'
import { act } from '../operate/act.ts'
import { toPersonAction } from '../operate/answer-escalations.ts'
import type { ActionResult, ApplyActionDeps } from '../operate/apply-action.ts'

/** Runs that get an answer in one go; the others follow a moment later. */
const MAX_RUNS = 20

/**
 * Applies a person's answer to the runs of a shared escalation that did not get it in the request
 * of the person, each in its own transaction. A run whose state does not allow it now stays among
 * them, and is tried again.
 */
export async function applyAnswers(
  db: Kysely<DB>,
  deps: ApplyActionDeps,
  escalationId: string,
): Promise<void> {
  const waiting = await db
    .selectFrom('escalation_runs')
    .innerJoin('escalations', 'escalations.id', 'escalation_id')
    .select(['escalation_runs.run_id', 'escalations.answer'])
    .where('escalation_id', '=', escalationId)
    .where('resolution', '=', 'answered')
    .where('left_at', 'is', null)
    // Those that were refused before come last.
    .orderBy(sql`random()`)
    .limit(MAX_RUNS)
    .execute()
  for (const { run_id, answer } of waiting) {
    const given = readAnswer(answer)
    if (given === null) return
    const result = await transact(db, async (trx): Promise<ActionResult | null> => {
      await lockIssueOfRun(trx, run_id)
      const still = await trx
        .selectFrom('escalation_runs')
        .select('run_id')
        .where('escalation_id', '=', escalationId)
        .where('run_id', '=', run_id)
        .where('left_at', 'is', null)
        .executeTakeFirst()
      if (still === undefined) return null
      return act(trx, deps, { runId: run_id, action: toPersonAction(given), actor: given.by })
    })
    if (result?.kind === 'accepted') result.afterCommit()
  }
}

function readAnswer(
  answer: Json | null,
): { readonly option: OptionId; readonly note: string | null; readonly by: string } | null {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return null
  const option = optionIds.find((id) => id === answer.option)
  const { note, by } = answer
  if (option === undefined || typeof by !== 'string') return null
  return { option, note: typeof note === 'string' ? note : null, by }
}
