import type { CiOutcome } from '../../ci/ci-outcome.ts'
import { type CheckLog, readCheckLog } from '../../ci/logs/check-log.ts'
import { cleanLog } from '../../ci/logs/clean-log.ts'
import type { RecordedEffect } from '../../decide/facts.ts'
import type { Check } from '../../github/snapshot.ts'
import { isFailure } from '../../lib/failure.ts'
import type { Policy } from '../../policy/policy.ts'
import type { CommitSha } from '../../run/run.ts'
import { selectBlockingChecks } from '../../text/blockers.ts'
import type { CommitReadDeps } from './read-commit.ts'

/** The end of a log that is read. What failed stands near it, behind the steps that succeeded. */
const MAX_LOG_BYTES = 1024 * 1024
/** The most logs read for the prompt of the next attempt, which has no room for more. */
const MAX_LOGS = 5

/**
 * The logs of failed jobs, by check id, for the prompt of the next attempt. They are read when CI
 * has finally failed. A log that cannot be read is left out; it is no reason to wait.
 */
export async function readCheckLogs(
  of: CommitReadDeps & { ci: CiOutcome | null; effects: readonly RecordedEffect[]; policy: Policy },
  signal: AbortSignal,
): Promise<ReadonlyMap<number, CheckLog>> {
  const { ci, effects, policy } = of
  if (ci === null || (ci.kind !== 'timeout' && !isFinalFailure(ci, { effects, policy })))
    return new Map()
  const jobs = selectBlockingChecks(ci).filter(hasLog).slice(0, MAX_LOGS)
  const read = jobs.map(async (check) => {
    const log = await readLog({ ...of, commit: ci.commit }, check, signal).catch(() => null)
    return log === null ? [] : [[check.id, log] as const]
  })
  return new Map((await Promise.all(read)).flat())
}

/** Whether CI has failed and its failed checks are not to be re-run first. */
export function isFinalFailure(
  ci: CiOutcome,
  { effects, policy }: { effects: readonly RecordedEffect[]; policy: Policy },
): ci is Extract<CiOutcome, { kind: 'failure' }> {
  if (ci.kind !== 'failure') return false
  const isRerunPlanned = effects.some(
    ({ effect }) => effect.kind === 'rerunChecks' && effect.commit === ci.commit,
  )
  return !policy.ci.rerun_failed_once || ci.rerunnable.length === 0 || isRerunPlanned
}

/** Only jobs of GitHub Actions have logs that can be read. */
export const hasLog = ({ kind, app }: Pick<Check, 'kind' | 'app'>): boolean =>
  kind === 'check_run' && app === 'github-actions'

/**
 * What the log of a finished job says; null if it has none (any longer), or if we may not read it.
 * Rejects if GitHub does not answer now. The log of a finished job never changes.
 */
export async function readLog(
  of: CommitReadDeps & { readonly commit: CommitSha },
  { id, name }: Pick<Check, 'id' | 'name'>,
  signal: AbortSignal,
): Promise<CheckLog | null> {
  const { github, cache, mask, repository, commit } = of
  const before = await cache.find('check_log', { check: id })
  if (before !== null && before.text !== null) return readStoredLog(before.text, before.value)
  const raw = await github
    .readJobLog({ repository, checkRunId: id, maxBytes: MAX_LOG_BYTES }, signal)
    .catch((error: unknown) => {
      if (isFailure(error) && (error.kind === 'forbidden' || error.kind === 'refused')) return null
      throw error
    })
  if (raw === null) return null
  const log = readCheckLog(await mask(cleanLog(raw)))
  cache.put({
    kind: 'check_log',
    commit,
    value: { check: id, name, errors: [...log.errors] },
    text: log.window,
  })
  return log
}

/** An earlier release stored the end of the log, without its errors. */
const readStoredLog = (text: string, { errors }: Readonly<Record<string, unknown>>): CheckLog =>
  Array.isArray(errors)
    ? { window: text, errors: errors.filter((line) => typeof line === 'string') }
    : readCheckLog(cleanLog(text))
