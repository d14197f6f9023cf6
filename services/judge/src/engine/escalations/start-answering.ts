import { getErrorMessage } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { type AnswerByCommentDeps, answerByComments } from './answer-by-comment.ts'

/** How soon a webhook about a comment leads to a look at it. */
const EVERY_MS: Millis = 1_000

/** Looks for answers on GitHub until it is stopped, one look after the other. */
export function startAnswering(deps: AnswerByCommentDeps): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    running ??= answerByComments(deps, stopping.signal)
      .catch((error: unknown) =>
        deps.log.warn(
          { event: 'answers_failed', error: getErrorMessage(error) },
          'answers on GitHub could not be looked for; the next look follows soon',
        ),
      )
      .finally(() => {
        running = null
      })
  }, EVERY_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      stopping.abort()
      await running
    },
  }
}
