import type { EffectByKind } from '../decide/effect.ts'
import type { GithubWrites } from '../github/port.ts'
import { type Failure, isFailure } from '../lib/failure.ts'
import type { EffectTry, Performer, Settlement } from './performer.ts'

export type RerunPorts = Pick<GithubWrites, 'readRunAttempt' | 'rerunFailedJobs' | 'rerequestSuite'>

/**
 * Asks GitHub to re-run failed checks once. The stored answer is `{accepted, because}`: if GitHub
 * refuses or forbids the re-run, the failure that was seen counts, which is an answer and no error.
 */
export function createRerunChecksPerformer(
  github: RerunPorts,
): Performer<EffectByKind<'rerunChecks'>> {
  return {
    async perform(effect, effectTry) {
      const { repository, target } = effect
      return target.kind === 'actions'
        ? rerunActions(github, { repository, ...target }, effectTry)
        : rerequestSuite(github, { repository, suiteId: target.suiteId }, effectTry)
    },
  }
}

/** A re-run raises the attempt number of the Actions run, which every try reads first. */
async function rerunActions(
  github: RerunPorts,
  {
    repository,
    workflowRunId,
    runAttempt,
  }: { repository: string; workflowRunId: number; runAttempt: number },
  effectTry: EffectTry,
): Promise<Settlement> {
  const of = { repository, workflowRunId }
  try {
    if ((await github.readRunAttempt(of, effectTry.signal)) > runAttempt)
      return toAccepted('the checks have already been re-run')
    await github.rerunFailedJobs(of, effectTry.signal)
    return toAccepted('GitHub re-runs the failed jobs')
  } catch (error) {
    if (!isRefusal(error)) throw error
    return toDeclined(error.message)
  }
}

/**
 * Nothing in a suite distinguishes our request from its app's own work. So after an unknown result
 * the request is not repeated but counts as accepted; if nothing starts, the failure counts at the
 * end of the grace period.
 */
async function rerequestSuite(
  github: RerunPorts,
  suite: { repository: string; suiteId: number },
  effectTry: EffectTry,
): Promise<Settlement> {
  if (effectTry.afterUnknown)
    return toAccepted('the suite was requested before, with an unknown result')
  try {
    await github.rerequestSuite(suite, effectTry.signal)
    return toAccepted('the suite was requested again')
  } catch (error) {
    if (!isRefusal(error)) throw error
    return toDeclined(error.message)
  }
}

const isRefusal = (error: unknown): error is Failure =>
  isFailure(error) && (error.kind === 'refused' || error.kind === 'forbidden')
const toAccepted = (because: string): Settlement => ({
  state: 'done',
  because,
  answer: { accepted: true, because },
})
const toDeclined = (because: string): Settlement => ({
  state: 'done',
  because: `not re-run: ${because}`,
  answer: { accepted: false, because },
})
