import type { EffectOf } from '../decide/effect.ts'
import type { GithubWrites } from '../github/port.ts'
import { type Failure, isFailure } from '../lib/failure.ts'
import type { Performer, Settlement, Try } from './performer.ts'

export type RerunPorts = Pick<GithubWrites, 'runAttempt' | 'rerunFailedJobs' | 'rerequestSuite'>

/**
 * Asks GitHub to run failed checks once more. Its answer is `{accepted, because}`: where GitHub
 * will not (or may not) run them again, the failure that was seen counts, which is an answer and
 * not an error.
 */
export function rerunChecksPerformer(github: RerunPorts): Performer<EffectOf<'rerunChecks'>> {
  return {
    async perform(effect, attempt) {
      const { repository, target } = effect
      return target.kind === 'actions'
        ? rerunActions(github, { repository, ...target }, attempt)
        : rerequest(github, { repository, suiteId: target.suiteId }, attempt)
    },
  }
}

/**
 * A re-run shows as a higher attempt number of the Actions run, which is looked at before every
 * try.
 */
async function rerunActions(
  github: RerunPorts,
  {
    repository,
    workflowRunId,
    runAttempt,
  }: { repository: string; workflowRunId: number; runAttempt: number },
  attempt: Try,
): Promise<Settlement> {
  const of = { repository, workflowRunId }
  try {
    if ((await github.runAttempt(of, attempt.signal)) > runAttempt)
      return accepted('the checks were run again already')
    await github.rerunFailedJobs(of, attempt.signal)
    return accepted('GitHub runs the failed jobs again')
  } catch (error) {
    if (!saysNo(error)) throw error
    return declined(error.message)
  }
}

/**
 * A suite shows nothing by which our request could be told from its app's own work. So a try whose
 * answer was never seen is not repeated: it counts as made, and if nothing starts, the failure
 * counts when the grace has passed.
 */
async function rerequest(
  github: RerunPorts,
  suite: { repository: string; suiteId: number },
  attempt: Try,
): Promise<Settlement> {
  if (attempt.afterUnknown) return accepted('it was asked before, and no answer was seen')
  try {
    await github.rerequestSuite(suite, attempt.signal)
    return accepted('the suite was requested again')
  } catch (error) {
    if (!saysNo(error)) throw error
    return declined(error.message)
  }
}

const saysNo = (error: unknown): error is Failure =>
  isFailure(error) && (error.kind === 'refused' || error.kind === 'forbidden')
const accepted = (because: string): Settlement => ({
  state: 'done',
  because,
  answer: { accepted: true, because },
})
const declined = (because: string): Settlement => ({
  state: 'done',
  because: `not run again: ${because}`,
  answer: { accepted: false, because },
})
