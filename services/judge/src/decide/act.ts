import { after } from '../lib/instant.ts'
import { isOpen } from '../run/lifecycle.ts'
import { withNote } from '../text/next-prompt.ts'
import { afterRefusal, dispatchWish, end, promptFor, type Refusal, toPerson } from './iterate.ts'
import { newestDispatch, type Situation } from './situation.ts'
import type { Step } from './step.ts'
import { settledWish } from './wishes.ts'

/** What a person may do to a run (contract section 9, "Actions"). */
export type PersonalAct =
  | { readonly kind: 'rejudge' }
  | { readonly kind: 'rerun'; readonly prompt: string | null; readonly note: string | null }
  | {
      readonly kind: 'override'
      readonly outcome: 'completed' | 'needs_human' | 'closed'
      readonly reason: string
    }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'resume' }
  | { readonly kind: 'grant'; readonly attempts: number }

export interface Acting {
  readonly act: PersonalAct
  readonly actor: string
  /** Another run of the issue that is open; null: none. */
  readonly openSibling: string | null
  /** What the next attempt was going to be told, as stored. */
  readonly storedPrompt: string | null
}

export type ActRefused = { readonly kind: 'refused'; readonly because: string }
export type ActStep = { readonly kind: 'step'; readonly step: Step; readonly startsAnew: boolean }

/**
 * What a person's act makes of a run, or why the run's state does not allow it. Pure, like every
 * other decision.
 */
export function decideAct(situation: Situation, acting: Acting): ActRefused | ActStep {
  const { facts } = situation
  const { run } = facts
  const { act, actor } = acting
  const accepted = newestDispatch(facts)?.state === 'done'
  const undecided =
    isOpen(run.status) ||
    run.status === 'needs_human' ||
    (run.status === 'needs_iteration' && !accepted)
  const no = (because: string): ActRefused => ({ kind: 'refused', because })
  const step = (made: Step, startsAnew = false): ActStep => ({
    kind: 'step',
    step: made,
    startsAnew,
  })
  const refusal = (reason: Refusal['reason'], because: string): Refusal => ({
    reason,
    because,
    evidence: [],
    answer: null,
    by: actor,
  })

  switch (act.kind) {
    case 'rejudge':
      if (run.status === 'notified')
        return step(lookAgain(situation, `${actor} wants it looked for again`))
      return undecided
        ? step(gatherAgain(situation, actor, `${actor} wants it judged again`), true)
        : no(`A run that is ${run.status} cannot be judged again.`)
    case 'resume':
      if (
        run.status !== 'needs_human' &&
        !(run.status === 'closed' && run.reason === 'stopped_by_person')
      )
        return no(
          `Only a run that waits for a person, or was stopped by one, can be resumed; this one is ${run.status}.`,
        )
      return step(gatherAgain(situation, actor, `${actor} resumed it`), true)
    case 'stop':
      return undecided
        ? step(afterRefusal(situation, refusal('stopped_by_person', act.reason)))
        : no(`A run that is ${run.status} cannot be stopped.`)
    case 'override':
      if (run.status === 'superseded')
        return no('A superseded run cannot be overridden: a newer one took over.')
      if (act.outcome === 'needs_human')
        return step(toPerson(situation, refusal('decided_by_person', act.reason), null))
      return step(
        end(situation, refusal('decided_by_person', act.reason), {
          status: act.outcome,
          causeReason: null,
        }),
      )
    case 'rerun':
      if (isOpen(run.status) || run.status === 'superseded')
        return no(
          `Only an ended run can be followed by another attempt; this one is ${run.status}.`,
        )
      if (run.claims.repository === null || run.claims.issueNumber === null)
        return no('It is not known which issue another attempt should work on.')
      if (acting.openSibling !== null) return no('Another attempt of the issue is still open.')
      return step(nextAttempt(situation, acting, act))
    case 'grant':
      // An open run goes on as it is, and finds the attempts when it needs them.
      if (run.reason !== 'attempts_exhausted' || run.status !== 'needs_human')
        return step({
          kind: 'stay',
          lookAt: isOpen(run.status)
            ? situation.now
            : (facts.escalation?.remindAt ?? facts.escalation?.deadline ?? null),
          wishes: [],
          reminded: false,
        })
      if (acting.openSibling !== null) return no('Another attempt of the issue is still open.')
      return step(nextAttempt(situation, acting, { prompt: null, note: null }))
    default:
      return act satisfies never
  }
}

/**
 * Everything is gathered once more, and every wait begins anew; a run whose completion never came
 * is announced again, not judged.
 */
function gatherAgain({ facts, policy, now }: Situation, by: string, because: string): Step {
  const announced = facts.run.completedAt === null
  return {
    kind: 'wait',
    status: announced ? 'notified' : 'run_complete',
    because,
    waitingFor: [],
    deadline: after(now, announced ? policy.patience.completion : policy.patience.github),
    lookAt: now,
    wishes: settledWish(facts, { by, what: 'it is judged again', note: null }),
    blobs: [],
    results: [],
  }
}

/** An announced run is not judged: it waits on as it did, and is looked at at once. */
function lookAgain({ facts: { run }, policy, now }: Situation, because: string): Step {
  const deadline = after(run.statusSince, policy.patience.completion)
  return {
    kind: 'wait',
    status: 'notified',
    because,
    waitingFor: run.waitingFor,
    deadline: deadline > now ? deadline : now,
    lookAt: now,
    wishes: [],
    blobs: [],
    results: [],
  }
}

/**
 * Another attempt, at once and whatever the cap; the run stays what it was, and the new one takes
 * over when it reports.
 */
function nextAttempt(
  situation: Situation,
  acting: Acting,
  { prompt, note }: { prompt: string | null; note: string | null },
): Step {
  const told = prompt ?? acting.storedPrompt ?? promptFor(situation, { answer: null })
  const wishes = dispatchWish(situation, {
    answer: null,
    prompt: withNote(told, note),
    wait: 0,
  }).map((wish) => ({
    ...wish,
    notBefore: null,
  }))
  const settled = settledWish(situation.facts, {
    by: acting.actor,
    what: 'another attempt was asked for',
    note,
  })
  return { kind: 'stay', lookAt: null, wishes: [...wishes, ...settled], reminded: false }
}
