import type { Reaction } from '../../../github/snapshot.ts'
import { isFailure } from '../../../lib/failure.ts'
import { instant } from '../../../lib/instant.ts'
import { callList } from '../client/call.ts'
import { actorOf } from './actor.ts'
import type { GqlPullRequest, GqlReaction, Page } from './answers.ts'
import { type Reading, readRest } from './pagination.ts'
import { reactionsPage } from './queries.ts'

type Paged = {
  readonly repository: { readonly pullRequest: Pick<GqlPullRequest, 'reactions'> | null } | null
}

const ours = { THUMBS_UP: 'THUMBS_UP', '+1': 'THUMBS_UP', EYES: 'EYES', eyes: 'EYES' } as const
const contentOf = (content: string): Reaction['content'] =>
  Object.entries(ours).find(([name]) => name === content)?.[1] ?? 'OTHER'

/**
 * Reactions on the pull request's body. The schema says that only users react, so GitHub may name
 * nobody where an app did; a 👍 is all that the reviewer leaves behind when it found nothing, so
 * then the list is read by REST, which names apps.
 */
export async function readReactions(
  reading: Reading,
  first: Page<GqlReaction> | null,
): Promise<readonly Reaction[]> {
  const all = await readRest(reading, first, {
    query: reactionsPage,
    pick: ({ repository }: Paged) => repository?.pullRequest?.reactions,
  })
  const nameless = all.some(({ content, user }) => !user && contentOf(content) !== 'OTHER')
  const named = nameless ? await byRest(reading) : null
  if (named !== null) return named
  return all.map(({ content, createdAt, user }) => ({
    content: contentOf(content),
    author: actorOf(user),
    createdAt: instant(createdAt),
  }))
}

/**
 * Null where the server has no such list: then nobody can be named, and what is nameless passes
 * nothing.
 */
async function byRest(reading: Reading): Promise<readonly Reaction[] | null> {
  try {
    return await listByRest(reading)
  } catch (error) {
    if (isFailure(error) && error.kind === 'refused') return null
    throw error
  }
}

async function listByRest({
  connection,
  repository,
  number,
  signal,
  what,
}: Reading): Promise<readonly Reaction[]> {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/reactions'
  const all = await callList(
    connection,
    { repository, route, params: { issue_number: number }, what },
    signal,
  )
  return (
    all as readonly {
      content: string
      created_at: string
      user: { login: string; type?: string } | null
    }[]
  ).map((reaction) => ({
    content: contentOf(reaction.content),
    author: actorOf(reaction.user),
    createdAt: instant(reaction.created_at),
  }))
}
