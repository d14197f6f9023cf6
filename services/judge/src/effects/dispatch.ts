import type { DispatchTask, EffectByKind } from '../decide/effect.ts'
import { Failure, isFailure } from '../lib/failure.ts'
import type { Mask } from '../lib/mask.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Performer } from './performer.ts'

export interface DispatchPerformerDeps {
  /** Null: `DISPATCHER_URL` is not set. */
  readonly dispatcher: Dispatcher | null
  readonly mask: Mask
}

/**
 * Starts the next attempt. The delivery id makes a repetition harmless, so a try with an unknown
 * result is repeated like any other failed one. The task's `issuedAt` is when the effect was
 * created, so that every try sends the same bytes.
 */
export function createDispatchPerformer({
  dispatcher,
  mask,
}: DispatchPerformerDeps): Performer<EffectByKind<'dispatch'>> {
  return {
    async perform({ task }, effectTry) {
      if (dispatcher === null)
        return { state: 'skipped', because: 'off: DISPATCHER_URL is not set' }
      const masked = await maskTask(task, mask)
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
