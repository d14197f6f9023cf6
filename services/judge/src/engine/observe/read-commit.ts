import type { AddedSecret, FindAddedSecrets } from '../../diff/added-secret.ts'
import type { Diff } from '../../diff/diff.ts'
import { parseDiff } from '../../diff/parse-diff.ts'
import type { CommitRelation, FileText, GithubReads } from '../../github/port.ts'
import { isFailure } from '../../lib/failure.ts'
import { sha256 } from '../../lib/ids.ts'
import type { Mask } from '../../lib/mask.ts'
import type { CommitSha } from '../../run/run.ts'
import type { FactCache } from './fact-cache.ts'

/*
 * Reads what belongs to one commit and therefore never changes. Each part is read once a run,
 * masked, and cached.
 */

export interface CommitReadDeps {
  readonly github: GithubReads
  readonly cache: FactCache
  readonly mask: Mask
  readonly repository: string
}

/** A longer unified diff is not read. Far above what the policy accepts, and harmless in memory. */
const MAX_DIFF_BYTES = 8 * 1024 * 1024

/** A diff, masked, and the secrets that were found in it before. */
export interface ChangedLines {
  readonly diff: Diff
  readonly addedSecrets: readonly AddedSecret[]
}

/**
 * Reads the diff between two commits. It is never read by pull-request number, because that diff
 * changes with the head. Secrets are searched before they are masked, so a diff that an earlier
 * release stored without searching it is read again.
 */
export async function readChangedLines(
  of: CommitReadDeps & {
    base: CommitSha
    head: CommitSha
    findAddedSecrets: FindAddedSecrets
  },
  signal: AbortSignal,
): Promise<ChangedLines> {
  const { github, cache, mask, repository, base, head, findAddedSecrets } = of
  const before = await cache.find('diff', { base, head })
  if (typeof before?.value.tooLarge === 'string') return toTooLarge(head, before.value.tooLarge)
  const stored = readStoredSecrets((await cache.find('added_secrets', { base, head }))?.value)
  if (before !== null && before.text !== null && stored !== null)
    return { diff: parseDiff(before.text), addedSecrets: stored }
  try {
    const raw = await github.readDiff({ repository, base, head, maxBytes: MAX_DIFF_BYTES }, signal)
    const addedSecrets = await findAddedSecrets(parseDiff(raw))
    const text = await mask(raw)
    const diff = parseDiff(text)
    cache.put({
      kind: 'diff',
      commit: head,
      value: { base, head, files: diff.files.length, added: diff.added, removed: diff.removed },
      text,
    })
    const secrets = addedSecrets.map((secret) => ({ ...secret }))
    cache.put({ kind: 'added_secrets', commit: head, value: { base, head, secrets } })
    return { diff, addedSecrets }
  } catch (error) {
    if (!isFailure(error) || error.kind !== 'refused') throw error
    cache.put({ kind: 'diff', commit: head, value: { base, head, tooLarge: error.message } })
    return toTooLarge(head, error.message)
  }
}

function readStoredSecrets(
  value: Readonly<Record<string, unknown>> | undefined,
): readonly AddedSecret[] | null {
  if (!Array.isArray(value?.secrets)) return null
  return value.secrets.every(isAddedSecret) ? value.secrets : null
}

const isAddedSecret = (value: unknown): value is AddedSecret =>
  typeof value === 'object' &&
  value !== null &&
  ['rule', 'path', 'digest'].every((key) => typeof Reflect.get(value, key) === 'string') &&
  typeof Reflect.get(value, 'line') === 'number'

const toTooLarge = (head: CommitSha, because: string): ChangedLines => ({
  diff: toTooLargeDiff(head, because),
  addedSecrets: [],
})

const toTooLargeDiff = (head: CommitSha, because: string): Diff => ({
  files: [],
  digest: sha256(`too large: ${head}`),
  contentDigest: sha256(`too large: ${head}`),
  originDigest: sha256(''),
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
      // REST sends larger files than GraphQL does.
      const isLarge = readStoredFile(before?.value.file)?.kind === 'too_large'
      if (before !== null && !isLarge) return [path, before.text]
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
 * Reads whole files at a commit, with one request for all that are not cached. Their texts are
 * masked. The caller limits the number of paths; of `guessed` ones, it is not cached which do not
 * exist.
 */
export async function readFileTexts(
  of: CommitReadDeps & { commit: CommitSha; paths: readonly string[]; guessed?: boolean },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FileText>> {
  const { github, cache, mask, repository, commit } = of
  const stored = await Promise.all(
    of.paths.map(async (path) => [path, await findFileText(cache, { commit, path })] as const),
  )
  const paths = stored.flatMap(([path, file]) => (file === null ? [path] : []))
  const read =
    paths.length === 0
      ? new Map<string, FileText>()
      : await github.readFileTexts({ repository, commit, paths }, signal)
  const fresh = await Promise.all(
    [...read].map(async ([path, file]): Promise<[string, FileText]> => {
      if (file.kind === 'text') {
        const text = await mask(file.text)
        cache.put({ kind: 'file', commit, value: { commit, path, found: true }, text })
        return [path, { kind: 'text', text }]
      }
      if (file.kind !== 'absent' || of.guessed !== true)
        cache.put({ kind: 'file', commit, value: { commit, path, found: false, file } })
      return [path, file]
    }),
  )
  const known = stored.flatMap(([path, file]): [string, FileText][] =>
    file === null ? [] : [[path, file]],
  )
  return new Map([...known, ...fresh])
}

/** A file that was read before; null: it was not, or `readFiles` did not find out why it has no text. */
async function findFileText(
  cache: FactCache,
  of: { commit: CommitSha; path: string },
): Promise<FileText | null> {
  const before = await cache.find('file', of)
  if (before === null) return null
  if (before.text !== null) return { kind: 'text', text: before.text }
  return readStoredFile(before.value.file)
}

function readStoredFile(file: unknown): FileText | null {
  if (typeof file !== 'object' || file === null || !('kind' in file)) return null
  if (file.kind === 'absent' || file.kind === 'binary') return { kind: file.kind }
  return file.kind === 'too_large' && 'bytes' in file && typeof file.bytes === 'number'
    ? { kind: 'too_large', bytes: file.bytes }
    : null
}
