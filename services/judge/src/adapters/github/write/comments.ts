import type { GithubWrites, PostedComment } from '../../../github/port.ts'
import { Failure } from '../../../lib/failure.ts'
import { toInstantOrNull } from '../../../lib/instant.ts'
import { callJson, callList } from '../client/call.ts'
import type { GithubConnection } from '../client/connection.ts'
import { toActor } from '../read/actor.ts'
import { readNewestComments } from '../read/newest-comments.ts'
import { readPermission } from '../read/permission.ts'
import { readText } from '../read/text.ts'

type CommentWrites = Pick<
  GithubWrites,
  | 'listComments'
  | 'readNewestComments'
  | 'createComment'
  | 'editComment'
  | 'reactToComment'
  | 'mayWrite'
>

/** Comments of the service on pull requests, and the answers of people to them. */
export const createCommentWrites = (connection: GithubConnection): CommentWrites => ({
  readNewestComments: (of, signal) => readNewestComments(connection, of, signal),
  async listComments({ repository, number }, signal) {
    const action = `reading the comments of ${repository}#${number}`
    const params = { issue_number: number }
    const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'
    const all = await callList(connection, { repository, route, params, action }, signal)
    return all.map((one) => toPostedComment(one, action))
  },
  async createComment({ repository, number, body }, signal) {
    const action = `commenting on ${repository}#${number}`
    const params = { issue_number: number, body }
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
    const answer = await callJson(connection, { repository, route, params, action }, signal)
    return toPostedComment(answer?.data, action, 'unknown')
  },
  async editComment({ repository, commentId, body }, signal) {
    const action = `editing comment ${commentId} of ${repository}`
    const params = { comment_id: commentId, body }
    const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}'
    const call = { repository, route, params, action, absentStatuses: [404, 410] }
    const answer = await callJson(connection, call, signal)
    return answer === null ? null : toPostedComment(answer.data, action, 'unknown')
  },
  async reactToComment({ repository, commentId, content }, signal) {
    const action = `reacting to comment ${commentId} of ${repository}`
    const params = { comment_id: commentId, content }
    const route = 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions'
    await callJson(connection, { repository, route, params, action }, signal)
  },
  async mayWrite(of, signal) {
    const { roles, granted } = await readPermission(connection, of, signal)
    return granted.push === true || roles.some((role) => writeRoles.has(role))
  },
})

const writeRoles: ReadonlySet<string> = new Set(['write', 'maintain', 'admin'])

interface RestComment {
  readonly id: number
  readonly user?: { readonly login: string; readonly type?: string } | null
  readonly body?: string | null
  readonly html_url?: string
  readonly created_at?: string
  readonly updated_at?: string
}

function toPostedComment(
  data: unknown,
  action: string,
  kind: 'unavailable' | 'unknown' = 'unavailable',
): PostedComment {
  const { id, user, body, html_url, created_at, updated_at } = (data ?? {}) as RestComment
  const createdAt = toInstantOrNull(created_at)
  if (typeof id !== 'number' || createdAt === null)
    throw new Failure(kind, `GitHub: ${action}: the answer has a comment without id or time`)
  return {
    id,
    author: toActor(user),
    body: readText(body ?? ''),
    url: html_url ?? '',
    createdAt,
    edited: updated_at !== undefined && updated_at !== created_at,
  }
}
