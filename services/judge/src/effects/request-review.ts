import type { EffectByKind } from '../decide/effect.ts'
import type { GithubWrites } from '../github/port.ts'
import { isFailure } from '../lib/failure.ts'
import { shortenSha } from '../lib/text.ts'
import { formatReviewRequestComment, formatReviewRequestMarker } from '../text/review-request.ts'
import type { Performer } from './performer.ts'

/**
 * Asks the Codex reviewer to review a head, once. The comment carries a hidden marker of the head,
 * and every try first looks for it, the first one included: a database that was restored from a
 * backup has forgotten what it asked.
 */
export function createRequestReviewPerformer(
  github: Pick<GithubWrites, 'findComment' | 'postComment'>,
): Performer<EffectByKind<'requestReview'>> {
  return {
    async perform({ repository, prNumber, commit }, effectTry) {
      const pull = { repository, number: prNumber }
      try {
        const existing = await github.findComment(
          { ...pull, marker: formatReviewRequestMarker(commit) },
          effectTry.signal,
        )
        if (existing !== null)
          return {
            state: 'done',
            because: 'the review was requested before',
            answer: { url: existing.url, asked: false },
          }
        const { url } = await github.postComment(
          { ...pull, body: formatReviewRequestComment(commit) },
          effectTry.signal,
        )
        return {
          state: 'done',
          because: `a review of ${shortenSha(commit)} was requested`,
          answer: { url, asked: true },
        }
      } catch (error) {
        if (isFailure(error) && error.kind === 'forbidden') {
          return { state: 'skipped', because: `review requests are off: ${error.message}` }
        }
        throw error
      }
    },
  }
}
