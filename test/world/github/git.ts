import { createHash } from 'node:crypto'
import { structuredPatch } from 'diff'
import type { Commit, Repository } from './state.ts'

const hashText = (text: string): string => createHash('sha1').update(text).digest('hex')
const hashBlob = (content: string): string =>
  hashText(`blob ${Buffer.byteLength(content)}\0${content}`)

/** Adds a commit. Its id depends on the content, as in git. */
export function addCommit(repository: Repository, commit: Omit<Commit, 'sha'>): Commit {
  const files = [...commit.files].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const tree = files
    .map(([path, content]) => `${readMode(commit, path)} ${path} ${hashBlob(content)}`)
    .join('\n')
  const header = `${commit.parents.join(' ')}\n${commit.author} ${commit.at}\n${commit.message}\n`
  const added = { ...commit, sha: hashText(`commit ${header}${tree}`) }
  repository.commits.set(added.sha, added)
  return added
}

/** The commit and all its ancestors, nearest first. */
export function listAncestors(repository: Repository, sha: string): readonly string[] {
  const seen = new Set<string>()
  const queue = [sha]
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    if (seen.has(at)) continue
    seen.add(at)
    queue.push(...(repository.commits.get(at)?.parents ?? []))
  }
  return [...seen]
}

export function findMergeBase(repository: Repository, a: string, b: string): string | null {
  const before = new Set(listAncestors(repository, a))
  return listAncestors(repository, b).find((sha) => before.has(sha)) ?? null
}

/** A commit by its id, an abbreviated id, a branch, or `HEAD`. */
export function resolveCommit(repository: Repository, name: string): Commit | null {
  const branch = repository.branches.get(
    name === 'HEAD' ? repository.defaultBranch : name.replace(/^refs\/heads\//, ''),
  )
  if (branch) return repository.commits.get(branch) ?? null
  if (!/^[0-9a-f]{4,40}$/.test(name)) return null
  const matching = [...repository.commits.values()].filter(({ sha }) => sha.startsWith(name))
  return matching.length === 1 ? (matching[0] ?? null) : null
}

const readMode = ({ modes }: Pick<Commit, 'modes'>, path: string): string =>
  modes.get(path) ?? '100644'

/** The paths whose content or mode differs between two commits, sorted. */
export function listChangedPaths(from: Commit, to: Commit): readonly string[] {
  const paths = new Set([...from.files.keys(), ...to.files.keys()])
  const differs = (path: string) =>
    from.files.get(path) !== to.files.get(path) || readMode(from, path) !== readMode(to, path)
  return [...paths].filter(differs).toSorted()
}

/** `git diff from to`. */
export const formatDiff = (from: Commit, to: Commit): string =>
  listChangedPaths(from, to)
    .map((path) => formatFileDiff(path, from, to))
    .join('')

/** Git takes a file for binary if there is a NUL among its first bytes. */
const isBinary = (content: string | undefined): boolean =>
  content !== undefined && Buffer.from(content).subarray(0, 8_000).includes(0)

function formatFileDiff(path: string, from: Commit, to: Commit): string {
  const [before, after] = [from.files.get(path), to.files.get(path)]
  const [oldMode, newMode] = [readMode(from, path), readMode(to, path)]
  const [a, b] = [
    before === undefined ? '0000000' : hashBlob(before).slice(0, 7),
    after === undefined ? '0000000' : hashBlob(after).slice(0, 7),
  ]
  const isModeChanged = before !== undefined && after !== undefined && oldMode !== newMode
  const mode =
    before === undefined
      ? `new file mode ${newMode}\n`
      : after === undefined
        ? `deleted file mode ${oldMode}\n`
        : isModeChanged
          ? `old mode ${oldMode}\nnew mode ${newMode}\n`
          : ''
  const index = before === after ? '' : `index ${a}..${b}${mode === '' ? ` ${newMode}` : ''}\n`
  const header = `diff --git a/${path} b/${path}\n${mode}${index}`
  const [oldName, newName] = [
    before === undefined ? '/dev/null' : `a/${path}`,
    after === undefined ? '/dev/null' : `b/${path}`,
  ]
  if (isBinary(before) || isBinary(after))
    return `${header}Binary files ${oldName} and ${newName} differ\n`
  const { hunks } = structuredPatch(oldName, newName, before ?? '', after ?? '', '', '', {
    context: 3,
  })
  if (hunks.length === 0) return header
  // An empty range names the line before it.
  const range = (start: number, lines: number) =>
    lines === 1 ? `${start}` : `${lines === 0 ? start - 1 : start},${lines}`
  const text = hunks.map((hunk) => {
    const place = `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`
    return `${place}\n${hunk.lines.join('\n')}\n`
  })
  return `${header}--- ${oldName}\n+++ ${newName}\n${text.join('')}`
}
