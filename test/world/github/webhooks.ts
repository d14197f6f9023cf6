import { createHmac, randomUUID } from 'node:crypto'
import {
  toCheckRunJson,
  toCommentJson,
  toIssueJson,
  toPullBriefJson,
  toPullJson,
  toRepositoryJson,
  toReviewJson,
  toRunJson,
  toStatusJson,
  toSuiteJson,
  toUserJson,
} from './rest-views.ts'
import type { ChangeDetails, GithubState, Pull, Repository, Status, Suite } from './state.ts'
import { getSuiteState } from './suites.ts'

/** A webhook that was sent, with the status of the answer, or null without an answer. */
export interface Delivery {
  readonly id: string
  readonly event: string
  readonly action: string | null
  readonly payload: object
  readonly status: number | null
}

/** A payload of GitHub's shape (docs: "webhook events and payloads"), with the fields in use. */
export function buildPayload(
  world: GithubState,
  event: string,
  action: string | null,
  about: ChangeDetails,
): object {
  const { repository } = about
  const full = event === 'pull_request'
  const pull = about.pull
    ? {
        pull_request: (full ? toPullJson : toPullBriefJson)(world, repository, about.pull),
        ...(full ? { number: about.pull.number } : {}),
      }
    : {}
  const common = {
    ...(action ? { action } : {}),
    repository: toRepositoryJson(repository),
    sender: toUserJson(world, about.by),
  }
  const { pushedAt } = repository
  const pushed =
    event === 'push' && pushedAt !== null
      ? { repository: { ...common.repository, pushed_at: Math.floor(Date.parse(pushedAt) / 1000) } }
      : {}
  return { ...common, ...pushed, ...pull, ...buildDetails(world, event, about) }
}

function buildDetails(world: GithubState, event: string, about: ChangeDetails): object {
  const {
    repository,
    issue,
    pull,
    comment,
    review,
    thread,
    threadComment,
    checkRun,
    suite,
    status,
    push,
  } = about
  if (event === 'issues' && issue) return { issue: toIssueJson(world, repository, issue) }
  if (event === 'issue_comment' && issue && comment)
    return {
      issue: toIssueJson(world, repository, issue),
      comment: toCommentJson(world, repository, issue, comment),
    }
  if (event === 'pull_request_review' && pull && review)
    return { review: toReviewJson(world, repository, pull, review) }
  if (event === 'pull_request_review_comment' && threadComment && thread)
    return {
      comment: {
        id: threadComment.id,
        body: threadComment.body,
        path: thread.path,
        line: thread.line,
        user: toUserJson(world, threadComment.author),
        commit_id: threadComment.commit,
      },
    }
  if (event === 'pull_request_review_thread' && thread)
    return {
      thread: {
        node_id: thread.id,
        comments: thread.comments.map(({ id, body }) => ({ id, body, path: thread.path })),
      },
    }
  if (event === 'check_run' && checkRun)
    return {
      check_run: toCheckRunJson(repository, checkRun, listPullsAt(repository, checkRun.sha)),
    }
  if (suite) return buildSuiteDetails(repository, suite, event)
  if (event === 'status' && status) return buildStatusDetails(world, repository, status)
  if (event === 'push' && push) return buildPushDetails(repository, push)
  return {}
}

function buildSuiteDetails(repository: Repository, suite: Suite, event: string): object {
  const state = getSuiteState(repository, suite)
  const pulls = listPullsAt(repository, suite.sha)
  const json = toSuiteJson(repository, suite, pulls)
  if (event !== 'workflow_run') return { check_suite: { ...json, ...state } }
  return {
    workflow_run: {
      ...toRunJson(repository, suite, state),
      head_branch: json.head_branch,
      pull_requests: json.pull_requests,
    },
  }
}

function buildStatusDetails(world: GithubState, repository: Repository, status: Status): object {
  const branches = [...repository.branches]
    .filter(([, sha]) => sha === status.sha)
    .map(([name]) => ({ name, commit: { sha: status.sha } }))
  const { creator: _sender, ...fields } = toStatusJson(world, status)
  return { ...fields, sha: status.sha, name: repository.fullName, branches }
}

function buildPushDetails(
  repository: Repository,
  { branch, before, after, forced }: NonNullable<ChangeDetails['push']>,
): object {
  const commit = repository.commits.get(after)
  return {
    ref: `refs/heads/${branch}`,
    before,
    after,
    forced,
    created: /^0+$/.test(before),
    head_commit: { id: after, message: commit?.message, timestamp: commit?.at },
  }
}

const listPullsAt = (repository: Repository, sha: string): readonly Pull[] =>
  [...repository.pulls.values()].filter(({ head }) => head === sha)

/** Sends signed webhooks one after another, each once: GitHub does not retry either. */
export function createWebhookSender() {
  let target: { readonly url: string; readonly secret: string } | null = null
  let queue: Promise<void> = Promise.resolve()
  let held: Omit<Delivery, 'status'>[] | null = null
  const deliveries: Delivery[] = []

  const post = async (
    delivery: Omit<Delivery, 'status'>,
    to: { url: string; secret: string },
  ): Promise<void> => {
    const body = JSON.stringify(delivery.payload)
    const signature = createHmac('sha256', to.secret).update(body).digest('hex')
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/simulated',
      'x-github-event': delivery.event,
      'x-github-delivery': delivery.id,
      'x-hub-signature-256': `sha256=${signature}`,
    }
    const status = await fetch(to.url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(10_000),
    })
      .then(async (response) => {
        await response.arrayBuffer()
        return response.status
      })
      .catch(() => null)
    deliveries.push({ ...delivery, status })
  }

  const enqueue = (delivery: Omit<Delivery, 'status'>): void => {
    const to = target
    if (held !== null) held.push(delivery)
    else if (to !== null) queue = queue.then(() => post(delivery, to))
  }

  return {
    deliveries: deliveries as readonly Delivery[],
    /** Sends every following change to this address; null stops that. */
    sendTo(next: { readonly url: string; readonly secret: string } | null): void {
      target = next
    },
    announce: (
      world: GithubState,
      event: string,
      action: string | null,
      about: ChangeDetails,
    ): void =>
      enqueue({
        id: randomUUID(),
        event,
        action,
        payload: buildPayload(world, event, action, about),
      }),
    /** Sends the same delivery under the same id, as a person can in GitHub's settings. */
    redeliver: ({ id, event, action, payload }: Delivery): void =>
      enqueue({ id, event, action, payload }),
    /** Keeps the webhooks of every following change back, as GitHub does in an incident. */
    hold(): void {
      held = []
    },
    /** Sends what was kept back, in order. */
    release(): void {
      const late = held ?? []
      held = null
      for (const delivery of late) enqueue(delivery)
    },
    /** Takes what was kept back, and sends nothing of it. */
    takeHeld(): readonly Omit<Delivery, 'status'>[] {
      const late = held ?? []
      held = null
      return late
    },
    /** Resolves when every webhook so far has been answered or has failed. */
    flush: (): Promise<void> => queue,
  }
}
