import { commitView, refView } from './commit-views.ts'
import { resolve } from './git.ts'
import { issueView } from './issue-views.ts'
import { notFound } from './page.ts'
import { pullView, threadView } from './pull-views.ts'
import type { Repository, World } from './state.ts'

/*
 * The world as GraphQL objects: each view has the fields that queries ask for, under the schema's
 * names. A field that is not here and may not be null fails the query, which is how a test learns
 * that a query has grown.
 */
export function queryView(world: World) {
  return {
    rateLimit: rateLimitView(world),
    viewer: { login: world.viewer, id: world.viewer },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const found = world.repositories.get(`${owner}/${name}`.toLowerCase())
      if (!found)
        throw notFound(`Could not resolve to a Repository with the name '${owner}/${name}'.`)
      return repositoryView(world, found)
    },
    node: ({ id }: { id: string }) => {
      for (const repository of world.repositories.values())
        for (const pull of repository.pulls.values()) {
          const thread = pull.threads.find((one) => one.id === id)
          if (thread) return threadView(world, repository, pull, thread)
        }
      throw notFound(`Could not resolve to a node with the global id of '${id}'.`)
    },
  }
}

const budgets = new WeakMap<World, { limit: number; used: number; resetAt: string }>()
export function budgetOf(world: World) {
  const budget = budgets.get(world) ?? {
    limit: 5000,
    used: 0,
    resetAt: new Date(world.now().getTime() + 3_600_000).toISOString(),
  }
  budgets.set(world, budget)
  return budget
}
const rateLimitView = (world: World) => () => {
  const { limit, used, resetAt } = budgetOf(world)
  return { cost: 1, limit, used, remaining: Math.max(0, limit - used), nodeCount: 0, resetAt }
}

function repositoryView(world: World, repository: Repository) {
  const [owner, name] = repository.fullName.split('/')
  return {
    id: `R_${repository.id}`,
    name,
    nameWithOwner: repository.fullName,
    owner: { __typename: 'Organization', login: owner },
    url: `https://github.com/${repository.fullName}`,
    defaultBranchRef: () => refView(world, repository, repository.defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) =>
      refView(world, repository, qualifiedName.replace(/^refs\/heads\//, '')),
    object: ({ expression, oid }: { expression?: string; oid?: string }) => {
      const [commitName = '', path] = (oid ?? expression ?? '').split(/:(.*)/s)
      const commit = resolve(repository, commitName)
      if (!commit) return null
      if (path === undefined) return commitView(world, repository, commit.sha, null)
      const text = commit.files.get(path)
      return text === undefined
        ? null
        : {
            __typename: 'Blob',
            text,
            byteSize: Buffer.byteLength(text),
            isBinary: text.includes('\0'),
            isTruncated: false,
          }
    },
    issue: ({ number }: { number: number }) => {
      const issue = repository.issues.get(number)
      if (!issue) throw notFound(`Could not resolve to an Issue with the number of ${number}.`)
      return issueView(world, repository, issue)
    },
    pullRequest: ({ number }: { number: number }) => {
      const pull = repository.pulls.get(number)
      if (!pull) throw notFound(`Could not resolve to a PullRequest with the number of ${number}.`)
      return pullView(world, repository, pull)
    },
  }
}
