import type { EffectOf } from '../decide/effect.ts'
import type { GithubWrites } from '../github/port.ts'
import { isFailure } from '../lib/failure.ts'
import { shortSha } from '../lib/text.ts'
import { reviewRequestComment, reviewRequestMarker } from '../text/review-request.ts'
import type { Performer } from './performer.ts'

/**
 * Asks the Codex reviewer to look at a head, once. The comment carries a hidden marker of the head
 * and is looked for before every try, the first one too: a database restored from a backup does not
 * remember what it asked.
 */
export function requestReviewPerformer(
  github: Pick<GithubWrites, 'findComment' | 'comment'>,
): Performer<EffectOf<'requestReview'>> {
  return {
    async perform({ repository, prNumber, commit }, attempt) {
      const pull = { repository, number: prNumber }
      try {
        const asked = await github.findComment(
          { ...pull, marker: reviewRequestMarker(commit) },
          attempt.signal,
        )
        if (asked !== null)
          return {
            state: 'done',
            because: 'it was asked before',
            answer: { url: asked.url, asked: false },
          }
        const { url } = await github.comment(
          { ...pull, body: reviewRequestComment(commit) },
          attempt.signal,
        )
        return {
          state: 'done',
          because: `a review of ${shortSha(commit)} was asked for`,
          answer: { url, asked: true },
        }
      } catch (error) {
        if (isFailure(error) && error.kind === 'forbidden') {
          return { state: 'skipped', because: `asking for reviews is off: ${error.message}` }
        }
        throw error
      }
    },
  }
}
