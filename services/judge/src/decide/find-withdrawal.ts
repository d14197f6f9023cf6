import { type Closing, findClosing } from '../gates/still-wanted.ts'
import type { Issue, PullRequest } from '../github/snapshot.ts'
import type { EffectByKind } from './effect.ts'

/** The work that a next attempt would go on with, as GitHub shows it now. */
export interface Work {
  /** Null: the run has none. */
  readonly pullRequest: PullRequest | null
  readonly issue: Issue | null
  /** The base that the pull request must target now; null: not known. */
  readonly base: string | null
}

/** Why an attempt was not started, and its run is closed. */
export interface Withdrawal {
  readonly reason: Closing['reason']
  readonly because: string
}

/** Why a dispatch that is due must not be sent; null: it may be. */
export function withdrawUnwanted(
  work: Work,
  dispatch: Pick<EffectByKind<'dispatch'>, 'asked'>,
): Withdrawal | null {
  const closing = findWithdrawal(work, dispatch)
  return (
    closing && {
      reason: closing.reason,
      because: `${closing.what} before the next attempt was started.`,
    }
  )
}

/**
 * Why a dispatch must not be sent, because a person merged or closed what it is about; or null. A
 * person who asks for an attempt knows what was closed by then, so only a later closing counts.
 */
export function findWithdrawal(
  { pullRequest, issue }: Pick<Work, 'pullRequest' | 'issue'>,
  { asked }: Pick<EffectByKind<'dispatch'>, 'asked'>,
): Closing | null {
  const closing = findClosing(pullRequest, issue)
  if (closing === null || asked === undefined) return closing
  return closing.at !== null && closing.at > asked.at ? closing : null
}
