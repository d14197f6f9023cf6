import type { CiOutcome } from '../../ci/ci-outcome.ts'
import type { RecordedEffect } from '../../decide/facts.ts'
import type { Diff } from '../../diff/diff.ts'
import { parseDiff } from '../../diff/parse-diff.ts'
import type { CommitRelation, GithubReads } from '../../github/port.ts'
import { isFailure } from '../../lib/failure.ts'
import { sha256 } from '../../lib/ids.ts'
import type { Mask } from '../../lib/mask.ts'
import type { Policy } from '../../policy/policy.ts'
import type { CommitSha } from '../../run/run.ts'
import { selectBlockingChecks } from '../../text/blockers.ts'
import type { FactCache } from './fact-cache.ts'

/*
 * Reads what belongs to one commit and therefore never changes. Each part is read once a run,
 * masked, and cached.
 */

interface CommitReadDeps {
  readonly github: GithubReads
  readonly cache: FactCache
  readonly mask: Mask
  readonly repository: string
}

/** A longer unified diff is not read. Far above what the policy accepts, and harmless in memory. */
const MAX_DIFF_BYTES = 8 * 1024 * 1024
const MAX_LOG_BYTES = 64 * 1024
/** The most logs read for one commit; a prompt has no room for more. */
const MAX_LOGS = 5

/**
 * Reads the diff between two commits. It is never read by pull-request number, because that diff
 * changes with the head.
 */
export async function readDiff(
  of: CommitReadDeps & { base: CommitSha; head: CommitSha; policy: Policy },
  signal: AbortSignal,
): Promise<Diff> {
  const { github, cache, mask, repository, base, head } = of
  const before = await cache.find('diff', { base, head })
  if (before?.text !== null && before !== null) return parseDiff(before.text)
  if (typeof before?.value.tooLarge === 'string') return toTooLargeDiff(head, before.value.tooLarge)
  try {
    const text = await mask(
      await github.readDiff({ repository, base, head, maxBytes: MAX_DIFF_BYTES }, signal),
    )
    const diff = parseDiff(text)
    cache.put({
      kind: 'diff',
      commit: head,
      value: { base, head, files: diff.files.length, added: diff.added, removed: diff.removed },
      text,
    })
    return diff
  } catch (error) {
    if (!isFailure(error) || error.kind !== 'refused') throw error
    cache.put({ kind: 'diff', commit: head, value: { base, head, tooLarge: error.message } })
    return toTooLargeDiff(head, error.message)
  }
}

const toTooLargeDiff = (head: CommitSha, because: string): Diff => ({
  files: [],
  digest: sha256(`too large: ${head}`),
  added: 0,
  removed: 0,
  tooLarge: because,
})

/**
 * Reads how the reported commit relates to the head. Only `same` and `ancestor` are cached, because
 * GitHub may learn of a commit later.
 */
export async function readRelation(
  of: Omit<CommitReadDeps, 'mask'> & { commit: string; head: CommitSha },
  signal: AbortSignal,
): Promise<CommitRelation> {
  const { github, cache, repository, commit, head } = of
  if (head.startsWith(commit.toLowerCase()) && commit.length >= 7) return 'same'
  const before = await cache.find('relation', { commit, head })
  if (before) return before.value.relation === 'same' ? 'same' : 'ancestor'
  const relation = await github.readRelation({ repository, commit, head }, signal)
  if (relation === 'same' || relation === 'ancestor')
    cache.put({ kind: 'relation', commit: head, value: { commit, head, relation } })
  return relation
}

/** Reads files at a commit. Returns their texts by path; null: there is no such text file. */
export async function readFiles(
  of: CommitReadDeps & { commit: CommitSha; paths: readonly string[] },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string | null>> {
  const { github, cache, mask, repository, commit } = of
  const entries = await Promise.all(
    of.paths.map(async (path): Promise<[string, string | null]> => {
      const before = await cache.find('file', { commit, path })
      if (before) return [path, before.text]
      const raw = await github.readFile({ repository, commit, path }, signal)
      const text = raw === null ? null : await mask(raw)
      cache.put({
        kind: 'file',
        commit,
        value: { commit, path, found: text !== null },
        ...(text === null ? {} : { text }),
      })
      return [path, text]
    }),
  )
  return new Map(entries)
}

/**
 * Reads the ends of the logs of failed jobs, for the prompt of the next attempt. They are read when
 * CI has finally failed, not while its failed jobs may still be re-run. A log that cannot be read
 * is left out; it is no reason to wait.
 */
export async function readCheckLogs(
  of: CommitReadDeps & { ci: CiOutcome | null; effects: readonly RecordedEffect[]; policy: Policy },
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const { github, cache, mask, repository, ci, effects, policy } = of
  const logs = new Map<number, string>()
  if (ci === null || (ci.kind !== 'failure' && ci.kind !== 'timeout')) return logs
  const isRerunPlanned = effects.some(
    ({ effect }) => effect.kind === 'rerunChecks' && effect.commit === ci.commit,
  )
  if (
    ci.kind === 'failure' &&
    policy.ci.rerun_failed_once &&
    ci.rerunnable.length > 0 &&
    !isRerunPlanned
  )
    return logs
  const jobs = selectBlockingChecks(ci)
    .filter(({ kind, app }) => kind === 'check_run' && app === 'github-actions')
    .slice(0, MAX_LOGS)
  await Promise.all(
    jobs.map(async ({ id, name }) => {
      const before = await cache.find('check_log', { check: id })
      if (before) {
        if (before.text !== null) logs.set(id, before.text)
        return
      }
      const raw = await github
        .readJobLog({ repository, checkRunId: id, maxBytes: MAX_LOG_BYTES }, signal)
        .catch(() => null)
      if (raw === null) return
      const text = await mask(raw)
      cache.put({ kind: 'check_log', commit: ci.commit, value: { check: id, name }, text })
      logs.set(id, text)
    }),
  )
  return logs
}
