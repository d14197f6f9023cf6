import type { Wait } from '../gates/gate.ts'
import { evaluateGates, type GateOutcome } from '../gates/index.ts'
import { council } from '../judge/council.ts'
import { after, type Instant, iso } from '../lib/instant.ts'
import { shortSha } from '../lib/text.ts'
import type { Policy } from '../policy/policy.ts'
import { isOpen, type OpenStatus } from '../run/lifecycle.ts'
import type { Signal, WaitingFor } from '../run/run.ts'
import { afterEnd } from './after-end.ts'
import { ask, asksOf, subjectOf } from './ask.ts'
import type { Facts } from './facts.ts'
import { askedOfGithub } from './github-wishes.ts'
import { afterRefusal, end, type Refusal } from './iterate.ts'
import { nextLook } from './look.ts'
import { judgedCommit, type Situation } from './situation.ts'
import type { Blob, Step, Wish } from './step.ts'
import { statusWish, waitNames } from './wishes.ts'

/**
 * What to do with a run now. Pure and total: every state with every combination of facts gives a step. Reads top to bottom as
 * the rules would be told: the gates speak in their order, the first that does not pass decides whether to wait or to end, and
 * only where all of them pass is a model asked. The model is one more slow outside system; its answer is one more fact.
 */
export function decide(facts: Facts, now: Instant, policy: Policy): Step {
  const { run } = facts
  if (!isOpen(run.status)) return afterEnd({ facts, policy, now, results: [] })
  if (run.status === 'notified') return awaitCompletion({ facts, policy, now, results: [] })

  const results = evaluateGates(facts, policy, now)
  const situation: Situation = { facts, policy, now, results }
  const speaks = results.find(({ result }) => result.result !== 'pass')
  if (speaks === undefined) return judge(situation)
  return speaks.result.result === 'wait' ? waitOrGiveUp(situation, speaks) : refused(situation, speaks)
}

/** An announced run is not judged: its completion is awaited, and a person is told if it never comes. */
function awaitCompletion(situation: Situation): Step {
  const { facts, policy, now } = situation
  const deadline = after(facts.run.createdAt, policy.patience.completion)
  const lost = now >= deadline && facts.completion !== 'running' && facts.completion !== 'finished'
  if (!lost)
    return wait(situation, {
      status: 'notified',
      what: 'completion',
      because: 'its completion has not been reported',
      deadline,
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
 * A wait is over only by a successful reading made after its deadline. Where a gate still waits when its deadline has passed, no
 * reading succeeded (or GitHub will not compute), and the gate says what that means.
 */
function waitOrGiveUp(situation: Situation, speaks: GateOutcome): Step {
  const { result } = speaks
  if (result.result !== 'wait') return refused(situation, speaks)
  const { waits } = result
  if (situation.now >= waits.deadline) {
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

function refused(situation: Situation, { result }: GateOutcome): Step {
  if (result.result !== 'refuse') throw new TypeError('only a refusal is a refusal')
  const rerun = result.reason === 'ci_failed' ? askedOfGithub(situation) : []
  const pending = situation.facts.effects.some(
    ({ kind, state, effect }) =>
      kind === 'rerunChecks' &&
      effect.kind === 'rerunChecks' &&
      effect.commit === judgedCommit(situation.facts) &&
      (state === 'pending' || state === 'unknown'),
  )
  if (rerun.length > 0 || (result.reason === 'ci_failed' && pending)) {
    // A flaky job is not the agent's failure: GitHub runs what failed once more before an attempt is spent.
    const { now, policy } = situation
    return wait(situation, {
      status: 'waiting_for_ci',
      what: 'ci',
      because: `${sentence(result.because)} The failed jobs are run once more.`,
      deadline: after(now, policy.ci.wait),
      wouldChange: ['ci', 'head', 'effect'],
      wishes: rerun,
    })
  }
  return afterRefusal(situation, {
    reason: result.reason,
    because: result.because,
    evidence: result.evidence,
    answer: null,
  })
}

function judge(situation: Situation): Step {
  const { facts, policy, now } = situation
  const subject = subjectOf(facts)
  if (subject === null) return awaitIssue(situation)
  const said = council(facts.verdicts, subject, policy.judge)
  const changed = facts.change.kind === 'known' && facts.change.value.kind === 'pull_request'
  const accepted: Pick<Refusal, 'reason' | 'evidence'> = {
    reason: changed ? 'accepted' : 'accepted_without_change',
    evidence: [],
  }

  switch (said.kind) {
    case 'not_asked':
      return end(
        situation,
        { ...accepted, because: 'Every gate passed; policy asks no model.', answer: null },
        { status: 'completed', causeReason: null },
      )
    case 'undecided': {
      const asks = asksOf(facts.effects, said.next.model, subject)
      const open = asks.some(({ state }) => state === 'pending' || state === 'unknown')
      const reading = facts.verdictsUnread !== null
      const asked = open || reading ? { wishes: [], blobs: [] } : ask(situation, subject, said.next)
      const deadline = after(asks.at(-1)?.createdAt ?? now, policy.judge.patience + policy.judge.timeout)
      return wait(situation, {
        status: 'judging',
        what: 'judge',
        because: facts.verdictsUnread ?? said.because,
        deadline: deadline > now ? deadline : after(now, policy.judge.timeout),
        wouldChange: ['verdict', 'head', 'ci', 'review'],
        ...asked,
      })
    }
    case 'pass':
      return facts.verdictsUnread === null
        ? end(
            situation,
            {
              ...accepted,
              because: `Every gate passed, and ${said.by.verdict.model} accepted ${shortSha(subject.commit)} with confidence ${said.confidence}.`,
              answer: said.by.answer,
            },
            { status: 'completed', causeReason: null },
          )
        : wait(situation, {
            status: 'judging',
            what: 'judge',
            because: facts.verdictsUnread,
            deadline: after(now, policy.patience.github),
            wouldChange: ['verdict', 'head', 'ci', 'review'],
          })
    case 'fail':
      return afterRefusal(situation, {
        reason: 'judge_rejected',
        because: rejection(said.by.verdict.model, said.missingItems),
        evidence: said.missingItems.map((text) => ({ kind: 'requirement', text })),
        answer: { ...said.by.answer, missing_items: said.missingItems, suggested_fixes: said.suggestedFixes },
      })
    case 'split':
      return afterRefusal(situation, {
        reason: 'judge_split',
        because: said.because,
        evidence: [],
        answer: said.opinions[0]?.answer ?? null,
      })
    case 'low_confidence':
      return afterRefusal(situation, {
        reason: 'low_confidence',
        because: said.because,
        evidence: [],
        answer: said.by.answer,
      })
    case 'injection':
      return afterRefusal(situation, {
        reason: 'injection_suspected',
        because: `${said.by.verdict.model} would pass it, but found text that tries to steer the judge.`,
        evidence: said.attempts.map((text) => ({ kind: 'note', text })),
        answer: said.by.answer,
      })
    case 'unavailable':
      return afterRefusal(situation, { reason: 'judge_unavailable', because: said.because, evidence: [], answer: null })
    case 'budget':
      return afterRefusal(situation, { reason: 'budget_exhausted', because: said.because, evidence: [], answer: null })
    default:
      return said satisfies never
  }
}

/** The judge needs the issue's text and a readable diff; both come from GitHub, whose absence is the ground's failure. */
function awaitIssue(situation: Situation): Step {
  const { facts, policy, now } = situation
  const part = facts.issue.kind === 'known' ? facts.diff : facts.issue
  const since = part.kind === 'unreadable' ? part.since : (facts.run.completedAt ?? facts.run.createdAt)
  const deadline = after(since, policy.patience.github)
  const because = part.kind === 'known' ? 'the change cannot be read' : part.because
  if (now >= deadline)
    return afterRefusal(situation, {
      reason: 'infrastructure',
      because: `${sentence(because)} Waited for it until ${iso(deadline)}.`,
      evidence: [],
      answer: null,
    })
  return wait(situation, { status: 'run_complete', what: 'issue', because, deadline, wouldChange: ['issue', 'head'] })
}

interface Waiting {
  readonly status: OpenStatus
  readonly what: string
  readonly because: string
  readonly deadline: Instant
  readonly wouldChange: readonly Signal[]
  readonly wishes?: readonly Wish[]
  readonly blobs?: readonly Blob[]
}

/** What may end any judged run, whatever it waits for. */
const ALWAYS: readonly Signal[] = ['head', 'pull_request', 'issue', 'completion', 'person']

function wait(situation: Situation, waiting: Waiting): Step {
  const { facts, now, results } = situation
  const { run } = facts
  const before = run.waitingFor.find(({ what }) => what === waiting.what)
  const since = before?.since ?? now
  const wouldChange = [...new Set([...waiting.wouldChange, ...ALWAYS])]
  const speaking: WaitingFor = { what: waiting.what, since, deadline: waiting.deadline, wouldChange }
  const others = results.flatMap(({ result }): WaitingFor[] =>
    result.result === 'wait' && result.waits.what !== waiting.what
      ? [
          {
            what: result.waits.what,
            since: run.waitingFor.find(({ what }) => what === result.waits.what)?.since ?? now,
            deadline: result.waits.deadline,
            wouldChange: result.waits.wouldChange,
          },
        ]
      : [],
  )
  const looks = run.status === waiting.status && before !== undefined ? facts.looks : 0
  const look = nextLook({ now, since, deadline: waiting.deadline, looks, stretch: facts.stretch })
  const requestAt =
    facts.review.kind === 'known' && facts.review.value.kind === 'pending' ? facts.review.value.requestAt : null
  const status = statusWish(situation, {
    status: waiting.status,
    reason: null,
    causeReason: null,
    because: null,
    waitsFor: [waitNames([shownName(waiting.what)])],
  })
  return {
    kind: 'wait',
    status: waiting.status,
    because: waiting.because,
    waitingFor: [
      speaking,
      ...others.filter((one, index) => others.findIndex(({ what }) => what === one.what) === index),
    ],
    deadline: waiting.deadline,
    lookAt: requestAt !== null && requestAt > now && requestAt < look ? requestAt : look,
    wishes: [...(waiting.wishes ?? []), ...status],
    blobs: waiting.blobs ?? [],
    results,
  }
}

function statusOf(what: Wait['what']): OpenStatus {
  if (what === 'ci') return 'waiting_for_ci'
  return what === 'review' ? 'waiting_for_review' : 'run_complete'
}

const names: Readonly<Record<string, string>> = {
  ci: 'CI',
  review: 'the review',
  judge: 'the judge',
  pull_request: 'the pull request',
  github: 'GitHub',
  artifacts: 'the artifacts',
  completion: 'the completion',
}
const shownName = (what: string): string => names[what] ?? what

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

function rejection(model: string, missing: readonly string[]): string {
  const [first] = missing
  return first === undefined
    ? `${model} does not accept the change.`
    : `${model} does not accept the change: ${sentence(first)}`
}
