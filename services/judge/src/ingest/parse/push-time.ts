import { addMillis, earliest, type Instant } from '../../lib/instant.ts'
import type { Json } from '../../lib/json.ts'
import { readInstant } from './fields.ts'

/** The times of a webhook that announces a push. */
export interface PushTimes {
  /** GitHub's own times of the change: `repository.pushed_at`, a pull request's `updated_at`. */
  readonly github: readonly Json[]
  /** `head_commit.timestamp`, which the committer can choose. */
  readonly committedAt: Json
  /** True if the push created the branch. */
  readonly createdBranch: boolean
  /** When something on the way to us first had the webhook; null if nothing says so. */
  readonly seenAt: Instant | null
}

/**
 * A moment by which the push had happened, though its webhook may be hours late. GitHub's times and
 * those of the transport are never before the push, so each proves it, and the earliest is the
 * closest.
 *
 * The committer's date proves nothing: with an early one, a 👍 given to the head before would count
 * for this head. It is used only for the first push of a branch. There it can do no harm: a branch
 * is older than its pull requests, and nothing counts that is older than the pull request.
 */
export function findPushProof(times: PushTimes): Instant | null {
  const { github, committedAt, createdBranch, seenAt } = times
  const proofs = [
    ...[...github, ...(createdBranch ? [committedAt] : [])].map(readEndOfSecond),
    seenAt,
  ]
  const [first, ...others] = proofs.filter((proof) => proof !== null)
  return first === undefined ? null : earliest(first, ...others)
}

/** GitHub's times are whole seconds, and the change happened at any time within that second. */
function readEndOfSecond(value: Json): Instant | null {
  const at = readInstant(value)
  return at === null ? null : at % 1000 === 0 ? addMillis(at, 999) : at
}
