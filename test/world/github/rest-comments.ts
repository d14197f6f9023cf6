import { answerJson, type HttpAnswer } from '../serve.ts'
import { addComment } from './changes.ts'
import {
  answerNotFound,
  answerRefused,
  type Call,
  parseBody,
  readTextOr,
  withIssue,
} from './rest-call.ts'
import { toCommentJson, toUserJson } from './rest-views.ts'
import { formatNow, type Issue, type IssueComment, type Reaction } from './state.ts'

export function createComment(call: Call): HttpAnswer {
  const { world, repository, request, listeners } = call
  return withIssue(call, (issue) => {
    const body = readTextOr(parseBody(request).body, '')
    if (body === '') return answerRefused(422, 'Validation Failed')
    const added = addComment(world, repository, issue, { by: world.viewer, body })
    listeners.onComment(repository, issue, body)
    return answerJson(201, toCommentJson(world, repository, issue, added))
  })
}

/** Everyone who may write to a repository may edit any comment in it. */
export function editComment(call: Call): HttpAnswer {
  const { world, repository, request } = call
  const found = findComment(call)
  if (found === null) return answerNotFound()
  const body = readTextOr(parseBody(request).body, '')
  if (body === '') return answerRefused(422, 'Validation Failed')
  const { issue, comment } = found
  if (comment.body !== body) {
    comment.body = body
    comment.editedAt = formatNow(world)
    world.announce('issue_comment', 'edited', { repository, by: world.viewer, issue, comment })
  }
  return answerJson(200, toCommentJson(world, repository, issue, comment))
}

const reactions: readonly Reaction['content'][] = ['+1', '-1', 'confused', 'heart', 'eyes']

/** The same reaction of one account is there once: the second time is answered with 200. */
export function reactToComment(call: Call): HttpAnswer {
  const { world, request } = call
  const found = findComment(call)
  if (found === null) return answerNotFound()
  const content = reactions.find((one) => one === parseBody(request).content)
  if (content === undefined) return answerRefused(422, 'Validation Failed')
  const { comment } = found
  const known = comment.reactions.find(
    (one) => one.author === world.viewer && one.content === content,
  )
  const reaction = known ?? {
    ...{ id: world.nextId(), author: world.viewer, content, createdAt: formatNow(world) },
  }
  if (known === undefined) comment.reactions.push(reaction)
  return answerJson(known === undefined ? 201 : 200, {
    id: reaction.id,
    content,
    user: toUserJson(world, world.viewer),
  })
}

function findComment({
  repository,
  args,
}: Call): { readonly issue: Issue; readonly comment: IssueComment } | null {
  for (const issue of [...repository.issues.values(), ...repository.pulls.values()]) {
    const comment = issue.comments.find(({ id }) => id === Number(args[0]))
    if (comment !== undefined) return { issue, comment }
  }
  return null
}
