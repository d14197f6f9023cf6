import { type Kysely, sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../../adapters/postgres/encode-jsonb.ts'
import { transact } from '../../adapters/postgres/transact.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { appendHistory, type HistoryEntry } from '../../correlate/append-history.ts'
import { lockIssues } from '../../correlate/issue-lock.ts'
import type { EndStep, Step, WaitStep } from '../../decide/step.ts'
import { addMillis, toIso } from '../../lib/instant.ts'
import { isOpen, mayMove } from '../../run/lifecycle.ts'
import type { LoadedRun } from '../observe/load-run.ts'
import { assignOrdinal } from './assign-ordinal.ts'
import type { CommitInput } from './commit-input.ts'
import { followEscalation, reopenRun } from './follow-escalation.ts'
import { insertDecision } from './insert-decision.ts'
import { insertEffects, retryEffect } from './insert-effects.ts'
import { toObservedColumns } from './observed-columns.ts'
import { askQuestion } from './open-escalation.ts'
import { storeFacts, storeGateResults, storeHead, storeIssueText } from './store-facts.ts'
import { storeFlakes } from './store-flakes.ts'
import { changesMoney, storeMoney } from './store-money.ts'
import { withdrawDispatch } from './withdraw-dispatch.ts'

export type CommitResult =
  | {
      readonly kind: 'committed'
      /** Ids of the effects that may start at once. */
      readonly effects: readonly string[]
      /** True if the run must be reconciled again at once: something was recorded meanwhile. */
      readonly dueAgain: boolean
    }
  /** The run was changed since it was loaded, so nothing was written: reconcile it again. */
  | { readonly kind: 'lost' }

/**
 * Writes a step in one transaction: the run, by compare-and-swap on its version; the facts it was
 * decided from; the effects it plans; the decision with its question to a person, if it ends the
 * run; and the history entries. So no decision exists without its effects, and no effect without
 * its decision.
 *
 * Rejects with `OrdinalTakenError` if a planned dispatch announces an attempt number that another
 * run has taken meanwhile, and with `EscalationResolvedError` if the question that the run waits
 * for was resolved meanwhile.
 */
export async function commit(db: Kysely<DB>, input: CommitInput): Promise<CommitResult> {
  const { loaded } = input
  return transact(db, async (trx) => {
    const { repository, issueNumber } = loaded.run.claims
    // Attempts, lineage and money change only under the issue's lock; a plain wait changes none.
    if (changesIssue(input) && repository !== null && issueNumber !== null)
      await lockIssues(trx, [{ repository, issueNumber }])
    return commitInTransaction(trx, input)
  })
}

/** As `commit`, inside the caller's transaction. The caller holds the issue's lock. */
export async function commitInTransaction(
  trx: Transaction<DB>,
  input: CommitInput,
): Promise<CommitResult> {
  const { loaded, step } = input
  const updated = await updateRun(trx, input)
  if (updated === null) return { kind: 'lost' }
  if (step.kind === 'end' && step.mover === 'github') await withdrawDispatch(trx, input, step)
  await storeFacts(trx, input)
  if (step.kind === 'end') await insertDecision(trx, input, step)
  await storeGateResults(trx, input)
  await storeHead(trx, input)
  await storeIssueText(trx, input)
  await storeFlakes(trx, input)
  await storeMoney(trx, input)
  await assignOrdinal(trx, input)
  const followed = step.kind === 'stay' ? [] : await followEscalation(trx, input, step)
  const opened = step.kind === 'end' ? await askQuestion(trx, input, step) : null
  const effects = await insertEffects(trx, input, opened?.omittedMessage ?? null)
  if (step.kind !== 'wait' && step.retry !== null) effects.push(await retryEffect(trx, step.retry))
  if (step.kind === 'wait' && (step.mover === 'recovery' || step.mover === 'github'))
    await reopenRun(trx, loaded.run.id)
  const entries: HistoryEntry[] = [
    ...followed,
    ...(opened?.entries ?? []),
    ...toTransitionEntries(input),
  ]
  if (step.kind === 'stay' && step.reminded)
    await trx
      .updateTable('escalations')
      .set({ remind_at: null })
      .where('run_id', '=', loaded.run.id)
      .where('state', '=', 'open')
      .execute()
  await appendHistory(trx, entries)
  return { kind: 'committed', effects, dueAgain: updated.dueAgain }
}

const changesIssue = ({ loaded, observation, step }: CommitInput): boolean => {
  if (step.kind === 'end' || changesMoney(loaded, observation)) return true
  const retries = step.kind === 'stay' && step.retry !== null
  return retries || step.effects.some(({ effect }) => effect.kind === 'dispatch')
}

/**
 * Updates the run, or returns null if its version has changed since it was loaded.
 *
 * A step that ends the run or plans effects also requires the nudge counter it has seen. Otherwise
 * it would overrule, for good, a push that was recorded while the run was being observed. A plain
 * wait may commit over a changed counter; the run is then due again at once.
 */
async function updateRun(
  trx: Transaction<DB>,
  { loaded, step, observation }: CommitInput,
): Promise<{ readonly dueAgain: boolean } | null> {
  const { run } = loaded
  const needsSameNudges = step.kind === 'end' || step.effects.length > 0
  const status = step.kind === 'stay' ? run.status : step.status
  const isSameStatus = status === run.status
  const due = sql<Date | null>`${computeDueAt(step, loaded)}::timestamptz`
  const columns = {
    status,
    version: sql<number>`version + 1`,
    updated_at: sql<Date>`now()`,
    looking_until: null,
    ...{ fault: null, faults: 0, equal_faults: 0 },
    ...(isSameStatus ? {} : { status_since: sql<Date>`now()` }),
    // What was recorded meanwhile, and moved the counter, is still to be compared.
    reconsider_at:
      step.kind === 'stay' && step.reconsiders
        ? sql<Date | null>`reconsider_at`
        : sql<Date | null>`case when nudges <> ${run.nudges} then reconsider_at end`,
    // Race: a signal recorded while the run was leased moved `due_at` below the lease's end (see
    // `leaseRun`), and that request must survive this update. A changed counter makes the run due
    // at once. An end needs neither: it cannot commit over a changed counter, and leaves nothing to
    // poll.
    due_at:
      step.kind === 'end'
        ? due
        : sql<Date | null>`case when nudges <> ${run.nudges} then now()
            when due_at < looking_until then least(${due}, due_at) else ${due} end`,
    ...(step.kind === 'stay' ? {} : toObservedColumns(observation, loaded)),
    ...(step.kind === 'wait' ? toWaitColumns(step, loaded) : {}),
    ...(step.kind === 'end' ? toEndColumns(step, loaded) : {}),
  }
  const row = await trx
    .updateTable('runs')
    .set(columns)
    .where('id', '=', run.id)
    .where('version', '=', run.version)
    .$if(needsSameNudges, (query) => query.where('nudges', '=', run.nudges))
    .returning(sql<boolean>`coalesce(due_at <= now(), false)`.as('dueAgain'))
    .executeTakeFirst()
  return row ?? null
}

/**
 * When to reconcile the run again without any signal: as the step says, or after a minute while one
 * of its effects is not settled, in case the wakeup of its settlement is lost. Null: time alone
 * changes nothing any more.
 */
function computeDueAt(step: Step, { effects, now }: LoadedRun): string | null {
  const at = step.kind === 'end' ? (step.escalation?.remindAt ?? null) : step.pollAt
  if (at !== null) return toIso(at)
  const hasUnsettled =
    step.effects.some(({ skip }) => skip === null) ||
    effects.some(({ state }) => state === 'pending' || state === 'unknown')
  return hasUnsettled ? toIso(addMillis(now, UNSETTLED_POLL_MS)) : null
}

const UNSETTLED_POLL_MS = 60_000

/** A run that is judged again has no outcome yet. */
const clearedOutcome = {
  reason: null,
  reason_text: null,
  cause_reason: null,
  decision: null,
  confidence: null,
}

function toWaitColumns(step: WaitStep, { run }: LoadedRun) {
  const isSameWait =
    step.status === run.status &&
    run.waitingFor.some(({ what }) => what === step.waitingFor[0]?.what)
  return {
    ...(isOpen(run.status) ? {} : clearedOutcome),
    waiting_for: encodeJsonb(step.waitingFor),
    deadline_at: toIso(step.deadline),
    ...(step.status === 'waiting_for_ci'
      ? { ci_awaited_at: sql<Date>`coalesce(ci_awaited_at, now())` }
      : {}),
    // The polls made in this wait; another status, or another thing to wait for, counts from 1.
    looks: isSameWait ? sql<number>`looks + 1` : 1,
  }
}

const toEndColumns = (step: EndStep, { run }: LoadedRun) => ({
  reason: step.reason,
  reason_text: step.because,
  cause_reason: step.causeReason,
  waiting_for: '[]',
  deadline_at: step.escalation === null ? null : toIso(step.escalation.deadline),
  decision: step.decision,
  confidence: step.confidence,
  ...(step.nextPrompt === null ? {} : { next_prompt: step.nextPrompt }),
  // Ends that follow an earlier decision (silence, a failed dispatch) do not change what was
  // judged.
  ...(isOpen(run.status)
    ? {
        failure_fingerprint: step.fingerprint,
        attempt_record: step.record === null ? null : encodeJsonb(step.record),
        uptake: step.uptake.length === 0 ? null : encodeJsonb(step.uptake),
        attempts_used: step.attemptsUsed,
        decided_at: sql<Date>`now()`,
      }
    : {}),
})

function toTransitionEntries({
  loaded,
  observation,
  step,
  causedBy,
}: CommitInput): readonly HistoryEntry[] {
  const { run } = loaded
  if (step.kind === 'stay' || step.status === run.status) return []
  if (!mayMove(run.status, step.status, step.mover))
    throw new TypeError(
      `no step may move a run from ${run.status} to ${step.status} by ${step.mover}`,
    )
  return [
    {
      kind: 'run',
      runId: run.id,
      from: run.status,
      to: step.status,
      reason: step.kind === 'end' ? step.reason : null,
      because: step.because,
      causedBy,
      policyVersion: observation.policy.version,
    },
  ]
}
