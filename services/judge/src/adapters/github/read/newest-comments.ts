import type { PostedComment } from '../../../github/port.ts'
import { Failure } from '../../../lib/failure.ts'
import { toInstantOrNull } from '../../../lib/instant.ts'
import { type GithubConnection, splitRepository } from '../client/connection.ts'
import { queryGraphql } from '../client/graphql.ts'
import { throwUnlessOptional } from '../client/graphql-failure.ts'
import { toActor } from './actor.ts'
import { NEWEST_COMMENTS_QUERY } from './queries.ts'
import { readText } from './text.ts'

interface GqlPostedComment {
  readonly databaseId?: number | null
  readonly author?: { readonly login?: string; readonly __typename?: string } | null
  readonly body?: string | null
  readonly url?: string | null
  readonly createdAt?: string | null
  readonly lastEditedAt?: string | null
}

interface GqlNewestComments {
  readonly repository: {
    readonly pullRequest: {
      readonly comments: { readonly nodes: readonly (GqlPostedComment | null)[] | null }
    } | null
  } | null
}

/** The newest 100 comments of a pull request, oldest first, for one GraphQL point. */
export async function readNewestComments(
  connection: GithubConnection,
  { repository, number }: { readonly repository: string; readonly number: number },
  signal: AbortSignal,
): Promise<readonly PostedComment[]> {
  const action = `reading the newest comments of ${repository}#${number}`
  const variables = { ...splitRepository(repository), number }
  const { data, errors } = await queryGraphql<GqlNewestComments>(
    connection,
    { repository, query: NEWEST_COMMENTS_QUERY, variables, action },
    signal,
  )
  throwUnlessOptional(errors, ['rateLimit'], { connection, repository, action })
  const nodes = data.repository?.pullRequest?.comments.nodes
  if (!nodes) throw new Failure('unavailable', `GitHub: ${action}: the answer has no list`)
  return nodes.flatMap((comment): readonly PostedComment[] => {
    const createdAt = toInstantOrNull(comment?.createdAt)
    if (comment === null || typeof comment.databaseId !== 'number' || createdAt === null) return []
    return [
      {
        id: comment.databaseId,
        author: toActor(comment.author),
        body: readText(comment.body ?? ''),
        url: comment.url ?? '',
        createdAt,
        edited: comment.lastEditedAt !== null,
      },
    ]
  })
}
