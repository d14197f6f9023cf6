import type { EffectOf } from '../decide/effect.ts'
import type { GithubWrites } from '../github/port.ts'
import { Failure, isFailure } from '../lib/failure.ts'
import type { Mask } from '../lib/mask.ts'
import { clip } from '../lib/text.ts'
import type { RunId } from '../run/run.ts'
import { descriptionMax } from '../text/status-line.ts'
import type { Performer } from './performer.ts'

export interface StatusPorts {
  readonly github: Pick<GithubWrites, 'setStatus'>
  /** Where a run is shown. */
  readonly runUrl: (run: RunId) => string
  readonly mask: Mask
}

/**
 * Sets the commit status. Setting it twice is harmless, so nothing is looked up; that no older
 * status overwrites a newer one is seen to before a try begins. A missing permission switches
 * statuses off instead of failing the run.
 */
export function statusPerformer({
  github,
  runUrl,
  mask,
}: StatusPorts): Performer<EffectOf<'status'>> {
  return {
    async perform(effect, attempt) {
      const { repository, commit, context, state } = effect
      if (repository === null)
        return { state: 'skipped', because: 'the run does not say which repository it belongs to' }
      if (commit === null)
        return { state: 'skipped', because: 'there is no commit to set a status on' }
      const description = clip(await mask(effect.description), descriptionMax)
      const targetUrl = runUrl(attempt.runId)
      try {
        await github.setStatus(
          { repository, commit, context, state, description, targetUrl },
          attempt.signal,
        )
        return { state: 'done', because: `${context} is ${state}` }
      } catch (error) {
        if (isFailure(error) && error.kind === 'forbidden')
          return { state: 'skipped', because: `statuses are off: ${error.message}` }
        if (isFailure(error) && error.kind === 'unknown')
          throw new Failure('unavailable', error.message, { cause: error })
        throw error
      }
    },
  }
}
