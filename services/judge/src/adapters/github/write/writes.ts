import type { GithubWrites } from '../../../github/port.ts'
import type { Comment } from '../../../github/snapshot.ts'
import { Failure, isFailure } from '../../../lib/failure.ts'
import { toInstant } from '../../../lib/instant.ts'
import { clip } from '../../../lib/text.ts'
import { callJson, callList } from '../client/call.ts'
import type { GithubConnection } from '../client/connection.ts'
import { toActor } from '../read/actor.ts'
import { toAssociation } from '../read/reviews-and-comments.ts'
import { setCheckRun } from './check-runs.ts'
import { createCommentWrites } from './comments.ts'

/** GitHub's limit for the description of a commit status. */
const MAX_DESCRIPTION_CHARS = 140

const COMMENTS_ROUTE = '/repos/{owner}/{repo}/issues/{issue_number}/comments'

type Input<Name extends keyof GithubWrites> = Parameters<GithubWrites[Name]>[0]

/**
 * The writes of the GitHub port. Each request is sent once; if its answer is lost, the call rejects
 * with the kind `unknown`.
 */
export function createGithubWrites(connection: GithubConnection): GithubWrites {
  return {
    setStatus: (input, signal) => setStatus(connection, input, signal),
    findComment: (input, signal) => findComment(connection, input, signal),
    postComment: (input, signal) => postComment(connection, input, signal),
    ...createCommentWrites(connection),
    setCheckRun: (input, signal) => setCheckRun(connection, input, signal),
    readRunAttempt: (input, signal) => readRunAttempt(connection, input, signal),
    rerunFailedJobs: (input, signal) => rerunFailedJobs(connection, input, signal),
    rerequestSuite: (input, signal) => rerequestSuite(connection, input, signal),
  }
}

async function setStatus(
  connection: GithubConnection,
  { repository, commit, context, state, description, targetUrl }: Input<'setStatus'>,
  signal: AbortSignal,
): Promise<void> {
  const params = {
    sha: commit,
    state,
    context,
    description: clip(description, MAX_DESCRIPTION_CHARS),
    target_url: targetUrl,
  }
  const action = `setting the status of ${repository} at ${commit.slice(0, 12)}`
  const route = 'POST /repos/{owner}/{repo}/statuses/{sha}'
  await callJson(connection, { repository, route, params, action }, signal)
}

interface RestComment {
  readonly user: { readonly login: string; readonly type?: string } | null
  readonly author_association?: string
  readonly body?: string
  readonly html_url: string
  readonly created_at: string
}

async function findComment(
  connection: GithubConnection,
  { repository, number, marker }: Input<'findComment'>,
  signal: AbortSignal,
): Promise<Comment | null> {
  const action = `looking for our comment on ${repository}#${number}`
  const params = { issue_number: number }
  const call = { repository, route: `GET ${COMMENTS_ROUTE}`, params, action }
  const comments = (await callList(connection, call, signal)) as readonly RestComment[]
  const found = comments.find(({ body }) => body?.includes(marker))
  if (found === undefined) return null
  return {
    author: toActor(found.user),
    association: toAssociation(found.author_association),
    body: found.body ?? '',
    url: found.html_url,
    createdAt: toInstant(found.created_at),
    // REST only has the time of the last change of any kind.
    editedAt: null,
  }
}

async function postComment(
  connection: GithubConnection,
  { repository, number, body }: Input<'postComment'>,
  signal: AbortSignal,
): Promise<{ url: string }> {
  const action = `commenting on ${repository}#${number}`
  const params = { issue_number: number, body }
  const route = `POST ${COMMENTS_ROUTE}`
  const role = 'review_request'
  const answer = await callJson(connection, { repository, route, params, action, role }, signal)
  const url = (answer?.data as { html_url?: unknown } | null)?.html_url
  return { url: typeof url === 'string' ? url : '' }
}

async function readRunAttempt(
  connection: GithubConnection,
  { repository, workflowRunId }: Input<'readRunAttempt'>,
  signal: AbortSignal,
): Promise<number> {
  const action = `reading workflow run ${workflowRunId} of ${repository}`
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}'
  const params = { run_id: workflowRunId }
  const answer = await callJson(connection, { repository, route, params, action }, signal)
  const attempt = Number((answer?.data as { run_attempt?: unknown } | null)?.run_attempt ?? 1)
  if (!Number.isInteger(attempt) || attempt < 1)
    throw new Failure('unavailable', `GitHub: ${action}: the answer has no attempt number`)
  return attempt
}

async function rerunFailedJobs(
  connection: GithubConnection,
  { repository, workflowRunId }: Input<'rerunFailedJobs'>,
  signal: AbortSignal,
): Promise<void> {
  const action = `re-running the failed jobs of workflow run ${workflowRunId} of ${repository}`
  const route = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs'
  const params = { run_id: workflowRunId }
  await ignoreAlreadyRunning(callJson(connection, { repository, route, params, action }, signal))
}

async function rerequestSuite(
  connection: GithubConnection,
  { repository, suiteId }: Input<'rerequestSuite'>,
  signal: AbortSignal,
): Promise<void> {
  const action = `re-requesting check suite ${suiteId} of ${repository}`
  const route = 'POST /repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest'
  const params = { check_suite_id: suiteId }
  await ignoreAlreadyRunning(callJson(connection, { repository, route, params, action }, signal))
}

/**
 * Resolves if the re-run is already under way, perhaps by an earlier try whose answer was lost.
 * GitHub reports that as a 403 with a message only. Any other 403 of these routes that is not about
 * access concerns this run ("created over a month ago"): `refused`.
 */
async function ignoreAlreadyRunning(answer: Promise<unknown>): Promise<void> {
  try {
    await answer
  } catch (error) {
    if (!isFailure(error) || (error.kind !== 'forbidden' && error.kind !== 'refused')) throw error
    if (/already (running|queued|in progress|been re-?requested)/i.test(error.answer)) return
    const isAboutAccess = /not accessible|must have|permission|credentials|401/i.test(error.answer)
    if (error.kind !== 'forbidden' || isAboutAccess) throw error
    // Without the remedy, which is about access.
    const text = error.remedy === null ? error.message : error.message.replace(error.remedy, '')
    throw new Failure('refused', text.replace(/; $/, ''))
  }
}
