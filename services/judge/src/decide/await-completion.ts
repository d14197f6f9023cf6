import { addMillis, earliest, formatUtc, type Instant, type Millis } from '../lib/instant.ts'
import { getKnownValue } from '../lib/known.ts'
import { toSentence } from '../lib/text.ts'
import { getWaitingSince, type WaitItem } from '../run/run.ts'
import { endAfterRefusal } from './end-run.ts'
import type { CompletionState, Facts } from './facts.ts'
import { toSystemCause } from './find-shared-cause.ts'
import { computeNextPoll } from './next-poll.ts'
import { planWait } from './plan-wait.ts'
import type { Situation } from './situation.ts'
import type { Step } from './step.ts'

/** Argo costs nothing to ask, and knows within moments what has finished. */
const ARGO_POLL_WINDOW_MS: Millis = 300_000

/**
 * A run waits for its completion: one that was only announced, or whose completion a message has
 * reported and Argo not confirmed. If it never comes, a person is asked; while Argo cannot be read,
 * that is an outage after its patience.
 */
export function awaitCompletion(situation: Situation): Step {
  const { facts, policy, now } = situation
  const { run, completion } = facts
  const since = run.unconfirmed ? getWaitingSince(run, 'completion', now) : run.statusSince
  const deadline = addMillis(since, policy.patience.completion)
  const isOverdue = now >= deadline
  const mover = run.unconfirmed ? 'decision' : 'silence'
  const argoDeadline =
    completion?.kind === 'unreadable' && !completion.forbidden
      ? addMillis(completion.since, policy.patience.artifacts)
      : now
  if (completion?.kind === 'unreadable' && now >= argoDeadline)
    return endAfterRefusal(situation, {
      reason: 'outage',
      because: toSentence(completion.because),
      evidence: [],
      answer: null,
      mover,
      cause: toSystemCause(facts, completion.source),
    })
  const state = completion === null ? null : getKnownValue(completion)
  if (isOverdue && (completion === null || state === 'unknown' || state === 'contradicted'))
    return endAfterRefusal(situation, {
      reason: 'completion_missing',
      because: explainMissing(facts, state, deadline),
      evidence: [],
      answer: null,
      mover,
    })
  const selectDeadline = (): Instant => {
    if (completion?.kind === 'unreadable' && (run.unconfirmed || isOverdue)) return argoDeadline
    // A workflow that Argo still knows gets the full patience again.
    return isOverdue ? addMillis(now, policy.patience.completion) : deadline
  }
  return planWait(situation, {
    status: run.status === 'notified' ? 'notified' : 'run_complete',
    because: explainWait(facts, state),
    wait: {
      what: 'completion',
      since: getWaitingSince(run, 'completion', now),
      deadline: selectDeadline(),
      wouldChange: ['completion'],
      items: [toItem(facts)],
    },
    ...(run.unconfirmed ? { pollAt: findNextArgoPoll(situation, selectDeadline()) } : {}),
  })
}

function findNextArgoPoll({ facts, now }: Situation, deadline: Instant): Instant {
  const waits = facts.run.waitingFor.some(({ what }) => what === 'completion')
  return computeNextPoll({
    ...{ now, since: now, deadline: earliest(deadline, addMillis(now, ARGO_POLL_WINDOW_MS)) },
    ...{ polls: waits ? facts.pollCount : 0, stretch: 1 },
  })
}

function toItem({ run: { claims, unconfirmed } }: Facts): WaitItem {
  const name = claims.workflowName ?? claims.workflowUid ?? '?'
  const text = unconfirmed
    ? `Argo's answer about workflow ${name}`
    : `the completion of workflow ${name}`
  return { text, url: null }
}

/** Why the completion does not count yet, without a full stop. */
function explainWait({ run, completion }: Facts, state: CompletionState | null): string {
  if (!run.unconfirmed) return 'the completion has not been reported yet'
  const { phase } = run.claims
  if (completion?.kind === 'unreadable')
    return `a message says that the workflow ended in ${phase}, and Argo cannot be asked: ${completion.because}`
  switch (state) {
    case 'running':
      return `a message says that the workflow ended in ${phase}, but for Argo it has not ended`
    case 'unknown':
      return `a message says that the workflow ended in ${phase}, but Argo does not know it`
    case 'contradicted':
      return `a message says that the workflow ended in ${phase}, but for Argo it is other work`
    default:
      return 'Argo has not confirmed the completion yet'
  }
}

function explainMissing(facts: Facts, state: CompletionState | null, deadline: Instant): string {
  const until = formatUtc(deadline)
  if (!facts.run.unconfirmed) return `The run was announced, but no completion arrived by ${until}.`
  const consequence = state === 'unknown' ? ', and `runs.verify: always` demands that it does' : ''
  return `${toSentence(explainWait(facts, state)).slice(0, -1)}${consequence}, until ${until}.`
}
