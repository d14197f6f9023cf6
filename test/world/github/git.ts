import { createHash } from 'node:crypto'
import { structuredPatch } from 'diff'
import type { Commit, Repository } from './state.ts'

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex')
const blobSha = (content: string): string => sha1(`blob ${Buffer.byteLength(content)}\0${content}`)

/** Adds a commit to a repository's history; its id follows from what is in it, like git's. */
export function addCommit(repository: Repository, commit: Omit<Commit, 'sha'>): Commit {
  const files = [...commit.files].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const tree = files.map(([path, content]) => `${path} ${blobSha(content)}`).join('\n')
  const header = `${commit.parents.join(' ')}\n${commit.author} ${commit.at}\n${commit.message}\n`
  const added = { ...commit, sha: sha1(`commit ${header}${tree}`) }
  repository.commits.set(added.sha, added)
  return added
}

/** The commit itself and everything before it, nearest first. */
export function ancestry(repository: Repository, sha: string): readonly string[] {
  const seen = new Set<string>()
  const queue = [sha]
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    if (seen.has(at)) continue
    seen.add(at)
    queue.push(...(repository.commits.get(at)?.parents ?? []))
  }
  return [...seen]
}

export function mergeBase(repository: Repository, a: string, b: string): string | null {
  const before = new Set(ancestry(repository, a))
  return ancestry(repository, b).find((sha) => before.has(sha)) ?? null
}

/** A commit by its id, an abbreviation of it, a branch, or `HEAD`. */
export function resolve(repository: Repository, name: string): Commit | null {
  const branch = repository.branches.get(
    name === 'HEAD' ? repository.defaultBranch : name.replace(/^refs\/heads\//, ''),
  )
  if (branch) return repository.commits.get(branch) ?? null
  if (!/^[0-9a-f]{4,40}$/.test(name)) return null
  const matching = [...repository.commits.values()].filter(({ sha }) => sha.startsWith(name))
  return matching.length === 1 ? (matching[0] ?? null) : null
}

/** The paths whose content differs between two commits, sorted. */
export function changedPaths(from: Commit, to: Commit): readonly string[] {
  const paths = new Set([...from.files.keys(), ...to.files.keys()])
  return [...paths].filter((path) => from.files.get(path) !== to.files.get(path)).toSorted()
}

/** `git diff from to`, for files of text; what holds a NUL is binary, as for git. */
export const unifiedDiff = (from: Commit, to: Commit): string =>
  changedPaths(from, to)
    .map((path) => fileDiff(path, from.files.get(path), to.files.get(path)))
    .join('')

function fileDiff(path: string, before: string | undefined, after: string | undefined): string {
  const [a, b] = [
    before === undefined ? '0000000' : blobSha(before).slice(0, 7),
    after === undefined ? '0000000' : blobSha(after).slice(0, 7),
  ]
  const mode =
    before === undefined
      ? 'new file mode 100644\n'
      : after === undefined
        ? 'deleted file mode 100644\n'
        : ''
  const header = `diff --git a/${path} b/${path}\n${mode}index ${a}..${b}${mode === '' ? ' 100644' : ''}\n`
  const [oldName, newName] = [
    before === undefined ? '/dev/null' : `a/${path}`,
    after === undefined ? '/dev/null' : `b/${path}`,
  ]
  if (before?.includes('\0') || after?.includes('\0'))
    return `${header}Binary files ${oldName} and ${newName} differ\n`
  const { hunks } = structuredPatch(oldName, newName, before ?? '', after ?? '', '', '', {
    context: 3,
  })
  if (hunks.length === 0) return header
  const range = (start: number, lines: number) => (lines === 1 ? `${start}` : `${start},${lines}`)
  const text = hunks.map((hunk) => {
    const place = `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`
    return `${place}\n${hunk.lines.join('\n')}\n`
  })
  return `${header}--- ${oldName}\n+++ ${newName}\n${text.join('')}`
}
