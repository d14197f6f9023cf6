import type { Snapshot } from '../../../github/snapshot.ts'
import { Failure, getErrorMessage } from '../../../lib/failure.ts'
import { parseCommitSha } from '../../../run/run.ts'
import { type GithubConnection, splitRepository } from '../client/connection.ts'
import { type GraphqlAnswer, queryGraphql } from '../client/graphql.ts'
import { isAbsenceError } from '../client/graphql-errors.ts'
import { throwUnlessOptional } from '../client/graphql-failure.ts'
import { toChecks } from './checks.ts'
import type { GqlSnapshot } from './graphql-types.ts'
import { readHeadCommit, readHeadSuites } from './head-commit.ts'
import { createListQuery, type PageContext, RestartReadError, readAllPages } from './pagination.ts'
import { toPullRequest } from './pull-request.ts'
import {
  COMMENTS_PAGE_QUERY,
  optionalSnapshotFields,
  REVIEWS_PAGE_QUERY,
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
import { readRequiredChecks, resolveStatusApps } from './required-checks.ts'
import { toComment, toReviews } from './reviews-and-comments.ts'
import { toCheckSuites } from './suites.ts'
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
  const context: PageContext = {
    connection,
    ...request,
    head,
    base,
    required: !connection.withoutIsRequired.has(request.repository),
    associated: !connection.withoutAssociation.has(request.repository),
    signal,
    action,
  }

  const commit = await readHeadCommit(context, from)
  const suiteNodes = await readHeadSuites(context, repository.suites?.commits, errors)
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
  const named = await readRequiredChecks(context, {
    baseRef: repository.requirements?.baseRef ?? null,
    baseBranch: from.baseRefName,
    errors,
  })
  const { checks, expected } = toChecks(commit.contexts, named)
  const suites = suiteNodes && toCheckSuites(suiteNodes, checks)

  return {
    observedAt,
    repository: repository.nameWithOwner,
    pullRequest: toPullRequest(from, repository.history, { head, base }),
    headCommittedAt: commit.committedAt,
    checks: await resolveStatusApps(context, { checks, suites, required: named }),
    suites,
    requiredChecks:
      expected.length > 0
        ? [...(named ?? []), ...expected.map((name) => ({ name, app: null }))]
        : named,
    reviews: toReviews(reviews, from.createdAt),
    threads: await readThreads(context, threads),
    reactions: await readReactions(context, from.reactions),
    comments: comments.map(toComment),
    context: toRepositoryContext(repository, observedAt, action),
  }
}

/**
 * Sends the first query. Fields that the server cannot answer are left out and the query is
 * repeated: `isRequired` (the branch's own requirements say the same), `authorAssociation` (the
 * authors then count as strangers), `commits` (the head is then read by its ID), `committedDate`
 * (other sources tell the time of a push) and `headRefOid` (a pull request without a known head is
 * a fact to decide about).
 */
async function queryFirstPage(
  connection: GithubConnection,
  request: SnapshotRequest,
  signal: AbortSignal,
): Promise<GraphqlAnswer<GqlSnapshot>> {
  const action = describeReading(request)
  const { repository, number } = request
  const { withoutIsRequired, withoutAssociation } = connection
  const included = {
    required: !withoutIsRequired.has(repository),
    associated: !withoutAssociation.has(repository),
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
      associated: included.associated && !isUnsupported('authorAssociation'),
      head: included.head && !isUnsupported('headRefOid'),
      commits: included.commits && !isUnsupported('commits'),
      dated: included.dated && !isUnsupported('committedDate'),
    }
    if (!supported.required) withoutIsRequired.add(repository)
    if (!supported.associated) withoutAssociation.add(repository)
    if (Object.values(supported).join() === Object.values(included).join()) {
      throwUnlessOptional(
        omitAbsentIssue(answer.errors),
        [...optionalSnapshotFields, ...optionalContextFields],
        { connection, repository, action },
      )
      return answer
    }
    Object.assign(included, supported)
  }
}
