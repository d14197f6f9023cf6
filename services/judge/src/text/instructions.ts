import type { EvidenceItem } from '../gates/gate.ts'
import type { NamedResult } from '../gates/index.ts'
import type { Check } from '../github/snapshot.ts'
import type { Answer } from '../judge/verdict.ts'
import type { BlockingThread } from '../review/outcome.ts'
import { type Reason, reasonText } from '../run/reasons.ts'
import { blockingThreads, placeOf, type Red, redChecks, sentBack } from './blockers.ts'

/**
 * One thing the next attempt must put right, before it is text: one per red gate, in the order of
 * the gates. The ids are the same from attempt to attempt, so that the one after can be asked:
 * obeyed, ignored, or made worse?
 */
export interface Instruction {
  /** The gate's name; `judge` for what the model found. */
  readonly id: string
  readonly reason: Reason
  readonly because: string
  readonly points: readonly Point[]
  /**
   * Attempts before this one that already ended for the same reason: what was asked of them did not
   * help.
   */
  readonly tried: readonly number[]
}

/**
 * One piece of evidence. `id` names the outside thing it is about (`check:ci/unit`, `thread:<id>`,
 * `requirement:…`).
 */
export interface Point extends EvidenceItem {
  readonly id: string
  /** A check's conclusion. */
  readonly conclusion?: string
}

/** The ordered list of what is red. Empty when nothing is. */
export function buildInstructions(red: Red): readonly Instruction[] {
  const fromGates = red.results.flatMap((named) => instruction(named, red) ?? [])
  return red.answer?.decision === 'fail' ? [...fromGates, judged(red.answer, red)] : fromGates
}

function instruction({ name, result }: NamedResult, red: Red): Instruction | null {
  if (result.result !== 'refuse') return null
  return {
    id: name,
    reason: result.reason,
    because: result.because,
    points: pointsOf(result.reason, result.evidence, red),
    tried: triedBefore(result.reason, red),
  }
}

/**
 * CI and review know more than their gate's evidence: every failing check with its log, every
 * thread with its full text.
 */
function pointsOf(reason: Reason, evidence: readonly EvidenceItem[], red: Red): readonly Point[] {
  const own = evidence.map((item): Point => ({ ...item, id: idOf(item) }))
  const known = knownPoints(reason, red)
  return known.length === 0
    ? own
    : [...known, ...own.filter((item) => item.kind === 'note' || item.kind === 'review')]
}

function knownPoints(reason: Reason, red: Red): readonly Point[] {
  if (reason === 'ci_failed' || reason === 'ci_timeout')
    return redChecks(red.ci).map((check) => checkPoint(check, red))
  if (reason === 'review_threads_open' || reason === 'review_changes_requested') {
    return blockingThreads(red.review).map(threadPoint)
  }
  return []
}

export function checkPoint(check: Check, { logs }: Pick<Red, 'logs'>): Point {
  const window = logs.get(check.id) ?? check.summary
  return {
    id: `check:${check.app}/${check.name}`,
    kind: 'check',
    text: check.name,
    conclusion: check.state,
    url: check.url,
    ...(window ? { detail: window } : {}),
  }
}

function threadPoint({ thread }: BlockingThread): Point {
  const opened = thread.comments[0]
  return {
    id: `thread:${thread.id}`,
    kind: 'thread',
    text: placeOf(thread),
    path: thread.path,
    line: thread.line,
    url: opened?.url ?? null,
    author: opened?.author.login ?? 'unknown',
    detail: thread.comments.map((comment) => comment.body).join('\n\n'),
  }
}

function judged(answer: Answer, red: Red): Instruction {
  const unmet = answer.requirements_coverage.filter((coverage) => !coverage.met)
  const point = (kind: 'requirement' | 'note', prefix: string, text: string): Point => ({
    id: `${prefix}:${text}`,
    kind,
    text,
  })
  return {
    id: 'judge',
    reason: 'judge_rejected',
    because: reasonText('judge_rejected'),
    points: [
      ...unmet.map(({ requirement }) =>
        point('requirement', 'requirement', `Not met: ${requirement}`),
      ),
      ...answer.missing_items.map((item) => point('requirement', 'missing', `Missing: ${item}`)),
      ...answer.suggested_fixes.map((fix) => point('note', 'fix', `Suggested: ${fix}`)),
      ...(answer.next_prompt.trim() === ''
        ? []
        : [{ ...point('note', 'advice', 'The judge advises:'), detail: answer.next_prompt }]),
    ],
    tried: triedBefore('judge_rejected', red),
  }
}

const triedBefore = (reason: Reason, { attempts }: Red): readonly number[] =>
  sentBack(attempts)
    .filter((earlier) => earlier.reason === reason)
    .map(({ attempt }) => attempt)

const idOf = (item: EvidenceItem): string =>
  `${item.kind}:${item.url ?? (item.path ? placeOf({ path: item.path, line: item.line ?? null }) : item.text)}`
