import { Failure } from '../../../lib/failure.ts'
import type { CommitSha } from '../../../run/run.ts'
import { parseCommitSha } from '../../../run/run.ts'
import { type GithubConnection, splitRepository } from '../client/connection.ts'
import { queryGraphql } from '../client/graphql.ts'
import { isAbsenceError } from '../client/graphql-errors.ts'
import { throwUnlessOptional } from '../client/graphql-failure.ts'
import type { GqlPage, GqlPullRequest } from './graphql-types.ts'
import { optionalSnapshotFields } from './queries.ts'

/** Restarts the reading of a snapshot, mostly because a page names another head or base. */
export class RestartReadError extends Error {}

/** The pull request being read, and the commits that every page must still name. */
export interface PageContext {
  readonly connection: GithubConnection
  readonly repository: string
  readonly number: number
  readonly head: CommitSha | null
  readonly base: CommitSha
  /** Whether `isRequired` is requested. */
  readonly required: boolean
  /** Whether `authorAssociation` is requested. */
  readonly associated: boolean
  readonly signal: AbortSignal
  readonly action: string
}

interface PageGuard {
  readonly repository: {
    readonly pullRequest: { readonly headRefOid: string; readonly baseRefOid: string } | null
  } | null
}

/** The query of a list, and where its page is in the answer. */
export interface ListQuery<T, Data> {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly pick: (data: Data) => GqlPage<T> | null | undefined
}

/** No pull request has longer lists; a server that returns more pages is in a loop. */
const MAX_GRAPHQL_PAGES = 100

/**
 * Reads all entries of a list from its first page on. Every further page must name the same head
 * and base, so that all parts of a snapshot belong together; otherwise it throws
 * `RestartReadError`.
 */
export async function readAllPages<T, Data extends object>(
  context: PageContext,
  first: GqlPage<T> | null | undefined,
  list: ListQuery<T, Data>,
): Promise<readonly T[]> {
  const all = [...requireEntries(first, context.action)]
  let page = first
  for (let count = 1; page?.pageInfo.hasNextPage; count += 1) {
    const after = page.pageInfo.endCursor
    if (!after || count >= MAX_GRAPHQL_PAGES)
      throw new Failure('unavailable', `GitHub: ${context.action}: the list does not end`)
    page = await readPage(context, list, after)
    all.push(...requireEntries(page, context.action))
  }
  return all
}

/**
 * The entries of a page. Throws `Failure` if the list is missing or has a null entry, which is one
 * that GitHub could not read.
 */
export function requireEntries<T>(
  page: GqlPage<T> | null | undefined,
  action: string,
): readonly T[] {
  const nodes = page?.nodes?.filter((node) => node !== null && node !== undefined)
  if (!page?.pageInfo || !nodes || nodes.length !== page.nodes?.length)
    throw new Failure('unavailable', `GitHub: ${action}: the list is incomplete`)
  return nodes
}

/**
 * Reads one page of a list after a cursor (null: from the start), if head and base are unchanged.
 */
export async function readPage<T, Data extends object>(
  context: PageContext,
  { query, variables, pick }: ListQuery<T, Data>,
  after: string | null,
): Promise<GqlPage<T> | null> {
  const { connection, repository, number, required, associated, signal, action } = context
  const { owner, name } = splitRepository(repository)
  const declared = {
    ...(query.includes('$required') ? { required } : {}),
    ...(query.includes('$associated') ? { associated } : {}),
  }
  const call = {
    repository,
    query,
    variables: { owner, name, number, after, ...declared, ...variables },
    action,
  }
  const { data, errors } = await queryGraphql<Data & PageGuard>(connection, call, signal)
  const isUnsupported = (field: string) =>
    errors.some((error) => error.path.at(-1) === field && isAbsenceError(error))
  if (required && isUnsupported('isRequired')) {
    connection.withoutIsRequired.add(repository)
    throw new RestartReadError(`${action}: the server does not support isRequired`)
  }
  if (associated && isUnsupported('authorAssociation')) {
    connection.withoutAssociation.add(repository)
    throw new RestartReadError(`${action}: the server does not support authorAssociation`)
  }
  throwUnlessOptional(errors, optionalSnapshotFields, context)
  const pullRequest = data.repository?.pullRequest
  const head = parseCommitSha(pullRequest?.headRefOid)
  if (head !== context.head || parseCommitSha(pullRequest?.baseRefOid) !== context.base)
    throw new RestartReadError(`${action}: the head or base changed`)
  return pick(data) ?? null
}

/** The answer to a query of one list of the pull request. */
type PullRequestData = {
  readonly repository: { readonly pullRequest: GqlPullRequest | null } | null
}
export const createListQuery = <T>(
  query: string,
  pick: (pull: GqlPullRequest) => ReturnType<ListQuery<T, PullRequestData>['pick']>,
): ListQuery<T, PullRequestData> => ({
  query,
  pick: ({ repository }) => (repository?.pullRequest ? pick(repository.pullRequest) : null),
})
