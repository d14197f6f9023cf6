import { GraphQLError } from 'graphql'
import { resolve } from './git.ts'
import { baseShaOf, mergeableOf, mergeStateOf, requiredOn, shownRuns, shownStatuses } from './requirements.ts'
import {
  account,
  type CheckRun,
  type Issue,
  type Pull,
  type Reaction,
  type Repository,
  type Review,
  type Status,
  type Thread,
  type ThreadComment,
  type World,
} from './state.ts'

/*
 * The world as GraphQL objects: each view has the fields that queries ask for, under the schema's names. A field that is
 * not here and may not be null fails the query, which is how a test learns that a query has grown.
 */
interface PageArgs {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
}

/** A page of a list; the cursor is the place of its last entry. GitHub refuses pages over 100, and lists without a size. */
export function connection<T>(what: string, items: readonly T[], { first, last, after }: PageArgs) {
  const size = first ?? last
  if (size === undefined || size === null)
    throw new GraphQLError(
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${what}\` connection.`,
      { extensions: { type: 'MISSING_PAGINATION_BOUNDARIES' } },
    )
  if (size > 100)
    throw new GraphQLError(
      `Requesting ${size} records on the \`${what}\` connection exceeds the \`first\` limit of 100 records.`,
      { extensions: { type: 'EXCESSIVE_PAGINATION' } },
    )
  const from = after ? Number(Buffer.from(after, 'base64').toString()) : 0
  const start = first ? from : Math.max(0, items.length - size)
  const nodes = items.slice(start, start + size)
  const end = start + nodes.length
  const cursor = nodes.length > 0 ? Buffer.from(String(end)).toString('base64') : null
  return {
    nodes,
    totalCount: items.length,
    pageInfo: { hasNextPage: end < items.length, hasPreviousPage: start > 0, startCursor: null, endCursor: cursor },
  }
}

const notFound = (message: string) => new GraphQLError(message, { extensions: { type: 'NOT_FOUND' } })

export function queryView(world: World) {
  return {
    rateLimit: rateLimitView(world),
    viewer: { login: world.viewer, id: world.viewer },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const found = world.repositories.get(`${owner}/${name}`.toLowerCase())
      if (!found) throw notFound(`Could not resolve to a Repository with the name '${owner}/${name}'.`)
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

const actorView = (world: World, login: string) => {
  const { login: bare, kind, id } = account(world, login)
  return { __typename: kind, login: bare, id: `A_${id}`, databaseId: id, url: `https://github.com/${bare}` }
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

function refView(world: World, repository: Repository, branch: string) {
  const sha = repository.branches.get(branch)
  if (!sha) return null
  const rules = repository.requirements.filter((one) => one.branch === branch)
  const [protection] = rules.filter(({ by }) => by === 'protection')
  return {
    name: branch,
    prefix: 'refs/heads/',
    target: () => commitView(world, repository, sha, null),
    branchProtectionRule: () =>
      protection
        ? {
            pattern: branch,
            requiresStatusChecks: true,
            requiresStrictStatusChecks: protection.strict,
            requiredStatusCheckContexts: protection.checks,
          }
        : null,
    refUpdateRule: () => (protection ? { pattern: branch, requiredStatusCheckContexts: protection.checks } : null),
    rules: (args: PageArgs) =>
      connection(
        'rules',
        rules
          .filter(({ by }) => by === 'ruleset')
          .map(({ checks, strict }) => ({
            type: 'REQUIRED_STATUS_CHECKS',
            parameters: {
              __typename: 'RequiredStatusChecksParameters',
              requiredStatusChecks: checks.map((context) => ({ context, integrationId: null })),
              strictRequiredStatusChecksPolicy: strict,
            },
          })),
        args,
      ),
  }
}

function issueView(world: World, repository: Repository, issue: Issue) {
  return {
    id: `I_${issue.id}`,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    url: `https://github.com/${repository.fullName}/issues/${issue.number}`,
    state: issue.state.toUpperCase(),
    author: actorView(world, issue.author),
    createdAt: issue.createdAt,
    lastEditedAt: issue.lastEdit?.at ?? null,
    editor: issue.lastEdit ? actorView(world, issue.lastEdit.by) : null,
    labels: (args: PageArgs) =>
      connection(
        'labels',
        issue.labels.map((name) => ({ name, color: 'ededed' })),
        args,
      ),
    ...conversationView(world, repository, issue, 'issues'),
  }
}

const conversationView = (world: World, repository: Repository, issue: Issue, kind: 'issues' | 'pull') => ({
  reactions: (args: PageArgs) =>
    connection(
      'reactions',
      issue.reactions.map((one) => reactionView(world, one)),
      args,
    ),
  comments: (args: PageArgs) =>
    connection(
      'comments',
      issue.comments.map((comment) => ({
        author: actorView(world, comment.author),
        body: comment.body,
        url: `https://github.com/${repository.fullName}/${kind}/${issue.number}#issuecomment-${comment.id}`,
        createdAt: comment.createdAt,
      })),
      args,
    ),
})

const contents = { '+1': 'THUMBS_UP', '-1': 'THUMBS_DOWN', eyes: 'EYES', heart: 'HEART' } as const
const reactionView = (world: World, { author, content, createdAt }: Reaction) => ({
  user: actorView(world, author),
  content: contents[content],
  createdAt,
})

function pullView(world: World, repository: Repository, pull: Pull) {
  const mergeable = mergeableOf(pull)
  const mergeStateStatus = mergeStateOf(repository, pull)
  return {
    ...issueView(world, repository, pull),
    id: `PR_${pull.id}`,
    url: `https://github.com/${repository.fullName}/pull/${pull.number}`,
    ...conversationView(world, repository, pull, 'pull'),
    state: pull.merged ? 'MERGED' : pull.state.toUpperCase(),
    isDraft: pull.draft,
    isCrossRepository: pull.headRepository.toLowerCase() !== repository.fullName.toLowerCase(),
    headRepository: { nameWithOwner: pull.headRepository },
    mergeable: () => {
      pull.unknownLooks = Math.max(0, pull.unknownLooks - 1)
      return mergeable
    },
    mergeStateStatus,
    merged: pull.merged,
    mergedBy: pull.merged && pull.closedBy ? actorView(world, pull.closedBy) : null,
    closedAt: pull.closedAt,
    headRefName: pull.headBranch.replace(/^.*:/, ''),
    headRefOid: pull.head,
    headRef: () => refView(world, repository, pull.headBranch),
    baseRefName: pull.baseBranch,
    baseRefOid: baseShaOf(repository, pull),
    baseRef: () => refView(world, repository, pull.baseBranch),
    commits: (args: PageArgs) =>
      connection('commits', [{ commit: commitView(world, repository, pull.head, pull) }], args),
    reviews: (args: PageArgs) =>
      connection(
        'reviews',
        pull.reviews.map((one) => reviewView(world, repository, pull, one)),
        args,
      ),
    reviewThreads: (args: PageArgs) =>
      connection(
        'reviewThreads',
        pull.threads.map((one) => threadView(world, repository, pull, one)),
        args,
      ),
    timelineItems: ({ itemTypes, ...args }: PageArgs & { itemTypes?: readonly string[] }) =>
      connection('timelineItems', timelineOf(world, pull, itemTypes ?? []), args),
  }
}

function timelineOf(world: World, pull: Pull, types: readonly string[]): readonly object[] {
  const ready = pull.readyAt ? [{ __typename: 'ReadyForReviewEvent', createdAt: pull.readyAt }] : []
  const closed =
    pull.closedAt && pull.closedBy
      ? [{ __typename: 'ClosedEvent', createdAt: pull.closedAt, actor: actorView(world, pull.closedBy) }]
      : []
  return [...(types.includes('READY_FOR_REVIEW_EVENT') ? ready : []), ...(types.includes('CLOSED_EVENT') ? closed : [])]
}

const reviewView = (world: World, repository: Repository, pull: Pull, review: Review) => ({
  author: actorView(world, review.author),
  state: review.state,
  body: review.body,
  url: `https://github.com/${repository.fullName}/pull/${pull.number}#pullrequestreview-${review.id}`,
  submittedAt: review.submittedAt,
  createdAt: review.submittedAt,
  commit: { oid: review.commit },
})

const threadView = (world: World, repository: Repository, pull: Pull, thread: Thread) => ({
  __typename: 'PullRequestReviewThread',
  id: thread.id,
  isResolved: thread.resolved,
  isOutdated: thread.outdated,
  path: thread.path,
  line: thread.outdated ? null : thread.line,
  originalLine: thread.line,
  comments: (args: PageArgs) =>
    connection(
      'comments',
      thread.comments.map((one) => threadCommentView(world, repository, pull, one)),
      args,
    ),
})

const threadCommentView = (world: World, repository: Repository, pull: Pull, comment: ThreadComment) => ({
  author: actorView(world, comment.author),
  body: comment.body,
  url: `https://github.com/${repository.fullName}/pull/${pull.number}#discussion_r${comment.id}`,
  createdAt: comment.createdAt,
  originalCommit: { oid: comment.commit },
  pullRequestReview: comment.review ? reviewView(world, repository, pull, comment.review) : null,
})

function commitView(world: World, repository: Repository, sha: string, pull: Pull | null) {
  const commit = repository.commits.get(sha)
  const suites = repository.suites.filter((suite) => suite.sha === sha)
  const runs = shownRuns(repository, sha)
  const statuses = shownStatuses(repository, sha)
  const required = requiredOn(repository, pull?.baseBranch ?? repository.defaultBranch)
  const contexts = () => [
    ...runs.map((run) => runView(repository, run, required.includes(run.name))),
    ...statuses.map((status) => statusView(world, status, required.includes(status.context))),
  ]
  return {
    __typename: 'Commit',
    oid: sha,
    message: commit?.message ?? '',
    committedDate: commit?.at,
    checkSuites: (args: PageArgs) =>
      connection(
        'checkSuites',
        suites.map(({ createdAt, id }) => ({ createdAt, databaseId: id })),
        args,
      ),
    statusCheckRollup:
      runs.length + statuses.length === 0
        ? null
        : { contexts: (args: PageArgs) => connection('contexts', contexts(), args) },
  }
}

export const runUrl = (repository: Repository, run: CheckRun): string =>
  run.suite.run
    ? `https://github.com/${repository.fullName}/actions/runs/${run.suite.run.id}/job/${run.id}`
    : `https://ci.example/${run.suite.app}/${run.id}`

const runView = (repository: Repository, run: CheckRun, isRequired: boolean) => ({
  __typename: 'CheckRun',
  databaseId: run.id,
  name: run.name,
  status: run.status.toUpperCase(),
  conclusion: run.conclusion?.toUpperCase() ?? null,
  startedAt: run.startedAt,
  completedAt: run.completedAt,
  detailsUrl: runUrl(repository, run),
  title: run.title,
  summary: run.summary,
  isRequired,
  checkSuite: {
    databaseId: run.suite.id,
    createdAt: run.suite.createdAt,
    app: { slug: run.suite.app, name: run.suite.app },
    workflowRun: run.suite.run ? { databaseId: run.suite.run.id } : null,
  },
})

const statusView = (world: World, status: Status, isRequired: boolean) => ({
  __typename: 'StatusContext',
  context: status.context,
  state: status.state.toUpperCase(),
  description: status.description,
  targetUrl: status.targetUrl,
  createdAt: status.createdAt,
  creator: actorView(world, status.creator),
  isRequired,
})
