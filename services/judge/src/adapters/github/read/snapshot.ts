import type { Snapshot } from '../../../github/snapshot.ts'
import { Failure, getErrorMessage } from '../../../lib/failure.ts'
import { type Instant, toInstantOrNull } from '../../../lib/instant.ts'
import { parseCommitSha } from '../../../run/run.ts'
import { type GithubConnection, splitRepository } from '../client/connection.ts'
import {
  type GraphqlAnswer,
  isAbsenceError,
  queryGraphql,
  throwUnlessOptional,
} from '../client/graphql.ts'
import { collectRequiredNames, toChecks } from './checks.ts'
import {
  findLastCommit,
  type GqlCommit,
  type GqlContext,
  type GqlPullRequest,
  type GqlSnapshot,
} from './graphql-types.ts'
import {
  type ListQuery,
  type PageContext,
  RestartReadError,
  readAllPages,
  readPage,
} from './pagination.ts'
import { toPullRequest } from './pull-request.ts'
import {
  COMMENTS_PAGE_QUERY,
  COMMIT_CONTEXTS_PAGE_QUERY,
  CONTEXTS_PAGE_QUERY,
  optionalSnapshotFields,
  REVIEWS_PAGE_QUERY,
  RULES_PAGE_QUERY,
  SNAPSHOT_QUERY,
  THREADS_PAGE_QUERY,
} from './queries.ts'
import { readReactions } from './reactions.ts'
import {
  omitAbsentIssue,
  optionalContextFields,
  type RepositoryContextRequest,
  toContextVariables,
  toRepositoryContext,
} from './repository-context.ts'
import { toComment, toReviews } from './reviews-and-comments.ts'
import { readThreads } from './threads.ts'

/** After so many readings during which the head changed, the reading fails and is retried later. */
const MAX_READS = 3

interface SnapshotRequest extends RepositoryContextRequest {
  readonly number: number
}

const describeReading = ({ repository, number }: SnapshotRequest): string =>
  `reading ${repository}#${number}`

/**
 * Reads everything about one pull request consistently: if head or base change between two pages,
 * it starts again. It costs one GraphQL point, plus one for each page after the first.
 */
export async function readSnapshot(
  connection: GithubConnection,
  request: SnapshotRequest,
  signal: AbortSignal,
): Promise<Snapshot> {
  const action = describeReading(request)
  for (let round = 1; round <= MAX_READS; round += 1) {
    try {
      return await readOnce(connection, request, signal)
    } catch (error) {
      if (error instanceof Failure) throw error
      // The answer has another shape than the schema says: an unknown fact, not an absent one.
      if (!(error instanceof RestartReadError))
        throw new Failure(
          'unavailable',
          `GitHub: ${action}: the answer has an unexpected shape: ${getErrorMessage(error)}`,
        )
    }
  }
  throw new Failure(
    'unavailable',
    `GitHub: ${action}: the head changed ${MAX_READS} times during the reading`,
  )
}

async function readOnce(
  connection: GithubConnection,
  request: SnapshotRequest,
  signal: AbortSignal,
): Promise<Snapshot> {
  const action = describeReading(request)
  const observedAt = connection.settings.now()
  const { data, errors } = await queryFirstPage(connection, request, signal)
  const { repository } = data
  const from = repository?.pullRequest
  if (!repository || !from)
    throw new Failure('refused', `GitHub: ${action}: the pull request does not exist`)
  const base = parseCommitSha(from.baseRefOid)
  if (base === null)
    throw new Failure('unavailable', `GitHub: ${action}: the base is not a commit ID`)
  const head = parseCommitSha(from.headRefOid)
  const required = !connection.withoutIsRequired.has(request.repository)
  const context: PageContext = { connection, ...request, head, base, required, signal, action }

  const commit = await readHeadCommit(context, from)
  const reviews = await readAllPages(
    context,
    from.reviews,
    createListQuery(REVIEWS_PAGE_QUERY, (pull) => pull.reviews),
  )
  const threads = await readAllPages(
    context,
    from.reviewThreads,
    createListQuery(THREADS_PAGE_QUERY, (pull) => pull.reviewThreads),
  )
  const comments = await readAllPages(
    context,
    from.comments,
    createListQuery(COMMENTS_PAGE_QUERY, (pull) => pull.comments),
  )
  const baseRef = repository.requirements?.baseRef ?? null
  const rules = baseRef?.rules
    ? await readAllPages(
        context,
        baseRef.rules,
        createListQuery(
          RULES_PAGE_QUERY,
          (pull) => (pull as { baseRef?: typeof baseRef }).baseRef?.rules,
        ),
      )
    : []
  const named = collectRequiredNames(baseRef, rules, errors)
  const { checks, expected } = toChecks(commit.contexts, named)

  return {
    observedAt,
    repository: repository.nameWithOwner,
    pullRequest: toPullRequest(from, repository.history, { head, base }),
    headCommittedAt: commit.committedAt,
    headFirstSuiteAt: findFirstSuiteTime(repository.suites?.commits, head),
    checks,
    requiredChecks:
      expected.length > 0 ? [...new Set([...(named ?? []), ...expected])].toSorted() : named,
    reviews: toReviews(reviews, from.createdAt),
    threads: await readThreads(context, threads),
    reactions: await readReactions(context, from.reactions),
    comments: comments.map(toComment),
    context: toRepositoryContext(repository, observedAt, action),
  }
}

/**
 * Sends the first query. Fields that the server cannot answer are left out and the query is
 * repeated: `isRequired` (the branch's own requirements say the same), `commits` (the head is then
 * read by its ID), `committedDate` (other sources tell the time of a push) and `headRefOid` (a pull
 * request without a known head is a fact to decide about).
 */
async function queryFirstPage(
  connection: GithubConnection,
  request: SnapshotRequest,
  signal: AbortSignal,
): Promise<GraphqlAnswer<GqlSnapshot>> {
  const action = describeReading(request)
  const { repository, number } = request
  const { withoutIsRequired } = connection
  const included = {
    required: !withoutIsRequired.has(repository),
    head: true,
    commits: true,
    dated: true,
  }
  for (;;) {
    const variables = {
      ...splitRepository(repository),
      number,
      ...toContextVariables(request),
      ...included,
    }
    const answer = await queryGraphql<GqlSnapshot>(
      connection,
      { repository, query: SNAPSHOT_QUERY, variables, action },
      signal,
    )
    const isUnsupported = (field: string) =>
      answer.errors.some(
        ({ path, ...error }) =>
          path.at(-1) === field && path[1] !== 'suites' && isAbsenceError({ path, ...error }),
      )
    const supported = {
      required: included.required && !isUnsupported('isRequired'),
      head: included.head && !isUnsupported('headRefOid'),
      commits: included.commits && !isUnsupported('commits'),
      dated: included.dated && !isUnsupported('committedDate'),
    }
    if (!supported.required) withoutIsRequired.add(repository)
    if (Object.values(supported).join() === Object.values(included).join()) {
      throwUnlessOptional(
        omitAbsentIssue(answer.errors),
        [...optionalSnapshotFields, ...optionalContextFields],
        action,
      )
      return answer
    }
    Object.assign(included, supported)
  }
}

/** The answer to a query of one list of the pull request. */
type PullRequestData = {
  readonly repository: { readonly pullRequest: GqlPullRequest | null } | null
}
const createListQuery = <T>(
  query: string,
  pick: (pull: GqlPullRequest) => ReturnType<ListQuery<T, PullRequestData>['pick']>,
): ListQuery<T, PullRequestData> => ({
  query,
  pick: ({ repository }) => (repository?.pullRequest ? pick(repository.pullRequest) : null),
})

interface HeadCommit {
  readonly contexts: readonly GqlContext[]
  readonly committedAt: Instant | null
}

/**
 * The checks of the head, never those of another commit. GitHub's list of commits can lag behind
 * the head; the head commit is then read by its ID.
 */
async function readHeadCommit(context: PageContext, from: GqlPullRequest): Promise<HeadCommit> {
  const { head } = context
  if (head === null) return { contexts: [], committedAt: null }
  const last = findLastCommit(from.commits)
  if (last && parseCommitSha(last.oid) === head) {
    const first = last.statusCheckRollup
    const list = createListQuery(
      CONTEXTS_PAGE_QUERY,
      (pull) => findLastCommit(pull.commits)?.statusCheckRollup?.contexts,
    )
    return {
      contexts: first ? await readAllPages(context, first.contexts, list) : [],
      committedAt: toInstantOrNull(last.committedDate),
    }
  }

  type CommitData = { readonly repository: { readonly object: GqlCommit | null } | null }
  let committedAt: Instant | null = null
  const list: ListQuery<GqlContext, CommitData> = {
    query: COMMIT_CONTEXTS_PAGE_QUERY,
    variables: { oid: head },
    pick: ({ repository }) => {
      const object = repository?.object
      if (!object)
        throw new Failure(
          'unavailable',
          `GitHub: ${context.action}: the head commit is not available yet`,
        )
      committedAt = toInstantOrNull(object.committedDate)
      return object.statusCheckRollup
        ? object.statusCheckRollup.contexts
        : { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] }
    },
  }
  const contexts = await readAllPages(context, await readPage(context, list, null), list)
  return { contexts, committedAt }
}

function findFirstSuiteTime(
  commits: GqlPullRequest['commits'] | undefined,
  head: string | null,
): Instant | null {
  const last = findLastCommit(commits)
  if (!last || last.oid !== head) return null
  const times = (last.checkSuites?.nodes ?? []).flatMap(
    (suite) => toInstantOrNull(suite?.createdAt) ?? [],
  )
  return times.toSorted((a, b) => a - b)[0] ?? null
}
