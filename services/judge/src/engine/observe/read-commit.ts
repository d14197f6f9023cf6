import type { CiOutcome } from '../../ci/outcome.ts'
import type { EffectSeen } from '../../decide/facts.ts'
import type { Diff } from '../../diff/diff.ts'
import { parseDiff } from '../../diff/parse-diff.ts'
import type { CommitRelation, GithubReads } from '../../github/port.ts'
import { isFailure } from '../../lib/failure.ts'
import { sha256 } from '../../lib/ids.ts'
import type { Mask } from '../../lib/mask.ts'
import type { Policy } from '../../policy/policy.ts'
import type { CommitSha } from '../../run/run.ts'
import { redChecks } from '../../text/blockers.ts'
import type { Kept } from './fact-cache.ts'

/* What belongs to one commit and therefore never changes: read once a run, and kept. All texts are masked before they are. */

interface Ports {
  readonly github: GithubReads
  readonly kept: Kept
  readonly mask: Mask
  readonly repository: string
}

/**
 * Bytes of a unified diff beyond which it is not read: far over what policy lets pass, far under
 * what would hurt.
 */
const MAX_DIFF_BYTES = 8 * 1024 * 1024
const LOG_BYTES = 64 * 1024
/** Logs read for one commit: what a prompt can use. */
const MAX_LOGS = 5

/**
 * What base…head changes, by commit ids and never by pull-request number: the number's diff moves
 * with its head.
 */
export async function readDiffOf(
  of: Ports & { base: CommitSha; head: CommitSha; policy: Policy },
  signal: AbortSignal,
): Promise<Diff> {
  const { github, kept, mask, repository, base, head } = of
  const before = await kept.find('diff', { base, head })
  if (before?.text !== null && before !== null) return parseDiff(before.text)
  if (typeof before?.value.tooLarge === 'string') return tooLarge(head, before.value.tooLarge)
  try {
    const text = await mask(
      await github.diff({ repository, base, head, maxBytes: MAX_DIFF_BYTES }, signal),
    )
    const diff = parseDiff(text)
    kept.put({
      kind: 'diff',
      commit: head,
      value: { base, head, files: diff.files.length, added: diff.added, removed: diff.removed },
      text,
    })
    return diff
  } catch (error) {
    if (!isFailure(error) || error.kind !== 'refused') throw error
    kept.put({ kind: 'diff', commit: head, value: { base, head, tooLarge: error.message } })
    return tooLarge(head, error.message)
  }
}

const tooLarge = (head: CommitSha, because: string): Diff => ({
  files: [],
  digest: sha256(`too large: ${head}`),
  added: 0,
  removed: 0,
  tooLarge: because,
})

/**
 * How the reported commit stands to the head. Only a yes is kept: what GitHub does not know yet it
 * may know later.
 */
export async function readRelation(
  of: Omit<Ports, 'mask'> & { commit: string; head: CommitSha },
  signal: AbortSignal,
): Promise<CommitRelation> {
  const { github, kept, repository, commit, head } = of
  if (head.startsWith(commit.toLowerCase()) && commit.length >= 7) return 'same'
  const before = await kept.find('relation', { commit, head })
  if (before) return before.value.relation === 'same' ? 'same' : 'ancestor'
  const relation = await github.relation({ repository, commit, head }, signal)
  if (relation === 'same' || relation === 'ancestor')
    kept.put({ kind: 'relation', commit: head, value: { commit, head, relation } })
  return relation
}

/** Texts of files at the commit, by path; null: there is no such text file. */
export async function readFiles(
  of: Ports & { commit: CommitSha; paths: readonly string[] },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string | null>> {
  const { github, kept, mask, repository, commit } = of
  const entries = await Promise.all(
    of.paths.map(async (path): Promise<[string, string | null]> => {
      const before = await kept.find('file', { commit, path })
      if (before) return [path, before.text]
      const raw = await github.file({ repository, commit, path }, signal)
      const text = raw === null ? null : await mask(raw)
      kept.put({
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
 * The ends of the logs of failed jobs, for the prompt of the next attempt: read once CI is finally
 * red, and not while its failed jobs may still be run again. A log that cannot be had is left out;
 * it is no reason to wait.
 */
export async function readCheckLogs(
  of: Ports & { ci: CiOutcome | null; effects: readonly EffectSeen[]; policy: Policy },
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const { github, kept, mask, repository, ci, effects, policy } = of
  const logs = new Map<number, string>()
  if (ci === null || (ci.kind !== 'failure' && ci.kind !== 'timeout')) return logs
  const rerunAsked = effects.some(
    ({ effect }) => effect.kind === 'rerunChecks' && effect.commit === ci.commit,
  )
  if (
    ci.kind === 'failure' &&
    policy.ci.rerun_failed_once &&
    ci.rerunnable.length > 0 &&
    !rerunAsked
  )
    return logs
  const jobs = redChecks(ci)
    .filter(({ kind, app }) => kind === 'check_run' && app === 'github-actions')
    .slice(0, MAX_LOGS)
  await Promise.all(
    jobs.map(async ({ id, name }) => {
      const before = await kept.find('check_log', { check: id })
      if (before) {
        if (before.text !== null) logs.set(id, before.text)
        return
      }
      const raw = await github
        .jobLog({ repository, checkRunId: id, maxBytes: LOG_BYTES }, signal)
        .catch(() => null)
      if (raw === null) return
      const text = await mask(raw)
      kept.put({ kind: 'check_log', commit: ci.commit, value: { check: id, name }, text })
      logs.set(id, text)
    }),
  )
  return logs
}
