import type { Transaction } from 'kysely'
import { leaveEscalations } from '../../adapters/postgres/leave-escalations.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { appendHistory } from '../../correlate/append-history.ts'
import { decidePersonAction, type PersonAction } from '../../decide/decide-person-action.ts'
import type { EndStep, Step } from '../../decide/step.ts'
import { maskStrings } from '../../lib/mask.ts'
import type { Trace } from '../../lib/trace.ts'
import type { Trigger } from '../../receipt/decision-record.ts'
import { commitInTransaction } from '../commit/commit.ts'
import { maskStep } from '../commit/mask-step.ts'
import { describeRun, traceEnd, traceStep } from '../commit/trace-step.ts'
import { emptyFactCache } from '../observe/fact-cache.ts'
import type { LoadedRun } from '../observe/load-run.ts'
import { type Observation, withoutObservation } from '../observe/observe.ts'
import type { ObserveDeps } from '../observe/observe-deps.ts'
import {
  grantMore,
  insertAction,
  restartRun,
  storeNextPrompt,
  takeOverDispatch,
  withdrawAnswers,
  withdrawPlannedEffects,
} from './action-writes.ts'
import { findOpenSibling, findWaitingDispatch, isDispatching } from './issue-attempts.ts'
import { type ActionPlan, planAction } from './plan-action.ts'

export interface ApplyActionDeps {
  readonly observeDeps: ObserveDeps
  readonly trace: Trace
  readonly wakeRuns: (ids: readonly string[]) => void
  readonly wakeEffects: (ids: readonly string[]) => void
  /** Called for every committed end, for the metrics. */
  readonly onDecided: (end: EndStep) => void
}

/** The result of an action. `afterCommit` must be called once the transaction is committed. */
export type ActionResult =
  | { readonly kind: 'accepted'; readonly runId: string; readonly afterCommit: () => void }
  | { readonly kind: 'conflict'; readonly because: string }
  | { readonly kind: 'not_found' }

/** Why nothing can be done to a run whose next attempt is being dispatched. */
export const DISPATCHING = 'The next attempt is being started right now; try again in a moment.'

interface ActionInput {
  readonly loaded: LoadedRun
  readonly action: PersonAction
  readonly actor: string
}

/**
 * Applies a person's action to a run, in the caller's transaction: decides what follows from it,
 * plans the writes, and writes them. The caller holds the locks of the issue and of the run.
 */
export async function applyAction(
  trx: Transaction<DB>,
  deps: ApplyActionDeps,
  input: ActionInput,
): Promise<ActionResult> {
  const { loaded, action, actor } = input
  const { run, row, now } = loaded
  deps.trace.setAttributes(describeRun(loaded))
  if (await isDispatching(trx, row))
    return {
      kind: 'conflict',
      because: DISPATCHING,
    }
  const observation = withoutObservation(loaded, deps.observeDeps)
  const { facts, policy } = observation
  const given = {
    action,
    actor,
    openSibling: await findOpenSibling(trx, row),
    storedPrompt: row.next_prompt,
  }
  const decided = decidePersonAction({ facts, policy, now, results: [] }, given)
  if (decided.kind === 'refused') return { kind: 'conflict', because: decided.because }
  const plan = planAction({
    action,
    decided,
    reason: run.reason,
    causeReason: run.causeReason,
    waitingDispatch: await findWaitingDispatch(trx, row),
  })
  const { mask } = deps.observeDeps
  const step = await maskStep(plan.step, mask)
  const trigger = { kind: 'action', input: await maskStrings(given, mask) } as const
  const effects = await writeAction(trx, { ...input, observation, plan, step, trigger })
  traceStep(deps.trace, loaded, { step, effects: effects.length })
  return {
    kind: 'accepted',
    runId: run.id,
    afterCommit: () => {
      traceEnd(deps.trace, loaded, step)
      if (step.kind === 'end') deps.onDecided(step)
      deps.wakeEffects(plan.takeOver === null ? effects : [...effects, plan.takeOver.effectId])
      if (plan.restartsRun) deps.wakeRuns([run.id])
    },
  }
}

interface WriteInput extends ActionInput {
  readonly observation: Observation
  readonly plan: ActionPlan
  readonly step: Step
  readonly trigger: Trigger
}

/** Writes what was planned, and returns the effects that may start at once. */
async function writeAction(
  trx: Transaction<DB>,
  { loaded, action, actor, observation, plan, step, trigger }: WriteInput,
): Promise<readonly string[]> {
  const { run, row } = loaded
  const inboxId = await insertAction(trx, run.id, { action, actor })
  await grantMore(trx, row, { attempts: plan.grantedAttempts, usd: plan.grantedUsd })
  if (plan.takeOver !== null) await takeOverDispatch(trx, plan.takeOver)
  if (plan.nextPrompt !== null) await storeNextPrompt(trx, run.id, plan.nextPrompt)
  if (plan.withdrawsEffects) await withdrawPlannedEffects(trx, loaded, actor)
  const committed = await commitInTransaction(trx, {
    loaded,
    observation,
    cache: emptyFactCache,
    step,
    causedBy: `person:${actor}`,
    by: actor,
    trigger,
  })
  if (committed.kind === 'lost') throw new TypeError('a locked run cannot be changed by others')
  if (plan.restartsRun) await restartRun(trx, run.id)
  if (plan.asksAgain) await withdrawAnswers(trx, row)
  if (plan.closesQuestion !== null)
    await leaveEscalations(trx, run.id, { by: actor, because: plan.closesQuestion })
  if (plan.addsHistoryEntry)
    await appendHistory(trx, [
      {
        kind: 'run',
        runId: run.id,
        from: run.status,
        to: run.status,
        reason: run.reason,
        because: `${action.kind} by ${actor}`,
        causedBy: `inbox:${inboxId}`,
      },
    ])
  return committed.effects
}
