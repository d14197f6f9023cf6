import type { EvidenceItem } from '../gates/gate.ts'
import type { NamedResult } from '../gates/index.ts'
import type { VerdictAnswer } from '../judge/verdict.ts'
import { getKnownValue } from '../lib/known.ts'
import { compareText, pluralize } from '../lib/text.ts'
import { describeReason, type Reason } from '../run/reasons.ts'
import type { Attempt } from '../run/run.ts'
import {
  formatPlace,
  selectBlockingChecks,
  selectBlockingThreads,
  selectCommentFindings,
} from '../text/blockers.ts'
import { type ComparedAttempt, describeRepetition, getCommitUrl } from '../text/repetition.ts'
import type { Repetition } from './attempts.ts'
import type { Facts } from './facts.ts'
import { listCheckErrors } from './fingerprint.ts'
import { getJudgedCommit, getPullRequest } from './situation.ts'

/** What this attempt failed by. */
interface Failure {
  readonly reason: Reason
  readonly results: readonly NamedResult[]
  readonly answer: VerdictAnswer | null
}

/** The comparison with earlier attempts, for the person who is asked: in words and as evidence. */
export function explainRepetition(
  facts: Facts,
  failure: Failure,
  { kind, equals, inARow }: Repetition,
): { readonly because: string; readonly evidence: readonly EvidenceItem[] } {
  const attempts: readonly ComparedAttempt[] = [
    ...equals.map(toComparedAttempt),
    {
      attempt: facts.run.attempt,
      reason: failure.reason,
      commit: getJudgedCommit(facts),
      prUrl: getPullRequest(facts)?.url ?? facts.lastSeen.prUrl,
    },
  ]
  const parts = kind === 'failure' ? listFailureParts(facts, failure) : listChangedFiles(facts)
  return {
    because: describeRepetition({ kind, inARow, attempts, parts }),
    evidence: attempts.slice(-MAX_EVIDENCE).map((one) => ({
      kind: 'commit',
      text:
        `attempt ${one.attempt}: ` +
        (one.reason === null ? 'its reason is not known' : describeReason(one.reason)),
      url: getCommitUrl(one),
    })),
  }
}

const MAX_EVIDENCE = 10

const toComparedAttempt = (one: Attempt): ComparedAttempt => ({
  attempt: one.attempt,
  reason: one.record?.reason ?? one.causeReason ?? one.reason,
  commit: one.commitSha,
  prUrl: one.prUrl,
})

/** What makes a failure what it is; the parts that its fingerprint is computed from. */
function listFailureParts(facts: Facts, { reason, results, answer }: Failure): readonly string[] {
  if (reason.startsWith('ci_'))
    return selectBlockingChecks(getKnownValue(facts.ci)).map((check) => {
      const [first] = listCheckErrors(check, facts)
      return first === undefined ? `check ${check.label}` : `check ${check.label}: ${first}`
    })
  if (reason.startsWith('review_')) {
    const review = getKnownValue(facts.review)
    return [
      ...selectBlockingThreads(review).map(({ thread }) => `review thread ${formatPlace(thread)}`),
      ...selectCommentFindings(review).flatMap(({ titles }) => titles),
    ]
  }
  if (reason === 'judge_rejected')
    return (answer?.missing_items ?? []).map((item) => `missing item ${item}`)
  return results.flatMap(({ result }) =>
    result.result === 'refuse' && result.reason === reason
      ? result.evidence.map(({ text }) => text)
      : [],
  )
}

function listChangedFiles(facts: Facts): readonly string[] {
  const diff = getKnownValue(facts.diff)
  if (diff === null || diff.files.length === 0) return []
  const paths = diff.files.map(({ path }) => path).sort(compareText)
  return [
    `${pluralize(diff.added, 'added line')}`,
    `${pluralize(diff.removed, 'removed line')}`,
    ...paths,
  ]
}
