import type { Issue, RepositoryContext } from '../../../github/snapshot.ts'
import { Failure } from '../../../lib/failure.ts'
import { type Instant, toInstantOrNull } from '../../../lib/instant.ts'
import { parseCommitSha } from '../../../run/run.ts'
import { type GithubConnection, splitRepository } from '../client/connection.ts'
import { queryGraphql } from '../client/graphql.ts'
import type { GraphqlError } from '../client/graphql-errors.ts'
import { throwUnlessOptional } from '../client/graphql-failure.ts'
import { stripBotSuffix } from './actor.ts'
import type { GqlIssue, GqlRepositoryContext } from './graphql-types.ts'
import { requireEntries } from './pagination.ts'
import { REPOSITORY_CONTEXT_QUERY } from './queries.ts'
import { readText } from './text.ts'

export interface RepositoryContextRequest {
  readonly repository: string
  readonly issueNumber?: number | null
  readonly branch?: string | null
}

/** Optional parts of the answer, as steps of an error's path. */
export const optionalContextFields = ['rateLimit', 'editor', 'lastEditedAt', 'closedAt']

export const toContextVariables = ({ issueNumber, branch }: RepositoryContextRequest) => ({
  issue: issueNumber ?? 0,
  withIssue: typeof issueNumber === 'number',
  ref: `refs/heads/${branch ?? ''}`,
  withRef: typeof branch === 'string',
})

/**
 * Removes the error GitHub reports for an issue that was deleted or moved, or is a pull request.
 */
export const omitAbsentIssue = (errors: readonly GraphqlError[]): readonly GraphqlError[] =>
  errors.filter(({ path, type }) => !(path.at(-1) === 'issue' && type === 'NOT_FOUND'))

/**
 * Reads the policy file at the default branch, the issue and the branch head: one GraphQL point.
 */
export async function readRepositoryContext(
  connection: GithubConnection,
  request: RepositoryContextRequest,
  signal: AbortSignal,
): Promise<RepositoryContext> {
  const action = `reading the issue and policy of ${request.repository}`
  const observedAt = connection.settings.now()
  const variables = { ...splitRepository(request.repository), ...toContextVariables(request) }
  const { data, errors } = await queryGraphql<{ readonly repository: GqlRepositoryContext | null }>(
    connection,
    { repository: request.repository, query: REPOSITORY_CONTEXT_QUERY, variables, action },
    signal,
  )
  throwUnlessOptional(omitAbsentIssue(errors), optionalContextFields, {
    connection,
    ...request,
    action,
  })
  const { repository } = data
  if (!repository) throw new Failure('refused', `GitHub: ${action}: the repository does not exist`)
  return toRepositoryContext(repository, observedAt, action)
}

export function toRepositoryContext(
  repository: GqlRepositoryContext,
  observedAt: Instant,
  action: string,
): RepositoryContext {
  return {
    observedAt,
    repository: repository.nameWithOwner,
    defaultBranch: repository.defaultBranchRef?.name ?? '',
    policyText: readPolicyText(repository.policy, action),
    issue: repository.issue ? toIssue(repository.issue, action) : null,
    branchHead: parseCommitSha(repository.ref?.target?.oid),
  }
}

/**
 * The text of the policy file; null if there is none. Rejects a file that GitHub truncates (over
 * 512 KiB), because a part of a policy is another policy.
 */
function readPolicyText(blob: GqlRepositoryContext['policy'], action: string): string | null {
  // A directory of that name is not a policy. A server may omit `__typename`.
  if (!blob || (blob.__typename !== 'Blob' && blob.text === undefined)) return null
  if (blob.isTruncated || blob.isBinary || typeof blob.text !== 'string')
    throw new Failure(
      'refused',
      `GitHub: ${action}: .codex-judge.yml must be a text file of at most 512 KiB`,
    )
  return blob.text
}

function toIssue(issue: GqlIssue, action: string): Issue {
  const editedAt = toInstantOrNull(issue.lastEditedAt)
  // GitHub may return null for an issue without labels, and another server may omit the field. An
  // unreadable list is an error and has failed the reading before.
  const labels = !issue.labels ? [] : requireEntries(issue.labels, `${action}: its labels`)
  // GitHub allows a hundred labels per issue, so there is never a second page.
  if (issue.labels?.pageInfo.hasNextPage)
    throw new Failure(
      'unavailable',
      `GitHub: ${action}: the issue has more labels than GitHub allows`,
    )
  return {
    number: issue.number,
    title: readText(issue.title),
    body: readText(issue.body),
    url: readText(issue.url),
    state: issue.state === 'CLOSED' ? 'closed' : 'open',
    closedAt: toInstantOrNull(issue.closedAt),
    labels: labels.map(({ name }) => name),
    lastEdit:
      editedAt === null
        ? null
        : { editor: issue.editor ? stripBotSuffix(issue.editor.login) : null, at: editedAt },
  }
}
