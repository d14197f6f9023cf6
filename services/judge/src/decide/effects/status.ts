import { isDeepStrictEqual } from 'node:util'
import type { CommitSha } from '../../run/run.ts'
import { buildCheckRun } from '../../text/check-run.ts'
import type { HeadlineInput } from '../../text/headline.ts'
import { buildStatusLine, type StatusInput } from '../../text/status-line.ts'
import type { Effect } from '../effect.ts'
import type { Facts } from '../facts.ts'
import { getJudgedCommit, type Situation } from '../situation.ts'
import type { PlannedEffect } from '../step.ts'
import { planEffect } from './plan-effect.ts'

/**
 * The commit's status, if its text would change. All statuses of a commit share one key, and only
 * the newest one planned for a (repository, commit, context) is set.
 */
export function planStatus(
  { facts, policy, results }: Situation,
  about: Omit<StatusInput, 'commitSha'> & Pick<HeadlineInput, 'waitingFor'>,
): readonly PlannedEffect[] {
  const commit = findStatusCommit(facts)
  const line = buildStatusLine({ ...about, commitSha: commit })
  const { repository } = facts.run.claims
  if (line === null || !policy.status.enabled) return []
  const { context } = policy.status
  const effect: Effect = {
    kind: 'status',
    key: buildStatusKey(repository, commit, context),
    repository,
    commit,
    context,
    ...line,
    ...(policy.status.check_run
      ? {
          checkRun: buildCheckRun(
            { ...about, causeReason: about.causeReason ?? null, commitSha: commit },
            results,
          ),
        }
      : {}),
  }
  if (repository === null || commit === null) {
    // An open run without a commit has nothing to show yet; an ended run records why it has no
    // status.
    if (about.reason === null) return []
    const skip =
      repository === null ? 'the repository is not known' : 'there is no commit to set it on'
    return [planEffect(effect, { skip })]
  }
  const last = facts.effects.findLast(
    ({ key }) => key.startsWith(`${effect.key}:`) || key === effect.key,
  )?.effect
  const isUnchanged =
    last?.kind === 'status' &&
    last.state === effect.state &&
    last.description === effect.description &&
    isDeepStrictEqual(last.checkRun, effect.checkRun)
  return isUnchanged ? [] : [planEffect(effect)]
}

/**
 * The head under judgement; where the head was not read this time (a person decides, or GitHub is
 * down), the commit the run was last judged by.
 */
function findStatusCommit(facts: Facts): CommitSha | null {
  if (facts.change.kind === 'known' && facts.change.value.kind === 'none') return null
  return getJudgedCommit(facts) ?? facts.run.commitSha
}

const buildStatusKey = (
  repository: string | null,
  commit: string | null,
  context: string,
): string => `status:${(repository ?? 'unknown').toLowerCase()}@${commit ?? 'none'}:${context}`
