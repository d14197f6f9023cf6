import { type Kysely, sql, type Transaction } from 'kysely'
import { transact } from '../../adapters/postgres/transact.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { appendHistory, type Told } from '../../correlate/history.ts'
import { lockIssues } from '../../correlate/issue-lock.ts'
import type { End, Step } from '../../decide/step.ts'
import { newId } from '../../lib/ids.ts'
import { after, iso } from '../../lib/instant.ts'
import { isOpen, type Mover, mayMove, type Status } from '../../run/lifecycle.ts'
import type { Loaded } from '../observe/load.ts'
import { giveAnnounced } from './announce.ts'
import type { Committing } from './committing.ts'
import { insertWishes } from './insert-effects.ts'
import { seenColumns } from './observed-columns.ts'
import { keepFreshFacts, keepGates, keepHead, keepIssueText } from './store-facts.ts'

export type Committed =
  | { readonly kind: 'committed'; readonly effects: readonly string[]; readonly again: boolean }
  /**
   * Somebody recorded or committed something since the run was read: look again, never overwrite.
   */
  | { readonly kind: 'lost' }

/**
 * Writes a step: the run (compare-and-swap), its transition, what was seen, and what is to be done,
 * all in one transaction. A decision without its effects, or an effect without its decision, cannot
 * exist.
 */
export async function commit(db: Kysely<DB>, committing: Committing): Promise<Committed> {
  const { loaded, step } = committing
  return transact(db, async (trx) => {
    const { repository, issueNumber } = loaded.run.claims
    // Attempts and lineage change only under the issue's lock; a plain wait touches neither.
    if (touchesIssue(step) && repository !== null && issueNumber !== null)
      await lockIssues(trx, [{ repository, issueNumber }])
    return commitIn(trx, committing)
  })
}

/** The same inside a transaction of the caller's, who holds the issue's lock. */
export async function commitIn(trx: Transaction<DB>, committing: Committing): Promise<Committed> {
  const { loaded, step } = committing
  const moved = await move(trx, committing)
  if (moved === null) return { kind: 'lost' }
  await keepFreshFacts(trx, committing)
  await keepGates(trx, committing)
  await keepHead(trx, committing)
  await keepIssueText(trx, committing)
  await giveAnnounced(trx, committing)
  const effects = await insertWishes(trx, committing)
  const told: Told[] = [
    ...(step.kind === 'end' ? await conclude(trx, committing, step) : []),
    ...transition(committing),
  ]
  if (step.kind === 'stay' && step.reminded)
    await trx
      .updateTable('escalations')
      .set({ remind_at: null })
      .where('run_id', '=', loaded.run.id)
      .where('state', '=', 'open')
      .execute()
  await appendHistory(trx, told)
  return { kind: 'committed', effects, again: moved.again }
}

const touchesIssue = (step: Step): boolean =>
  step.kind === 'end' || step.wishes.some(({ effect }) => effect.kind === 'dispatch')

/**
 * Moves the run if nobody else has since it was read. A step that ends it or acts commits only over
 * the very nudges it has seen: otherwise a push that was already recorded would be overruled for
 * good. A plain wait may commit over a moved counter, and then looks again at once.
 */
async function move(
  trx: Transaction<DB>,
  committing: Committing,
): Promise<{ again: boolean } | null> {
  const { loaded, step, observation } = committing
  const { run } = loaded
  const acts = step.kind === 'end' || step.wishes.length > 0
  const status = step.kind === 'stay' ? run.status : step.status
  const same = status === run.status
  const due = sql<Date | null>`${nextDue(step, loaded)}::timestamptz`
  const columns = {
    status,
    version: sql<number>`version + 1`,
    updated_at: sql<Date>`now()`,
    looking_until: null,
    ...(same ? {} : { status_since: sql<Date>`now()` }),
    // Over a moved counter it is due at once, which an end cannot get here over; and what was asked
    // for while we looked (load.ts, `lease`) still holds, unless there is nothing left to look for.
    due_at:
      step.kind === 'end'
        ? due
        : sql<Date | null>`case when nudges <> ${run.nudges} then now()
            when due_at < looking_until then least(${due}, due_at) else ${due} end`,
    ...(step.kind === 'stay' ? {} : seenColumns(observation, loaded)),
    ...(step.kind === 'wait'
      ? {
          ...(isOpen(run.status) ? {} : undecided),
          waiting_for: JSON.stringify(step.waitingFor),
          deadline_at: iso(step.deadline),
          // Looks taken in this very wait: another status, or another thing to wait for, begins
          // anew.
          looks:
            same && run.waitingFor.some(({ what }) => what === step.waitingFor[0]?.what)
              ? sql<number>`looks + 1`
              : 1,
        }
      : {}),
    ...(step.kind === 'end' ? endColumns(step, loaded) : {}),
  }
  const row = await trx
    .updateTable('runs')
    .set(columns)
    .where('id', '=', run.id)
    .where('version', '=', run.version)
    .$if(acts, (query) => query.where('nudges', '=', run.nudges))
    .returning(sql<boolean>`coalesce(due_at <= now(), false)`.as('again'))
    .executeTakeFirst()
  return row ?? null
}

/**
 * When to look again where nothing happens: as the step says, and every minute while something the
 * run wants done is not settled, so that a settlement whose nudge went astray is found. Null: there
 * is nothing left that time could change.
 */
function nextDue(step: Step, { effects, now }: Loaded): string | null {
  const at = step.kind === 'end' ? (step.escalation?.remindAt ?? null) : step.lookAt
  if (at !== null) return iso(at)
  const unsettled =
    step.wishes.some(({ skip }) => skip === null) ||
    effects.some(({ state }) => state === 'pending' || state === 'unknown')
  return unsettled ? iso(after(now, UNSETTLED_LOOK)) : null
}

const UNSETTLED_LOOK = 60_000

/** A run that is judged again has no outcome. */
const undecided = {
  reason: null,
  reason_text: null,
  cause_reason: null,
  decision: null,
  confidence: null,
}

const endColumns = (step: End, { run }: Loaded) => ({
  reason: step.reason,
  reason_text: step.because,
  cause_reason: step.causeReason,
  waiting_for: '[]',
  deadline_at: step.escalation === null ? null : iso(step.escalation.deadline),
  decision: step.decision,
  confidence: step.confidence,
  ...(step.nextPrompt === null ? {} : { next_prompt: step.nextPrompt }),
  // What was judged stays judged: an end that follows from silence or a failed dispatch adds
  // nothing to the work's record.
  ...(isOpen(run.status)
    ? {
        failure_fingerprint: step.fingerprint,
        attempts_used: step.attemptsUsed,
        decided_at: sql<Date>`now()`,
      }
    : {}),
})

/** The decision's own row, and the question it asks. */
async function conclude(
  trx: Transaction<DB>,
  { loaded, observation, by, causedBy }: Committing,
  step: End,
): Promise<readonly Told[]> {
  const { run } = loaded
  const { facts, policy } = observation
  await trx
    .with('closed', (query) =>
      query
        .updateTable('escalations')
        .set({
          state: 'closed',
          answered_at: sql`now()`,
          answer: JSON.stringify({ by, because: step.because }),
        })
        .where('run_id', '=', run.id)
        .where('state', '=', 'open'),
    )
    .insertInto('decisions')
    .values({
      id: newId(),
      run_id: run.id,
      outcome: step.status,
      reason: step.reason,
      because: step.because,
      by_actor: by,
      policy_version: policy.version,
      commit_sha: facts.run.commitSha,
      receipt: JSON.stringify({ evidence: step.evidence, policy, nextOrdinal: facts.nextOrdinal }),
    })
    .execute()
  if (step.escalation === null) return []
  const id = newId()
  const { escalation } = step
  await trx
    .insertInto('escalations')
    .values({
      id,
      run_id: run.id,
      type: escalation.type,
      reason: step.reason,
      question: escalation.question,
      options: JSON.stringify(escalation.options),
      recommendation: escalation.recommendation,
      remind_at: iso(escalation.remindAt),
      deadline_at: iso(escalation.deadline),
    })
    .execute()
  return [
    { kind: 'escalation', runId: run.id, escalationId: id, because: escalation.question, causedBy },
  ]
}

function transition({ loaded, step, causedBy, by }: Committing): readonly Told[] {
  const { run } = loaded
  if (step.kind === 'stay' || step.status === run.status) return []
  const mover = by === 'service' ? moverOf(step, run.status) : 'person'
  if (!mayMove(run.status, step.status, mover))
    throw new TypeError(`no step may move a run from ${run.status} to ${step.status} by ${mover}`)
  return [
    {
      kind: 'run',
      runId: run.id,
      from: run.status,
      to: step.status,
      reason: step.kind === 'end' ? step.reason : null,
      because: step.because,
      causedBy,
    },
  ]
}

function moverOf(step: Exclude<Step, { kind: 'stay' }>, from: Status): Mover {
  if (step.kind === 'wait') return 'wait'
  if (step.reason === 'completion_missing' || step.reason === 'unanswered') return 'silence'
  return from === 'needs_iteration' ? 'dispatch' : 'decision'
}
