import { presentCommit, presentRef } from './commit-views.ts'
import { resolveCommit } from './git.ts'
import { presentIssue } from './issue-views.ts'
import { notFoundError } from './page.ts'
import { presentPull, presentThread } from './pull-views.ts'
import { findRepository, type GithubState, type Repository } from './state.ts'

/*
 * The state as GraphQL objects with the fields that the service's queries select. A query for
 * another non-null field fails, which shows that a query has grown.
 */
export function createQueryRoot(world: GithubState) {
  return {
    rateLimit: presentRateLimit(world),
    viewer: { login: world.viewer, id: world.viewer },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const found = findRepository(world, `${owner}/${name}`)
      if (!found)
        throw notFoundError(`Could not resolve to a Repository with the name '${owner}/${name}'.`)
      return presentRepository(world, found)
    },
    node: ({ id }: { id: string }) => {
      for (const repository of world.repositories.values())
        for (const pull of repository.pulls.values()) {
          const thread = pull.threads.find((one) => one.id === id)
          if (thread) return presentThread(world, repository, pull, thread)
        }
      throw notFoundError(`Could not resolve to a node with the global id of '${id}'.`)
    },
  }
}

const budgets = new WeakMap<GithubState, { limit: number; used: number; resetAt: string }>()
export function getBudget(world: GithubState) {
  const budget = budgets.get(world) ?? {
    limit: 5000,
    used: 0,
    resetAt: new Date(world.now().getTime() + 3_600_000).toISOString(),
  }
  budgets.set(world, budget)
  return budget
}
/** What an account sees that has only the repositories of one owner. */
export function limitSight(world: GithubState, owner: string): GithubState {
  const seen = [...world.repositories].filter(([name]) => name.startsWith(`${owner}/`))
  const limited = { ...world, repositories: new Map(seen) }
  budgets.set(limited, getBudget(world))
  return limited
}
const presentRateLimit = (world: GithubState) => () => {
  const { limit, used, resetAt } = getBudget(world)
  return { cost: 1, limit, used, remaining: Math.max(0, limit - used), nodeCount: 0, resetAt }
}

/** GitHub cuts a text off here. */
const MAX_BLOB_TEXT_BYTES = 512 * 1024

function presentBlob(content: string) {
  const bytes = Buffer.from(content)
  const isBinary = content.includes('\0')
  return {
    __typename: 'Blob',
    text: isBinary ? null : bytes.subarray(0, MAX_BLOB_TEXT_BYTES).toString('utf8'),
    byteSize: bytes.length,
    isBinary,
    isTruncated: bytes.length > MAX_BLOB_TEXT_BYTES,
  }
}

function presentRepository(world: GithubState, repository: Repository) {
  const [owner, name] = repository.fullName.split('/')
  return {
    id: `R_${repository.id}`,
    name,
    nameWithOwner: repository.fullName,
    owner: { __typename: 'Organization', login: owner },
    url: `https://github.com/${repository.fullName}`,
    defaultBranchRef: () => presentRef(world, repository, repository.defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) =>
      presentRef(world, repository, qualifiedName.replace(/^refs\/heads\//, '')),
    object: ({ expression, oid }: { expression?: string; oid?: string }) => {
      const [commitName = '', path] = (oid ?? expression ?? '').split(/:(.*)/s)
      const commit = resolveCommit(repository, commitName)
      if (!commit) return null
      if (path === undefined) return presentCommit(world, repository, commit.sha, null)
      const text = commit.files.get(path)
      return text === undefined ? null : presentBlob(text)
    },
    issue: ({ number }: { number: number }) => {
      const issue = repository.issues.get(number)
      if (!issue) throw notFoundError(`Could not resolve to an Issue with the number of ${number}.`)
      return presentIssue(world, repository, issue)
    },
    pullRequest: ({ number }: { number: number }) => {
      const pull = repository.pulls.get(number)
      if (!pull)
        throw notFoundError(`Could not resolve to a PullRequest with the number of ${number}.`)
      return presentPull(world, repository, pull)
    },
  }
}
