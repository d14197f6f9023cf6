import { type Council, council } from '../judge/council.ts'
import type { VerdictSubject } from '../judge/verdict.ts'
import { after, type Instant, iso } from '../lib/instant.ts'
import { sentence, shortSha } from '../lib/text.ts'
import { ask, asksOf, subjectOf } from './ask.ts'
import { afterRefusal, end, type Refusal } from './iterate.ts'
import type { Situation } from './situation.ts'
import type { Step } from './step.ts'
import { wait } from './wait.ts'

/**
 * Every gate has passed: what the models say, or that one is asked. A model that cannot be had
 * decides nothing, and one whose citations are not looked up yet has not spoken.
 */
export function judge(situation: Situation): Step {
  const { facts, policy } = situation
  const subject = subjectOf(facts)
  if (subject === null) return awaitIssue(situation)
  const said = council(facts.verdicts, subject, policy.judge)
  if (facts.verdictsUnread !== null && restsOnCitations.has(said.kind))
    return awaitCited(situation, facts.verdictsUnread)
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
    case 'undecided':
      return awaitAnswer(situation, subject, said)
    case 'pass':
      return end(
        situation,
        {
          ...accepted,
          because: `Every gate passed, and ${said.by.verdict.model} accepted ${shortSha(subject.commit)} with confidence ${said.confidence}.`,
          answer: said.by.answer,
        },
        { status: 'completed', causeReason: null },
      )
    case 'fail':
      return afterRefusal(situation, {
        reason: 'judge_rejected',
        because: rejection(said.by.verdict.model, said.missingItems),
        evidence: said.missingItems.map((text) => ({ kind: 'requirement', text })),
        answer: {
          ...said.by.answer,
          missing_items: said.missingItems,
          suggested_fixes: said.suggestedFixes,
        },
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
      return afterRefusal(situation, {
        reason: 'judge_unavailable',
        because: said.because,
        evidence: [],
        answer: null,
      })
    case 'budget':
      return afterRefusal(situation, {
        reason: 'budget_exhausted',
        because: said.because,
        evidence: [],
        answer: null,
      })
    default:
      return said satisfies never
  }
}

/** A model is to be asked, or was asked and has not answered yet. */
function awaitAnswer(
  situation: Situation,
  subject: VerdictSubject,
  { next, because }: Extract<Council, { kind: 'undecided' }>,
): Step {
  const { facts, policy, now } = situation
  const asks = asksOf(facts.effects, next.model, subject)
  const open = asks.some(({ state }) => state === 'pending' || state === 'unknown')
  const asked = open ? { wishes: [], blobs: [] } : ask(situation, subject, next)
  const deadline = after(
    asks.at(-1)?.createdAt ?? now,
    policy.judge.patience + policy.judge.timeout,
  )
  return wait(situation, {
    status: 'judging',
    what: 'judge',
    because,
    deadline: deadline > now ? deadline : after(now, policy.judge.timeout),
    wouldChange: ['verdict', 'head', 'ci', 'review'],
    ...asked,
  })
}

/**
 * What may read otherwise once the citations of a pass are looked up: one that does not hold makes
 * it no answer at all.
 */
const restsOnCitations: ReadonlySet<Council['kind']> = new Set([
  'undecided',
  'pass',
  'split',
  'low_confidence',
  'injection',
])

/**
 * Files that the judge cites come from GitHub, whose absence is the ground's failure, and never a
 * verdict.
 */
function awaitCited(situation: Situation, because: string): Step {
  const { facts, policy, now } = situation
  const since = facts.run.waitingFor.find(({ what }) => what === 'citations')?.since ?? now
  const deadline = after(since, policy.patience.github)
  if (now > deadline) return groundGaveWay(situation, because, deadline)
  return wait(situation, {
    status: 'judging',
    what: 'citations',
    because,
    deadline,
    wouldChange: ['verdict', 'head', 'ci', 'review'],
  })
}

const groundGaveWay = (situation: Situation, because: string, deadline: Instant): Step =>
  afterRefusal(situation, {
    reason: 'infrastructure',
    because: `${sentence(because)} Waited for it until ${iso(deadline)}.`,
    evidence: [],
    answer: null,
  })

/**
 * The judge needs the issue's text and a readable diff; both come from GitHub, whose absence is the
 * ground's failure.
 */
function awaitIssue(situation: Situation): Step {
  const { facts, policy, now } = situation
  const part = facts.issue.kind === 'known' ? facts.diff : facts.issue
  const before = facts.run.waitingFor.find(({ what }) => what === 'issue')?.since
  const since = part.kind === 'unreadable' ? part.since : (before ?? now)
  const deadline = after(since, policy.patience.github)
  const because = part.kind === 'known' ? 'the change cannot be read' : part.because
  if (now > deadline) return groundGaveWay(situation, because, deadline)
  return wait(situation, {
    status: 'run_complete',
    what: 'issue',
    because,
    deadline,
    wouldChange: ['issue', 'head'],
  })
}

function rejection(model: string, missing: readonly string[]): string {
  const [first] = missing
  return first === undefined
    ? `${model} does not accept the change.`
    : `${model} does not accept the change: ${sentence(first)}`
}
