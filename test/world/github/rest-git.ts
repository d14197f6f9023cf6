import { answerJson, type HttpAnswer } from '../serve.ts'
import { findMergeBase, formatDiff, listAncestors, listChangedPaths, resolveCommit } from './git.ts'
import { answerNotFound, answerRefused, type Call } from './rest-call.ts'
import type { Repository } from './state.ts'

export function computeDiff(repository: Repository, base: string, head: string): string | null {
  const [from, to] = [
    resolveCommit(repository, findMergeBase(repository, base, head) ?? ''),
    resolveCommit(repository, head),
  ]
  return from && to ? formatDiff(from, to) : null
}

export function compareCommits({ repository, request, args }: Call): HttpAnswer {
  const [base, head] = [
    resolveCommit(repository, args[0] ?? ''),
    resolveCommit(repository, args[1] ?? ''),
  ]
  if (!base || !head) return answerNotFound()
  const common = findMergeBase(repository, base.sha, head.sha)
  if (common === null)
    return answerRefused(404, `No common ancestor between ${args[0]} and ${args[1]}.`)
  if (/diff/.test(request.headers.accept ?? '')) {
    return {
      status: 200,
      headers: { 'content-type': 'application/vnd.github.diff; charset=utf-8' },
      body: computeDiff(repository, base.sha, head.sha) ?? '',
    }
  }
  const [before, after] = [listAncestors(repository, base.sha), listAncestors(repository, head.sha)]
  const ahead = after.filter((sha) => !before.includes(sha)).length
  const behind = before.filter((sha) => !after.includes(sha)).length
  const status = ahead && behind ? 'diverged' : ahead ? 'ahead' : behind ? 'behind' : 'identical'
  const from = repository.commits.get(common)
  const files = from
    ? listChangedPaths(from, head).map((filename) => ({ filename, status: 'modified' }))
    : []
  return answerJson(200, {
    status,
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    base_commit: { sha: base.sha },
    merge_base_commit: { sha: common },
    commits: [],
    files,
  })
}

export function getContents({ repository, request, args }: Call): HttpAnswer {
  const path = args[0] ?? ''
  const commit = resolveCommit(repository, request.query.get('ref') ?? 'HEAD')
  const text = commit?.files.get(path)
  if (!commit) return answerRefused(404, `No commit found for the ref ${request.query.get('ref')}`)
  if (text !== undefined && /raw/.test(request.headers.accept ?? ''))
    return {
      status: 200,
      headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
      body: text,
    }
  if (text !== undefined)
    return answerJson(200, {
      type: 'file',
      path,
      sha: commit.sha,
      encoding: 'base64',
      content: Buffer.from(text).toString('base64'),
    })
  const inside = [...commit.files.keys()].filter((name) => name.startsWith(`${path}/`))
  return inside.length > 0
    ? answerJson(
        200,
        inside.map((name) => ({ type: 'file', path: name, sha: commit.sha })),
      )
    : answerNotFound()
}

export function getRef({ repository, args }: Call): HttpAnswer {
  const sha = repository.branches.get(args[0] ?? '')
  return sha
    ? answerJson(200, { ref: `refs/heads/${args[0]}`, object: { type: 'commit', sha } })
    : answerNotFound()
}
