import { formatList } from '../lib/text.ts'
import { isOpen, type Status } from '../run/lifecycle.ts'
import type { Reason } from '../run/reasons.ts'
import { buildHeadline } from './headline.ts'
import { toOneLine } from './untrusted-text.ts'

/** GitHub's limit for the description of a commit status. */
export const MAX_DESCRIPTION_CHARS = 140

export interface StatusLine {
  readonly state: 'pending' | 'success' | 'failure' | 'error'
  readonly description: string
}

export interface StatusInput {
  readonly status: Status
  readonly reason: Reason | null
  /** The cause of a reason like `attempts_exhausted`. */
  readonly causeReason?: Reason | null
  /** The explanation of the gate or the decision; null: the reason's own sentence. */
  readonly because: string | null
  /** The judged commit; null: it is not known, or the status is of a run that waits. */
  readonly commitSha: string | null
  /** Who decided: `service`, or a person; null: it is not known. */
  readonly by: string | null
  /** What an open run waits for, in words for people: `CI: unit, lint`. */
  readonly waitsFor: readonly string[]
}

/**
 * The commit status of a run, or null if it must stay as it is (`superseded`, `closed`). That of an
 * ended run is its headline. A status is written only when its text changes, so that of an open run
 * contains no time and no changing count.
 */
export function buildStatusLine({
  status,
  reason,
  causeReason,
  because,
  waitsFor,
  commitSha,
  by,
}: StatusInput): StatusLine | null {
  if (isOpen(status)) {
    const what =
      waitsFor.length > 0 ? `Waiting for ${formatList(waitsFor, 4)}.` : openDescriptions[status]
    return createStatusLine('pending', what)
  }
  const { statusWords, headline } = buildHeadline({
    status,
    reason,
    causeReason: causeReason ?? null,
    because,
    commitSha,
    waitingFor: [],
    by,
  })
  switch (status) {
    case 'completed':
      return createStatusLine('success', `${statusWords}: ${headline}`)
    case 'needs_iteration':
      return createStatusLine('failure', `${statusWords}: ${headline}`)
    case 'needs_human':
      return createStatusLine('error', `${statusWords}: ${headline}`)
    case 'superseded':
    case 'closed':
      return null
    default:
      return status satisfies never
  }
}

const openDescriptions = {
  notified: 'Waiting for the workflow to finish.',
  run_complete: 'Collecting evidence.',
  waiting_for_ci: 'Waiting for CI.',
  waiting_for_review: 'Waiting for the review.',
  judging: 'Every gate passed; asking the judge.',
} as const

const createStatusLine = (state: StatusLine['state'], description: string): StatusLine => ({
  state,
  description: toOneLine(description, MAX_DESCRIPTION_CHARS),
})
