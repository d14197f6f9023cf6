import { isDatabaseOutage } from '../adapters/postgres/transact.ts'
import type { Effect } from '../decide/effect.ts'
import { Failure, getErrorMessage } from '../lib/failure.ts'
import { beginTry } from './begin-try.ts'
import type { PerformDeps, StartedTry } from './perform-deps.ts'
import type { EffectTry, Performers, Settlement } from './performer.ts'
import { failTry, settleTry } from './settle-try.ts'

/**
 * Performs one effect, if it is due and no other worker is trying it. The effect's row is the
 * truth, and one try has three steps:
 *
 * 1. `beginTry` commits the try before any request is sent.
 * 2. The performer of the effect's kind sends the request.
 * 3. `settleTry` stores the result, or `failTry` the failure and when to try again. Both compare
 *    the number of the try, so that a try which was overtaken settles nothing.
 *
 * If a try ended without a known result (a crash, a lost response), the next try has `afterUnknown`
 * set, and the performer first looks up whether the request was carried out.
 */
export function createPerform(
  deps: PerformDeps,
): (effectId: string, signal: AbortSignal) => Promise<void> {
  return async (effectId, signal) => {
    const started = await beginTry(deps, effectId)
    if (started === null) return
    await deps.trace.runSpan(started.effectTry.runId, 'effect', () =>
      performTry(deps, started, signal),
    )
  }
}

async function performTry(
  deps: PerformDeps,
  started: StartedTry,
  signal: AbortSignal,
): Promise<void> {
  const { effect } = started
  const { effectId, number } = started.effectTry
  deps.trace.setAttributes({
    'effect.id': effectId,
    'effect.kind': effect.kind,
    'effect.try': number,
  })
  using lease = deps.holdLease(effectId)
  const effectTry: EffectTry = {
    ...started.effectTry,
    signal: AbortSignal.any([signal, lease.lost]),
  }
  const result = await callPerformer(deps.performers, effect, effectTry).then(
    (settlement) => ({ kind: 'settled' as const, settlement }),
    (error: unknown) => ({ kind: 'failed' as const, error }),
  )
  if (result.kind === 'failed')
    return failTry(deps, started, effectTry.signal.aborted ? null : result.error)
  try {
    await settleTry(deps, started, result.settlement)
  } catch (error) {
    if (isDatabaseOutage(error)) throw error
    // The request was answered, but the answer cannot be stored. Without an end on record the try
    // would be repeated for ever, and a model be paid for each time.
    const message = `the answer cannot be stored: ${getErrorMessage(error)}`
    await failTry(deps, started, new Failure('unknown', message, { cause: error }))
  }
}

function callPerformer(
  performers: Performers,
  effect: Effect,
  effectTry: EffectTry,
): Promise<Settlement> {
  switch (effect.kind) {
    case 'ask':
      return performers.ask.perform(effect, effectTry)
    case 'dispatch':
      return performers.dispatch.perform(effect, effectTry)
    case 'discord':
      return performers.discord.perform(effect, effectTry)
    case 'status':
      return performers.status.perform(effect, effectTry)
    case 'remember':
      return performers.remember.perform(effect, effectTry)
    case 'requestReview':
      return performers.requestReview.perform(effect, effectTry)
    case 'comment':
      return performers.comment.perform(effect, effectTry)
    case 'rerunChecks':
      return performers.rerunChecks.perform(effect, effectTry)
    default:
      return effect satisfies never
  }
}
