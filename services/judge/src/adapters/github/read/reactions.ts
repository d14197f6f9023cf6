import type { Reaction } from '../../../github/snapshot.ts'
import { isFailure } from '../../../lib/failure.ts'
import { toInstant } from '../../../lib/instant.ts'
import { callList } from '../client/call.ts'
import { toActor } from './actor.ts'
import type { GqlPage, GqlPullRequest, GqlReaction } from './graphql-types.ts'
import { type PageContext, readAllPages } from './pagination.ts'
import { REACTIONS_PAGE_QUERY } from './queries.ts'

type ReactionsPage = {
  readonly repository: { readonly pullRequest: Pick<GqlPullRequest, 'reactions'> | null } | null
}

const reactionContents = {
  THUMBS_UP: 'THUMBS_UP',
  '+1': 'THUMBS_UP',
  EYES: 'EYES',
  eyes: 'EYES',
} as const
const toReactionContent = (content: string): Reaction['content'] =>
  Object.entries(reactionContents).find(([name]) => name === content)?.[1] ?? 'OTHER'

/**
 * Reactions to the pull request's body. In the GraphQL schema only users react, so the author may
 * be missing if an app did; REST names apps. The reviewer leaves nothing but a 👍 if it found
 * nothing.
 */
export async function readReactions(
  context: PageContext,
  first: GqlPage<GqlReaction> | null,
): Promise<readonly Reaction[]> {
  const all = await readAllPages(context, first, {
    query: REACTIONS_PAGE_QUERY,
    pick: ({ repository }: ReactionsPage) => repository?.pullRequest?.reactions,
  })
  const hasUnnamed = all.some(
    ({ content, user }) => !user && toReactionContent(content) !== 'OTHER',
  )
  const named = hasUnnamed ? await readReactionsByRest(context) : null
  if (named !== null) return named
  return all.map(({ content, createdAt, user }) => ({
    content: toReactionContent(content),
    author: toActor(user),
    createdAt: toInstant(createdAt),
  }))
}

/** Null if the server refuses this list; reactions without an author then pass nothing. */
async function readReactionsByRest(context: PageContext): Promise<readonly Reaction[] | null> {
  try {
    return await listReactionsByRest(context)
  } catch (error) {
    if (isFailure(error) && error.kind === 'refused') return null
    throw error
  }
}

async function listReactionsByRest({
  connection,
  repository,
  number,
  signal,
  action,
}: PageContext): Promise<readonly Reaction[]> {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/reactions'
  const all = await callList(
    connection,
    { repository, route, params: { issue_number: number }, action },
    signal,
  )
  return (
    all as readonly {
      content: string
      created_at: string
      user: { login: string; type?: string } | null
    }[]
  ).map((reaction) => ({
    content: toReactionContent(reaction.content),
    author: toActor(reaction.user),
    createdAt: toInstant(reaction.created_at),
  }))
}
