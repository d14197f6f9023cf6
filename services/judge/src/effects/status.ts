import type { EffectByKind } from '../decide/effect.ts'
import type { GithubWrites } from '../github/port.ts'
import { Failure, isFailure } from '../lib/failure.ts'
import type { Mask } from '../lib/mask.ts'
import { clip } from '../lib/text.ts'
import type { CommitSha, RunId } from '../run/run.ts'
import { MAX_DESCRIPTION_CHARS } from '../text/status-line.ts'
import type { Performer } from './performer.ts'

export interface StatusPerformerDeps {
  readonly github: Pick<GithubWrites, 'setStatus' | 'setCheckRun'>
  /** The id of the check run that an effect of this key has set; null: none has. */
  readonly findCheckRun: (key: string) => Promise<number | null>
  /** The address of a run's page. */
  readonly getRunUrl: (run: RunId) => string
  readonly mask: Mask
}

/**
 * Sets a commit status. Setting the same status twice is harmless, so a try after an unknown result
 * looks nothing up. That an older status never overwrites a newer one is ensured before the try
 * begins (`admitTry`). If the permission is missing, the status is skipped and the run goes on.
 */
export function createStatusPerformer({
  github,
  findCheckRun,
  getRunUrl: runUrl,
  mask,
}: StatusPerformerDeps): Performer<EffectByKind<'status'>> {
  return {
    async perform(effect, effectTry) {
      const { repository, commit, context, state } = effect
      if (repository === null)
        return { state: 'skipped', because: 'the run does not say which repository it belongs to' }
      if (commit === null)
        return { state: 'skipped', because: 'there is no commit to set a status on' }
      const description = clip(await mask(effect.description), MAX_DESCRIPTION_CHARS)
      const targetUrl = runUrl(effectTry.runId)
      try {
        const checkRun = await setCheckRun({ github, findCheckRun }, effect, {
          commit,
          repository,
          detailsUrl: targetUrl,
          signal: effectTry.signal,
        })
        if (checkRun !== null)
          return {
            state: 'done',
            because: `the check run ${context} is ${state}`,
            answer: { checkRunId: checkRun },
          }
        await github.setStatus(
          { repository, commit, context, state, description, targetUrl },
          effectTry.signal,
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

/**
 * Sets the check run, if the effect wants one. Null: it wants none, or the credentials cannot write
 * one; then a commit status says the same.
 */
async function setCheckRun(
  { github, findCheckRun }: Pick<StatusPerformerDeps, 'github' | 'findCheckRun'>,
  { key, context, state, checkRun }: EffectByKind<'status'>,
  {
    signal,
    ...about
  }: {
    readonly repository: string
    readonly commit: CommitSha
    readonly detailsUrl: string
    readonly signal: AbortSignal
  },
): Promise<number | null> {
  if (checkRun === undefined) return null
  const known = await findCheckRun(key)
  // Annotations cannot be taken back, so they are added once the run has ended.
  const annotations = state === 'pending' ? [] : checkRun.annotations
  try {
    return await github.setCheckRun(
      { ...about, ...checkRun, annotations, name: context, known, state },
      signal,
    )
  } catch (error) {
    if (isFailure(error) && error.kind === 'forbidden') return null
    throw error
  }
}
