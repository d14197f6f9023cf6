import type { GateResult, Wait } from '../gates/gate.ts'
import { evaluateGates } from '../gates/index.ts'
import { after, type Instant, iso, latest } from '../lib/instant.ts'
import { sentence } from '../lib/text.ts'
import type { Policy } from '../policy/policy.ts'
import { isOpen, type OpenStatus } from '../run/lifecycle.ts'
import { afterEnd } from './after-end.ts'
import type { Facts } from './facts.ts'
import { askedOfGithub } from './github-wishes.ts'
import { afterRefusal } from './iterate.ts'
import { judge } from './judge.ts'
import { judgedCommit, type Situation } from './situation.ts'
import type { Step } from './step.ts'
import { wait } from './wait.ts'

/**
 * What to do with a run now. Pure and total: every state with every combination of facts gives a
 * step. Reads top to bottom as the rules would be told: the gates speak in their order, the first
 * that does not pass decides whether to wait or to end, and only where all of them pass is a model
 * asked. The model is one more slow outside system; its answer is one more fact.
 */
export function decide(facts: Facts, now: Instant, policy: Policy): Step {
  const { run } = facts
  if (!isOpen(run.status)) return afterEnd({ facts, policy, now, results: [] })
  if (run.status === 'notified') return awaitCompletion({ facts, policy, now, results: [] })

  const results = evaluateGates(facts, policy, now)
  const situation: Situation = { facts, policy, now, results }
  const speaks = results.map(({ result }) => result).find((result) => result.result !== 'pass')
  if (speaks === undefined) return judge(situation)
  return speaks.result === 'wait' ? waitOrGiveUp(situation, speaks) : refused(situation, speaks)
}

/**
 * An announced run is not judged: its completion is awaited, and a person is told if it never
 * comes.
 */
function awaitCompletion(situation: Situation): Step {
  const { facts, policy, now } = situation
  const deadline = after(facts.run.statusSince, policy.patience.completion)
  const lost = now >= deadline && facts.completion !== 'running' && facts.completion !== 'finished'
  if (!lost)
    return wait(situation, {
      status: 'notified',
      what: 'completion',
      because: 'its completion has not been reported',
      // A workflow that Argo still runs has its patience from now on.
      deadline: deadline > now ? deadline : after(now, policy.patience.completion),
      wouldChange: ['completion'],
    })
  return afterRefusal(situation, {
    reason: 'completion_missing',
    because: `It was announced, but no completion came by ${iso(deadline)}.`,
    evidence: [],
    answer: null,
  })
}

/**
 * A wait is over only by a successful reading made after its deadline. Where a gate still waits
 * when its deadline has passed, no reading succeeded (or GitHub will not compute), and the gate
 * says what that means.
 */
function waitOrGiveUp(situation: Situation, result: Waits): Step {
  const { waits } = result
  if (situation.now > waits.deadline) {
    return afterRefusal(situation, {
      reason: waits.late,
      because: `${sentence(result.because)} Waited for it until ${iso(waits.deadline)}.`,
      evidence: result.evidence,
      answer: null,
    })
  }
  return wait(situation, {
    status: statusOf(waits.what),
    what: waits.what,
    because: result.because,
    deadline: waits.deadline,
    wouldChange: waits.wouldChange,
    wishes: askedOfGithub(situation),
  })
}

function refused(situation: Situation, result: Refused): Step {
  const until = result.reason === 'ci_failed' ? rerunUntil(situation) : null
  if (until !== null) {
    return wait(situation, {
      status: 'waiting_for_ci',
      what: 'ci',
      because: `${sentence(result.because)} The failed jobs are run once more.`,
      deadline: until,
      wouldChange: ['ci', 'head', 'effect'],
      wishes: askedOfGithub(situation),
    })
  }
  return afterRefusal(situation, {
    reason: result.reason,
    because: result.because,
    evidence: result.evidence,
    answer: null,
  })
}

/**
 * A flaky job is not the agent's failure: GitHub runs what failed once more before an attempt is
 * spent. Until when that is waited for; null where there is nothing to ask for, or GitHub has had
 * all its time to answer.
 */
function rerunUntil({ facts, policy, now, results }: Situation): Instant | null {
  const asked = facts.effects.filter(
    ({ state, effect }) =>
      effect.kind === 'rerunChecks' &&
      effect.commit === judgedCommit(facts) &&
      (state === 'pending' || state === 'unknown'),
  )
  const wished = askedOfGithub({ facts, policy, now, results }).some(
    ({ effect }) => effect.kind === 'rerunChecks',
  )
  if (asked.length === 0) return wished ? after(now, policy.ci.wait) : null
  const until = after(latest(...asked.map(({ createdAt }) => createdAt)), policy.ci.wait)
  return now < until ? until : null
}

type Refused = Extract<GateResult, { result: 'refuse' }>
type Waits = Extract<GateResult, { result: 'wait' }>

function statusOf(what: Wait['what']): OpenStatus {
  if (what === 'ci') return 'waiting_for_ci'
  return what === 'review' ? 'waiting_for_review' : 'run_complete'
}
