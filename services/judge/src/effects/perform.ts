import type { Effect } from '../decide/effect.ts'
import { beginTry } from './begin-try.ts'
import type { Begun, PerformDeps } from './perform-deps.ts'
import type { Performers, Settlement, Try } from './performer.ts'
import { failTry, settleTry } from './settle-try.ts'

/**
 * Does one effect, if it is still to be done and nobody else has it in hand. The row is the truth:
 * a try is committed before its request is sent, its answer is settled by the number of that try,
 * and a try that was never answered is told to the performer, which looks outside first.
 */
export function createPerform(
  deps: PerformDeps,
): (effectId: string, signal: AbortSignal) => Promise<void> {
  return async (effectId, signal) => {
    const begun = await beginTry(deps, effectId)
    if (begun === null) return
    await deps.trace.ofRun(begun.attempt.runId, 'effect', () => makeTry(deps, begun, signal))
  }
}

async function makeTry(deps: PerformDeps, begun: Begun, signal: AbortSignal): Promise<void> {
  const {
    attempt: { effectId, number },
    effect,
  } = begun
  deps.trace.tell({ 'effect.id': effectId, 'effect.kind': effect.kind, 'effect.try': number })
  using lease = deps.hold(effectId)
  const attempt: Try = { ...begun.attempt, signal: AbortSignal.any([signal, lease.lost]) }
  const settled = await carryOut(deps.performers, begun.effect, attempt).then(
    (outcome) => ({ kind: 'answered' as const, outcome }),
    (error: unknown) => ({ kind: 'failed' as const, error }),
  )
  if (settled.kind === 'answered') await settleTry(deps, begun, settled.outcome)
  else await failTry(deps, begun, attempt.signal.aborted ? null : settled.error)
}

function carryOut(performers: Performers, effect: Effect, attempt: Try): Promise<Settlement> {
  switch (effect.kind) {
    case 'ask':
      return performers.ask.perform(effect, attempt)
    case 'dispatch':
      return performers.dispatch.perform(effect, attempt)
    case 'discord':
      return performers.discord.perform(effect, attempt)
    case 'status':
      return performers.status.perform(effect, attempt)
    case 'remember':
      return performers.remember.perform(effect, attempt)
    case 'requestReview':
      return performers.requestReview.perform(effect, attempt)
    case 'rerunChecks':
      return performers.rerunChecks.perform(effect, attempt)
    default:
      return effect satisfies never
  }
}
