import { actorView } from './commit-views.ts'
import { connection, type PageArgs } from './page.ts'
import type { Issue, Reaction, Repository, World } from './state.ts'

export function issueView(world: World, repository: Repository, issue: Issue) {
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

export const conversationView = (
  world: World,
  repository: Repository,
  issue: Issue,
  kind: 'issues' | 'pull',
) => ({
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
