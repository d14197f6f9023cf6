import { createHmac, randomUUID } from 'node:crypto'
import { shownRuns } from './requirements.ts'
import {
  checkRunJson,
  commentJson,
  issueJson,
  pullBriefJson,
  pullJson,
  repositoryJson,
  reviewJson,
  runJson,
  statusJson,
  suiteJson,
  userJson,
} from './rest-views.ts'
import type { About, Pull, Repository, World } from './state.ts'

/** A webhook as it left, with what the receiver answered: null where it did not. */
export interface Delivery {
  readonly id: string
  readonly event: string
  readonly action: string | null
  readonly payload: object
  readonly status: number | null
}

/**
 * Real-shaped payloads (docs: "webhook events and payloads"), with the fields that receivers use.
 */
export function payloadOf(
  world: World,
  event: string,
  action: string | null,
  about: About,
): object {
  const { repository } = about
  const full = event === 'pull_request'
  const pull = about.pull
    ? {
        pull_request: (full ? pullJson : pullBriefJson)(world, repository, about.pull),
        ...(full ? { number: about.pull.number } : {}),
      }
    : {}
  const common = {
    ...(action ? { action } : {}),
    repository: repositoryJson(repository),
    sender: userJson(world, about.by),
  }
  return { ...common, ...pull, ...particular(world, event, about) }
}

function particular(world: World, event: string, about: About): object {
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
  if (event === 'issues' && issue) return { issue: issueJson(world, repository, issue) }
  if (event === 'issue_comment' && issue && comment)
    return {
      issue: issueJson(world, repository, issue),
      comment: commentJson(world, repository, issue, comment),
    }
  if (event === 'pull_request_review' && pull && review)
    return { review: reviewJson(world, repository, pull, review) }
  if (event === 'pull_request_review_comment' && threadComment && thread)
    return {
      comment: {
        id: threadComment.id,
        body: threadComment.body,
        path: thread.path,
        line: thread.line,
        user: userJson(world, threadComment.author),
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
    return { check_run: checkRunJson(repository, checkRun, pullsAt(repository, checkRun.sha)) }
  if (suite) {
    const conclusion = shownRuns(repository, suite.sha).every(
      (run) => run.suite !== suite || run.conclusion === 'success',
    )
      ? 'success'
      : 'failure'
    const state = { status: 'completed', conclusion }
    const pulls = pullsAt(repository, suite.sha)
    if (event === 'workflow_run')
      return {
        workflow_run: {
          ...runJson(repository, suite, state),
          head_branch: pulls[0]?.headBranch ?? null,
          pull_requests: suiteJson(suite, pulls).pull_requests,
        },
      }
    return { check_suite: { ...suiteJson(suite, pulls), ...state } }
  }
  if (event === 'status' && status) {
    const branches = [...repository.branches]
      .filter(([, sha]) => sha === status.sha)
      .map(([name]) => ({ name, commit: { sha: status.sha } }))
    const { creator: _sender, ...said } = statusJson(world, status)
    return { ...said, sha: status.sha, name: repository.fullName, branches }
  }
  if (event === 'push' && push) {
    const commit = repository.commits.get(push.after)
    return {
      ref: `refs/heads/${push.branch}`,
      before: push.before,
      after: push.after,
      forced: push.forced,
      created: /^0+$/.test(push.before),
      head_commit: { id: push.after, message: commit?.message, timestamp: commit?.at },
    }
  }
  return {}
}

const pullsAt = (repository: Repository, sha: string): readonly Pull[] =>
  [...repository.pulls.values()].filter(({ head }) => head === sha)

/**
 * Sends webhooks one after another, signed, each once: GitHub does not repeat what was not
 * answered.
 */
export function webhookSender() {
  let target: { readonly url: string; readonly secret: string } | null = null
  let queue: Promise<void> = Promise.resolve()
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
    if (to !== null) queue = queue.then(() => post(delivery, to))
  }

  return {
    deliveries: deliveries as readonly Delivery[],
    /** From now on every change is announced there; null: to nobody. */
    to(next: { readonly url: string; readonly secret: string } | null): void {
      target = next
    },
    announce: (world: World, event: string, action: string | null, about: About): void =>
      enqueue({ id: randomUUID(), event, action, payload: payloadOf(world, event, action, about) }),
    /** What a person does in GitHub's settings: the same delivery, under the same id. */
    redeliver: ({ id, event, action, payload }: Delivery): void =>
      enqueue({ id, event, action, payload }),
    /** Resolves when everything announced so far has been answered or given up. */
    delivered: (): Promise<void> => queue,
  }
}
