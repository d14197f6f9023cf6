import { presentActor, presentAuthor } from './commit-views.ts'
import { type PageArgs, paginate } from './page.ts'
import type { GithubState, Issue, Reaction, Repository } from './state.ts'

export function presentIssue(world: GithubState, repository: Repository, issue: Issue) {
  return {
    id: `I_${issue.id}`,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    url: `https://github.com/${repository.fullName}/issues/${issue.number}`,
    state: issue.state.toUpperCase(),
    author: presentActor(world, issue.author),
    createdAt: issue.createdAt,
    closedAt: issue.closedAt,
    lastEditedAt: issue.lastEdit?.at ?? null,
    editor: issue.lastEdit ? presentActor(world, issue.lastEdit.by) : null,
    labels: (args: PageArgs) =>
      paginate(
        'labels',
        issue.labels.map((name) => ({ name, color: 'ededed' })),
        args,
      ),
    timelineItems: ({ itemTypes, ...args }: PageArgs & { itemTypes?: readonly string[] }) =>
      paginate(
        'timelineItems',
        itemTypes?.includes('LABELED_EVENT')
          ? issue.labelEvents.map(({ label, by, at }) => ({
              __typename: 'LabeledEvent',
              createdAt: at,
              label: { name: label },
              actor: presentActor(world, by),
            }))
          : [],
        args,
      ),
    ...presentConversation(world, repository, issue, 'issues'),
  }
}

export const presentConversation = (
  world: GithubState,
  repository: Repository,
  issue: Issue,
  kind: 'issues' | 'pull',
) => ({
  reactions: (args: PageArgs) =>
    paginate(
      'reactions',
      issue.reactions.map((one) => presentReaction(world, one)),
      args,
    ),
  comments: (args: PageArgs) =>
    paginate(
      'comments',
      issue.comments.map((comment) => ({
        ...presentAuthor(world, comment.author),
        databaseId: comment.id,
        body: comment.body,
        lastEditedAt: comment.editedAt,
        url: `https://github.com/${repository.fullName}/${kind}/${issue.number}#issuecomment-${comment.id}`,
        createdAt: comment.createdAt,
      })),
      args,
    ),
})

const contents = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  eyes: 'EYES',
  heart: 'HEART',
  confused: 'CONFUSED',
} as const
const presentReaction = (world: GithubState, { author, content, createdAt }: Reaction) => ({
  user: presentActor(world, author),
  content: contents[content],
  createdAt,
})
