import type { GithubWrites } from '../../../github/port.ts'
import { Failure, isFailure } from '../../../lib/failure.ts'
import { instant } from '../../../lib/instant.ts'
import { clip } from '../../../lib/text.ts'
import { callJson, callList } from '../client/call.ts'
import type { Connection } from '../client/connection.ts'
import { actorOf } from '../read/actor.ts'

/** GitHub's limit for the description of a commit status, in characters. */
const descriptionMax = 140

const issueComments = '/repos/{owner}/{repo}/issues/{issue_number}/comments'

/** What we do to GitHub: each request goes out once, and one whose answer was lost is `unknown`. */
export function githubWrites(connection: Connection): GithubWrites {
  return {
    async setStatus({ repository, commit, context, state, description, targetUrl }, signal) {
      const params = {
        sha: commit,
        state,
        context,
        description: clip(description, descriptionMax),
        target_url: targetUrl,
      }
      const what = `setting the status of ${repository} at ${commit.slice(0, 12)}`
      await callJson(
        connection,
        { repository, route: 'POST /repos/{owner}/{repo}/statuses/{sha}', params, what },
        signal,
      )
    },

    async findComment({ repository, number, marker }, signal) {
      const what = `looking for our comment on ${repository}#${number}`
      const all = await callList(
        connection,
        { repository, route: `GET ${issueComments}`, params: { issue_number: number }, what },
        signal,
      )
      const found = (all as readonly RestComment[]).find(({ body }) => body?.includes(marker))
      return found
        ? {
            author: actorOf(found.user),
            body: found.body ?? '',
            url: found.html_url,
            createdAt: instant(found.created_at),
          }
        : null
    },

    async comment({ repository, number, body }, signal) {
      const what = `commenting on ${repository}#${number}`
      const params = { issue_number: number, body }
      const call = {
        repository,
        route: `POST ${issueComments}`,
        params,
        what,
        role: 'review_request',
      } as const
      const answer = await callJson(connection, call, signal)
      const url = (answer?.data as { html_url?: unknown } | null)?.html_url
      return { url: typeof url === 'string' ? url : '' }
    },

    async runAttempt({ repository, workflowRunId }, signal) {
      const what = `reading workflow run ${workflowRunId} of ${repository}`
      const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}'
      const answer = await callJson(
        connection,
        { repository, route, params: { run_id: workflowRunId }, what },
        signal,
      )
      const attempt = Number((answer?.data as { run_attempt?: unknown } | null)?.run_attempt ?? 1)
      if (!Number.isInteger(attempt) || attempt < 1)
        throw new Failure('unavailable', `GitHub: ${what}: no attempt number`)
      return attempt
    },

    async rerunFailedJobs({ repository, workflowRunId }, signal) {
      const what = `re-running the failed jobs of workflow run ${workflowRunId} of ${repository}`
      const route = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs'
      await unlessRunning(
        callJson(
          connection,
          { repository, route, params: { run_id: workflowRunId }, what },
          signal,
        ),
      )
    },

    async rerequestSuite({ repository, suiteId }, signal) {
      const what = `re-requesting check suite ${suiteId} of ${repository}`
      const route = 'POST /repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest'
      await unlessRunning(
        callJson(
          connection,
          { repository, route, params: { check_suite_id: suiteId }, what },
          signal,
        ),
      )
    },
  }
}

interface RestComment {
  readonly user: { readonly login: string; readonly type?: string } | null
  readonly body?: string
  readonly html_url: string
  readonly created_at: string
}

/**
 * What was asked for is already under way: somebody, perhaps a try of ours whose answer was lost,
 * asked before. GitHub says so with 403 and in words only. Another 403 of these two routes is about
 * this run ("created over a month ago"), unless it speaks of access.
 */
async function unlessRunning(asked: Promise<unknown>): Promise<void> {
  try {
    await asked
  } catch (error) {
    if (!isFailure(error) || (error.kind !== 'forbidden' && error.kind !== 'refused')) throw error
    if (/already (running|queued|in progress|been re-?requested)/i.test(error.message)) return
    const aboutAccess = /not accessible|must have|permission|credentials|401/i.test(error.message)
    throw error.kind === 'forbidden' && !aboutAccess ? new Failure('refused', error.message) : error
  }
}
