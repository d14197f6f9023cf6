import { listed } from '../lib/text.ts'
import { isOpen, type Status } from '../run/lifecycle.ts'
import { type Reason, reasonText } from '../run/reasons.ts'
import { oneLine } from './plain.ts'

/** What GitHub takes as the description of a commit status. */
export const descriptionMax = 140

export interface StatusLine {
  readonly state: 'pending' | 'success' | 'failure' | 'error'
  readonly description: string
}

export interface StatusInput {
  readonly status: Status
  readonly reason: Reason | null
  /** The cause beneath a reason like `attempts_exhausted`. */
  readonly causeReason?: Reason | null
  /** The gate's or the decision's own sentence, where it says more than the reason. */
  readonly because: string | null
  /** What an open run waits for, as a person would name it: `CI: unit, lint`. */
  readonly waitsFor: readonly string[]
}

/**
 * The commit status of a run, or null where it must not be touched (`superseded`, `closed`). It
 * holds no time and no count that moves while nothing else does: a status is written only when its
 * text changes.
 */
export function statusLine({
  status,
  reason,
  causeReason,
  because,
  waitsFor,
}: StatusInput): StatusLine | null {
  if (isOpen(status)) {
    const what = waitsFor.length > 0 ? `Waiting for ${listed(waitsFor, 4)}.` : opening[status]
    return line('pending', what)
  }
  const cause = causeReason && causeReason !== reason ? ` (${causeReason})` : ''
  const why = because ?? (reason === null ? '' : reasonText(reason))
  switch (status) {
    case 'completed':
      return line('success', why || 'Done, and proven.')
    case 'needs_iteration':
      return line('failure', `Another attempt follows: ${why}${cause}`)
    case 'needs_human':
      return line('error', `A person must act: ${why}${cause}`)
    case 'superseded':
    case 'closed':
      return null
    default:
      return status satisfies never
  }
}

const opening = {
  notified: 'Waiting for the workflow to finish.',
  run_complete: 'Gathering evidence.',
  waiting_for_ci: 'Waiting for CI.',
  waiting_for_review: 'Waiting for the review.',
  judging: 'Every gate passed; asking the judge.',
} as const

const line = (state: StatusLine['state'], description: string): StatusLine => ({
  state,
  description: oneLine(description, descriptionMax),
})
