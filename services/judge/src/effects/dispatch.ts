import { withdrawOrdinals } from '../correlate/supersede.ts'
import type { DispatchTask, EffectByKind } from '../decide/effect.ts'
import { type Withdrawal, type Work, withdrawUnwanted } from '../decide/find-withdrawal.ts'
import { Failure, isFailure } from '../lib/failure.ts'
import type { Mask } from '../lib/mask.ts'
import type { RunId } from '../run/run.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Performer, Settlement } from './performer.ts'

export interface DispatchPerformerDeps {
  /** Null: `DISPATCHER_URL` is not set. */
  readonly dispatcher: Dispatcher | null
  readonly mask: Mask
  /**
   * Reads the work that the attempt would go on with. Rejects with `Failure` if GitHub cannot be
   * read.
   */
  readonly readWork: (runId: RunId, signal: AbortSignal) => Promise<Work>
}

/**
 * Starts the next attempt, if it is still wanted: right before each try GitHub is read once,
 * because a webhook may be lost and the wait may be long. What cannot be read is not known to be
 * wanted, so the try fails and is repeated for as long as the dispatcher would be.
 *
 * Race: what is closed between that reading and the dispatcher's answer is started all the same.
 * Its run closes when it reports.
 *
 * The delivery id makes a repetition harmless, so a try with an unknown
 * result is repeated like any other failed one. The task's `issuedAt` is when the effect was
 * created, so that every try sends the same bytes.
 */
export function createDispatchPerformer({
  dispatcher,
  mask,
  readWork,
}: DispatchPerformerDeps): Performer<EffectByKind<'dispatch'>> {
  return {
    async perform(effect, effectTry) {
      if (dispatcher === null)
        return { state: 'skipped', because: 'off: DISPATCHER_URL is not set' }
      const { task } = effect
      const work = await readWork(effectTry.runId, effectTry.signal).catch(rethrowUnreadable)
      const unwanted = withdrawUnwanted(work, effect)
      if (unwanted !== null) return withdraw(effect, unwanted)
      const masked = await maskTask({ ...task, base: work.base ?? task.base }, mask)
      const accepted = await dispatcher
        .submit(
          { task: masked, issuedAt: effectTry.createdAt, now: effectTry.now },
          effectTry.signal,
        )
        .catch(rethrowRepeatable)
      const workflow = accepted.workflowName === null ? '' : ` as ${accepted.workflowName}`
      const before = accepted.duplicate ? ' before' : ''
      return {
        state: 'done',
        because: `attempt ${task.ordinal} was accepted${workflow}${before}`,
        answer: { ...accepted, deliveryId: task.deliveryId },
      }
    },
  }
}

const withdraw = (
  { key }: EffectByKind<'dispatch'>,
  { reason, because }: Withdrawal,
): Settlement => ({
  state: 'replaced',
  because,
  answer: { unwanted: { reason, because } },
  alsoWrite: (trx) => withdrawOrdinals(trx, [key]),
})

/** Names GitHub as what failed, so that the dispatcher is not blamed for it. */
function rethrowUnreadable(error: unknown): never {
  if (!isFailure(error)) throw error
  const { kind, message, retryAfter, scope, refused, remedy } = error
  throw new Failure(kind, `It is not known whether the next attempt is still wanted. ${message}`, {
    cause: error,
    system: 'github',
    retryAfter,
    scope,
    refused,
    remedy,
  })
}

function rethrowRepeatable(error: unknown): never {
  if (isFailure(error) && error.kind === 'unknown')
    throw new Failure('unavailable', error.message, { cause: error })
  throw error
}

async function maskTask(task: DispatchTask, mask: Mask): Promise<DispatchTask> {
  const context = task.reviewContext
  return {
    ...task,
    prompt: await mask(task.prompt),
    issueTitle: await mask(task.issueTitle),
    issueBody: await mask(task.issueBody),
    reviewContext: context && {
      summary: context.summary === null ? null : await mask(context.summary),
      threads: await Promise.all(
        context.threads.map(async (thread) => ({ ...thread, summary: await mask(thread.summary) })),
      ),
      failingChecks: await Promise.all(
        context.failingChecks.map(async (check) => ({
          ...check,
          details: await mask(check.details),
        })),
      ),
      notes: await Promise.all(context.notes.map(mask)),
    },
  }
}
