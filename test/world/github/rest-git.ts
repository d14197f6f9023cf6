import { type Answered, json } from '../serve.ts'
import { ancestry, changedPaths, mergeBase, resolve, unifiedDiff } from './git.ts'
import { type Call, notFound, refused } from './rest-call.ts'
import type { Repository } from './state.ts'

export function diffBetween(repository: Repository, base: string, head: string): string | null {
  const [from, to] = [
    resolve(repository, mergeBase(repository, base, head) ?? ''),
    resolve(repository, head),
  ]
  return from && to ? unifiedDiff(from, to) : null
}

export function compare({ repository, asked, args }: Call): Answered {
  const [base, head] = [resolve(repository, args[0] ?? ''), resolve(repository, args[1] ?? '')]
  if (!base || !head) return notFound()
  const common = mergeBase(repository, base.sha, head.sha)
  if (common === null) return refused(404, `No common ancestor between ${args[0]} and ${args[1]}.`)
  if (/diff/.test(asked.headers.accept ?? '')) {
    return {
      status: 200,
      headers: { 'content-type': 'application/vnd.github.diff; charset=utf-8' },
      body: diffBetween(repository, base.sha, head.sha) ?? '',
    }
  }
  const [before, after] = [ancestry(repository, base.sha), ancestry(repository, head.sha)]
  const ahead = after.filter((sha) => !before.includes(sha)).length
  const behind = before.filter((sha) => !after.includes(sha)).length
  const status = ahead && behind ? 'diverged' : ahead ? 'ahead' : behind ? 'behind' : 'identical'
  const from = repository.commits.get(common)
  const files = from
    ? changedPaths(from, head).map((filename) => ({ filename, status: 'modified' }))
    : []
  return json(200, {
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

export function contents({ repository, asked, args }: Call): Answered {
  const path = args[0] ?? ''
  const commit = resolve(repository, asked.query.get('ref') ?? 'HEAD')
  const text = commit?.files.get(path)
  if (!commit) return refused(404, `No commit found for the ref ${asked.query.get('ref')}`)
  if (text !== undefined && /raw/.test(asked.headers.accept ?? ''))
    return {
      status: 200,
      headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
      body: text,
    }
  if (text !== undefined)
    return json(200, {
      type: 'file',
      path,
      sha: commit.sha,
      encoding: 'base64',
      content: Buffer.from(text).toString('base64'),
    })
  const inside = [...commit.files.keys()].filter((name) => name.startsWith(`${path}/`))
  return inside.length > 0
    ? json(
        200,
        inside.map((name) => ({ type: 'file', path: name, sha: commit.sha })),
      )
    : notFound()
}

export function gitRef({ repository, args }: Call): Answered {
  const sha = repository.branches.get(args[0] ?? '')
  return sha
    ? json(200, { ref: `refs/heads/${args[0]}`, object: { type: 'commit', sha } })
    : notFound()
}
