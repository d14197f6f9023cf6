import type { GateResult } from '../gates/gate.ts'
import { evaluateGates } from '../gates/index.ts'
import { addMillis, type Instant, latest } from '../lib/instant.ts'
import { toSentence } from '../lib/text.ts'
import type { Policy } from '../policy/policy.ts'
import { isOpen, type OpenStatus } from '../run/lifecycle.ts'
import { getWaitingSince, type WaitKind } from '../run/run.ts'
import { awaitCompletion } from './await-completion.ts'
import { decideByVerdict } from './decide-by-verdict.ts'
import { decideEndedRun } from './decide-ended-run.ts'
import { planGithubRequests } from './effects/github.ts'
import { endAfterRefusal, endAfterTimeout } from './end-run.ts'
import type { Facts } from './facts.ts'
import { toSystemCause } from './find-shared-cause.ts'
import { planWait } from './plan-wait.ts'
import { getJudgedCommit, type Situation } from './situation.ts'
import type { Step } from './step.ts'

/**
 * What to do with a run now. Pure and total: every state with every combination of facts gives a
 * step.
 *
 * The gates are evaluated in order, and the first gate that does not pass decides: the run waits,
 * or it ends. Only when every gate has passed is a model asked. The model is one more slow external
 * system, and its answer is one more fact.
 */
export function decide(facts: Facts, now: Instant, policy: Policy): Step {
  const { status } = facts.run
  if (!isOpen(status)) return decideEndedRun({ facts, policy, now, results: [] })
  if (status === 'notified' || facts.run.unconfirmed)
    return awaitCompletion({ facts, policy, now, results: [] })

  const results = evaluateGates(facts, policy, now)
  const situation: Situation = { facts, policy, now, results }
  const blocking = results.map(({ result }) => result).find(({ result }) => result !== 'pass')
  switch (blocking?.result) {
    case 'wait':
      return waitOrGiveUp(situation, blocking)
    case 'refuse':
      return rerunOrEnd(situation, blocking)
    default:
      return decideByVerdict(situation)
  }
}

type WaitingGate = Extract<GateResult, { result: 'wait' }>
type RefusingGate = Extract<GateResult, { result: 'refuse' }>

/**
 * Only a successful reading made after the deadline ends a wait. If a gate still waits after its
 * deadline, no reading succeeded (or GitHub never computed the answer), and the gate states the
 * reason for which the run then ends.
 */
function waitOrGiveUp(situation: Situation, gate: WaitingGate): Step {
  const { wait, because, evidence, reasonIfLate, away } = gate
  if (situation.now > wait.deadline)
    return endAfterTimeout(situation, {
      reason: reasonIfLate,
      because,
      deadline: wait.deadline,
      evidence,
      away,
    })
  return planWait(situation, {
    status: toWaitingStatus(wait.what),
    because,
    wait,
    effects: planGithubRequests(situation),
  })
}

/** A flaky job is not the agent's failure: before an attempt is used, failed checks are re-run. */
function rerunOrEnd(situation: Situation, gate: RefusingGate): Step {
  const { reason, because, evidence, away } = gate
  const deadline = reason === 'ci_failed' ? findRerunRequestDeadline(situation) : null
  if (deadline === null)
    return endAfterRefusal(situation, {
      reason,
      because,
      evidence,
      answer: null,
      ...(reason === 'outage' ? { cause: toSystemCause(situation.facts, away) } : {}),
    })
  return planWait(situation, {
    status: 'waiting_for_ci',
    because: `${toSentence(because)} The failed checks are re-run once.`,
    wait: {
      what: 'ci',
      since: getWaitingSince(situation.facts.run, 'ci', situation.now),
      deadline,
      wouldChange: ['ci', 'head', 'effect'],
      items: evidence.map(({ text, url = null }) => ({ text, url })),
    },
    effects: planGithubRequests(situation),
  })
}

/**
 * Until when to wait for GitHub to accept the re-run of failed checks. Null if there is nothing to
 * re-run, or if GitHub has not answered in time.
 */
function findRerunRequestDeadline(situation: Situation): Instant | null {
  const { facts, policy, now } = situation
  const requested = facts.effects.filter(
    ({ state, effect }) =>
      effect.kind === 'rerunChecks' &&
      effect.commit === getJudgedCommit(facts) &&
      (state === 'pending' || state === 'unknown'),
  )
  if (requested.length === 0) {
    const requests = planGithubRequests(situation)
    const canRerun = requests.some(({ effect }) => effect.kind === 'rerunChecks')
    return canRerun ? addMillis(now, policy.ci.wait) : null
  }
  const newest = latest(...requested.map(({ createdAt }) => createdAt))
  const deadline = addMillis(newest, policy.ci.wait)
  return now < deadline ? deadline : null
}

function toWaitingStatus(what: WaitKind): OpenStatus {
  switch (what) {
    case 'ci':
      return 'waiting_for_ci'
    case 'review':
      return 'waiting_for_review'
    default:
      return 'run_complete'
  }
}
