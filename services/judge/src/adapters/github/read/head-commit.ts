import { Failure } from '../../../lib/failure.ts'
import { type Instant, toInstantOrNull } from '../../../lib/instant.ts'
import { parseCommitSha } from '../../../run/run.ts'
import { type GraphqlError, isAbsenceError } from '../client/graphql-errors.ts'
import {
  findLastCommit,
  type GqlCheckSuite,
  type GqlCommit,
  type GqlCommits,
  type GqlContext,
  type GqlPullRequest,
} from './graphql-types.ts'
import {
  createListQuery,
  type ListQuery,
  type PageContext,
  readAllPages,
  readPage,
} from './pagination.ts'
import {
  COMMIT_CONTEXTS_PAGE_QUERY,
  COMMIT_SUITES_PAGE_QUERY,
  CONTEXTS_PAGE_QUERY,
  SUITES_PAGE_QUERY,
} from './queries.ts'

interface HeadCommit {
  readonly contexts: readonly GqlContext[]
  readonly committedAt: Instant | null
}

/**
 * The checks of the head, never those of another commit. GitHub's list of commits can lag behind
 * the head; the head commit is then read by its ID.
 */
export async function readHeadCommit(
  context: PageContext,
  from: GqlPullRequest,
): Promise<HeadCommit> {
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

/**
 * The check suites of the head. Null if the server does not tell them: that is unknown, because a
 * workflow that never started a job shows nowhere else. A list that is cut short fails the reading.
 */
export async function readHeadSuites(
  context: PageContext,
  commits: GqlCommits | null | undefined,
  errors: readonly GraphqlError[],
): Promise<readonly GqlCheckSuite[] | null> {
  const { head } = context
  if (head === null) return []
  const last = findLastCommit(commits)
  if (last && parseCommitSha(last.oid) === head) {
    const first = last.checkSuites
    const isUnsupported = errors.some(
      (error) => error.path[1] === 'suites' && isAbsenceError(error),
    )
    if (!first || (isUnsupported && !first.nodes?.every((node) => node !== null))) return null
    const list = createListQuery(
      SUITES_PAGE_QUERY,
      (pull) => findLastCommit(pull.commits)?.checkSuites,
    )
    return readAllPages(context, first, list)
  }

  type SuitesData = { readonly repository: { readonly suites: GqlCommit | null } | null }
  const list: ListQuery<GqlCheckSuite, SuitesData> = {
    query: COMMIT_SUITES_PAGE_QUERY,
    variables: { oid: head },
    pick: ({ repository }) => repository?.suites?.checkSuites,
  }
  const first = await readPage(context, list, null)
  return first && readAllPages(context, first, list)
}
