import { type Council, evaluateCouncil } from '../judge/council.ts'
import type { VerdictAnswer, VerdictSubject } from '../judge/verdict.ts'
import { addMillis, toIso } from '../lib/instant.ts'
import { shortenSha, toSentence } from '../lib/text.ts'
import { getWaitingSince, type Signal } from '../run/run.ts'
import { findAsks, planAsk } from './effects/ask.ts'
import { type Conclusion, endAfterRefusal, endAfterTimeout, endRun } from './end-run.ts'
import { isAwaited } from './find-question.ts'
import { planWait } from './plan-wait.ts'
import { getPullRequest, type Situation } from './situation.ts'
import type { EndStep, Step } from './step.ts'
import { getVerdictSubject } from './verdict-subject.ts'

/**
 * Every gate has passed, so the models decide: the next one is asked, or their verdicts complete
 * the run or end it. A model that is unavailable decides nothing, and an answer counts only after
 * its citations were checked.
 */
export function decideByVerdict(situation: Situation): Step {
  const { facts, policy } = situation
  const subject = getVerdictSubject(facts)
  if (subject === null) return awaitSubject(situation)
  const council = evaluateCouncil(facts.verdicts, subject, policy.judge)
  if (facts.unreadCitations !== null && dependsOnCitations.has(council.kind))
    return awaitFiles(situation, { what: 'citations', because: facts.unreadCitations })
  switch (council.kind) {
    case 'not_asked':
      return completeRun(situation, 'Every gate passed; policy asks no model.', null)
    case 'undecided':
      return awaitAnswer(situation, subject, council)
    case 'pass': {
      const { by, confidence } = council
      const accepted = `${by.verdict.model} accepted ${shortenSha(subject.commit)}`
      return completeRun(
        situation,
        `Every gate passed, and ${accepted} with confidence ${confidence}.`,
        by.answer,
      )
    }
    default:
      return endAfterRefusal(situation, toRefusal(council, facts.run.claims.repository))
  }
}

function completeRun(situation: Situation, because: string, answer: VerdictAnswer | null): EndStep {
  const hasChange = getPullRequest(situation.facts) !== null
  return endRun(
    situation,
    { reason: hasChange ? 'accepted' : 'accepted_without_change', because, evidence: [], answer },
    { status: 'completed', causeReason: null },
  )
}

type RefusingCouncil = Exclude<Council, { kind: 'not_asked' | 'undecided' | 'pass' }>

function toRefusal(council: RefusingCouncil, repository: string | null): Conclusion {
  switch (council.kind) {
    case 'fail':
      return {
        reason: 'judge_rejected',
        because: describeRejection(council.by.verdict.model, council.missingItems),
        evidence: council.missingItems.map((text) => ({ kind: 'requirement', text })),
        answer: {
          ...council.by.answer,
          missing_items: council.missingItems,
          suggested_fixes: council.suggestedFixes,
        },
      }
    case 'split':
      return {
        reason: 'judge_split',
        because: council.because,
        evidence: [],
        answer: council.opinions[0]?.answer ?? null,
      }
    case 'low_confidence':
      return {
        reason: 'low_confidence',
        because: council.because,
        evidence: [],
        answer: council.by.answer,
      }
    case 'injection':
      return {
        reason: 'injection_suspected',
        because: describeInjection(council.by.verdict.model),
        evidence: council.attempts.map((text) => ({ kind: 'note', text })),
        answer: council.by.answer,
      }
    case 'unavailable':
      return {
        reason: 'judge_unavailable',
        because: council.because,
        evidence: [],
        answer: null,
        cause: council.isAway ? { kind: 'model', model: council.model } : null,
      }
    case 'budget':
      return {
        reason: 'budget_exhausted',
        because: council.because,
        evidence: [],
        answer: null,
        // The budgets of a run and of an issue are their own.
        cause:
          council.budget === 'repositoryDay' && repository !== null
            ? { kind: 'budget', repository, day: toIso(council.at).slice(0, 10) }
            : null,
      }
    default:
      return council satisfies never
  }
}

const describeInjection = (model: string): string =>
  `${model} would pass the change, but found text in it that tries to influence the judge.`

function describeRejection(model: string, missing: readonly string[]): string {
  const [first] = missing
  return first === undefined
    ? `${model} does not accept the change.`
    : `${model} does not accept the change: ${toSentence(first)}`
}

/** Signals that can change the answer while the run waits for a model. */
const judgingSignals: readonly Signal[] = ['verdict', 'head', 'ci', 'review']

/** Asks the next model, unless it was asked already and has not answered. */
function awaitAnswer(
  situation: Situation,
  subject: VerdictSubject,
  { next, because }: Extract<Council, { kind: 'undecided' }>,
): Step {
  const { facts, policy, now } = situation
  const asks = findAsks(facts.effects, next.model, subject)
  const isAsked = asks.some(isAwaited)
  const { codeContext } = facts
  if (!isAsked && codeContext !== null && codeContext.kind !== 'known')
    return awaitFiles(situation, {
      what: 'code',
      because: `the code around the change cannot be read: ${codeContext.because}`,
    })
  const deadline = addMillis(
    asks.at(-1)?.createdAt ?? now,
    policy.judge.patience + policy.judge.timeout,
  )
  return planWait(situation, {
    status: 'judging',
    because,
    wait: {
      what: 'judge',
      since: getWaitingSince(facts.run, 'judge', now),
      deadline: deadline > now ? deadline : addMillis(now, policy.judge.timeout),
      wouldChange: judgingSignals,
      items: [{ text: `the answer of ${next.model}`, url: null }],
    },
    ...(isAsked ? {} : planAsk(situation, subject, next)),
  })
}

/**
 * Results that a citation can still overturn: an answer that passes the change with a citation that
 * does not hold is no answer at all.
 */
const dependsOnCitations: ReadonlySet<Council['kind']> = new Set([
  'undecided',
  'pass',
  'split',
  'low_confidence',
  'injection',
])

/**
 * Waits for files at the commit: those that verdicts cite, or the code around the change. They come
 * from GitHub, so their absence is an outage and never a verdict.
 */
function awaitFiles(
  situation: Situation,
  { what, because }: { readonly what: 'citations' | 'code'; readonly because: string },
): Step {
  const { facts, policy, now } = situation
  const since = getWaitingSince(facts.run, what, now)
  const deadline = addMillis(since, policy.patience.github)
  if (now > deadline)
    return endAfterTimeout(situation, {
      reason: 'outage',
      because,
      deadline,
      evidence: [],
      away: { system: 'github', scope: 'system' },
    })
  return planWait(situation, {
    status: 'judging',
    because,
    wait: { what, since, deadline, wouldChange: judgingSignals, items: [] },
  })
}

/**
 * Waits for the issue's text and the diff, without which no model can be asked. Both come from
 * GitHub, so their absence is an outage.
 */
function awaitSubject(situation: Situation): Step {
  const { facts, policy, now } = situation
  const missing = facts.issue.kind === 'known' ? facts.diff : facts.issue
  const since = getWaitingSince(facts.run, 'issue', now)
  const deadline = addMillis(
    missing.kind === 'unreadable' ? missing.since : since,
    policy.patience.github,
  )
  const because = missing.kind === 'known' ? 'the change cannot be read' : missing.because
  if (now > deadline)
    return endAfterTimeout(situation, {
      reason: 'outage',
      because,
      deadline,
      evidence: [],
      away:
        missing.kind === 'unreadable' ? missing.source : { system: 'github', scope: 'repository' },
    })
  return planWait(situation, {
    status: 'run_complete',
    because,
    wait: { what: 'issue', since, deadline, wouldChange: ['issue', 'head'], items: [] },
  })
}
