import type { EvidenceItem } from '../gates/gate.ts'
import type { NamedResult } from '../gates/index.ts'
import type { Check } from '../github/snapshot.ts'
import { getRequirementNumber } from '../judge/requirement-number.ts'
import type { VerdictAnswer } from '../judge/verdict.ts'
import { sha256 } from '../lib/ids.ts'
import { collapseSpace } from '../lib/text.ts'
import { describeHistory } from '../review/describe-history.ts'
import type { BlockingThread } from '../review/review-outcome.ts'
import { describeReason, type Reason } from '../run/reasons.ts'
import {
  type Blockers,
  formatPlace,
  listFailedAttempts,
  selectBlockingChecks,
  selectBlockingThreads,
} from './blockers.ts'

/**
 * One thing for the next attempt to fix, as data: one per failed gate, in the order of the gates.
 * Ids are stable across attempts, so that two attempts can be compared.
 */
export interface Instruction {
  /** The gate's name; `judge` for the model's findings. */
  readonly id: string
  readonly reason: Reason
  readonly because: string
  readonly points: readonly InstructionPoint[]
  /** Earlier attempts that ended for the same reason. */
  readonly earlierAttempts: readonly number[]
}

/**
 * One piece of evidence. `id` names its subject: `check:github-actions/unit`, `thread:<id>`,
 * `requirement:2`, `finding:<id>`.
 */
export interface InstructionPoint extends EvidenceItem {
  readonly id: string
  /** A check's conclusion, or what became of a thread. */
  readonly conclusion?: string
}

/** One instruction per blocker, in the order of the gates; empty if nothing blocks the run. */
export function buildInstructions(blockers: Blockers): readonly Instruction[] {
  const fromGates = blockers.results.flatMap((named) => buildInstruction(named, blockers) ?? [])
  return blockers.answer?.decision === 'fail'
    ? [...fromGates, buildVerdictInstruction(blockers.answer, blockers)]
    : fromGates
}

function buildInstruction({ name, result }: NamedResult, blockers: Blockers): Instruction | null {
  if (result.result !== 'refuse') return null
  return {
    id: name,
    reason: result.reason,
    because: result.because,
    points: buildPoints(result.reason, result.evidence, blockers),
    earlierAttempts: listEarlierAttempts(result.reason, blockers),
  }
}

/**
 * For CI and review, every failing check with its log and every thread with its full text. Threads
 * that do not block are shown to people only.
 */
function buildPoints(
  reason: Reason,
  evidence: readonly EvidenceItem[],
  blockers: Blockers,
): readonly InstructionPoint[] {
  const own = evidence
    .filter(({ kind }) => kind !== 'closed_thread' && kind !== 'settled')
    .map((item): InstructionPoint => ({ ...item, id: formatPointId(item) }))
  const known = buildKnownPoints(reason, blockers)
  return known.length === 0 ? own : [...known, ...own.filter(({ kind }) => keptKinds.has(kind))]
}

/** Evidence that is no check and no thread. */
const keptKinds: ReadonlySet<EvidenceItem['kind']> = new Set(['note', 'review', 'comment'])

function buildKnownPoints(reason: Reason, blockers: Blockers): readonly InstructionPoint[] {
  if (reason === 'ci_failed' || reason === 'ci_timeout')
    return selectBlockingChecks(blockers.ci).map((check) => buildCheckPoint(check, blockers))
  if (reason === 'review_threads_open' || reason === 'review_changes_requested') {
    return selectBlockingThreads(blockers.review).map(buildThreadPoint)
  }
  return []
}

/** The same for the check on another commit. */
export const identifyCheckPoint = ({ app, label }: Pick<Check, 'app' | 'label'>): string =>
  `check:${app}/${label}`

export function buildCheckPoint(check: Check, { logs }: Pick<Blockers, 'logs'>): InstructionPoint {
  const window = logs.get(check.id) ?? check.summary
  return {
    id: identifyCheckPoint(check),
    kind: 'check',
    text: check.label,
    conclusion: check.state,
    url: check.url,
    ...(window ? { detail: window } : {}),
  }
}

function buildThreadPoint({ thread, history }: BlockingThread): InstructionPoint {
  const [first] = thread.comments
  const became = describeHistory(history)
  return {
    id: `thread:${thread.id}`,
    kind: 'thread',
    text: formatPlace(thread),
    ...(became === null ? {} : { conclusion: became }),
    path: thread.path,
    line: thread.line,
    url: first?.url ?? null,
    author: first?.author.login ?? 'unknown',
    detail: thread.comments.map((comment) => comment.body).join('\n\n'),
  }
}

function buildVerdictInstruction(answer: VerdictAnswer, blockers: Blockers): Instruction {
  const unmet = answer.requirements_coverage.filter((coverage) => !coverage.met)
  const createPoint = (
    kind: 'requirement' | 'note',
    id: string,
    text: string,
  ): InstructionPoint => ({ id, kind, text })
  return {
    id: 'judge',
    reason: 'judge_rejected',
    because: describeReason('judge_rejected'),
    points: [
      ...unmet.map(({ requirement }) =>
        createPoint('requirement', identifyRequirement(requirement), `Not met: ${requirement}`),
      ),
      ...answer.missing_items.map((item) =>
        createPoint('requirement', `missing:${hashText(item)}`, `Missing: ${item}`),
      ),
      ...answer.suggested_fixes.map((fix) =>
        createPoint('note', `fix:${hashText(fix)}`, `Suggested: ${fix}`),
      ),
      ...(answer.next_prompt.trim() === ''
        ? []
        : [
            { ...createPoint('note', 'advice', "The judge's advice:"), detail: answer.next_prompt },
          ]),
    ],
    earlierAttempts: listEarlierAttempts('judge_rejected', blockers),
  }
}

/** By its number where it has one, because models repeat its words freely. */
const identifyRequirement = (requirement: string): string =>
  `requirement:${getRequirementNumber(requirement) ?? hashText(requirement)}`

/** A short name for a text, equal for texts that differ in case and space only. */
const hashText = (text: string): string => sha256(collapseSpace(text.toLowerCase())).slice(0, 12)

const listEarlierAttempts = (reason: Reason, { attempts }: Blockers): readonly number[] =>
  listFailedAttempts(attempts)
    .filter((earlier) => earlier.reason === reason)
    .map(({ attempt }) => attempt)

/** The line is no part of it, because it moves from attempt to attempt. */
const formatPointId = ({ kind, url, path, text, findingId }: EvidenceItem): string =>
  `${kind}:${findingId ?? url ?? path ?? text}`
