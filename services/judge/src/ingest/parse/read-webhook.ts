import type { Instant } from '../../lib/instant.ts'
import { isObject, type Json, type JsonObject } from '../../lib/json.ts'
import { normalizeLogin } from '../../lib/text.ts'
import type { GithubChanged } from '../../run/event.ts'
import type { CommitSha, Signal } from '../../run/run.ts'
import { parseCommitSha } from '../../run/run.ts'
import { readBranch, readPlainText, readPositiveInt, readRepository } from './fields.ts'
import { findPushProof } from './push-time.ts'

/*
 * A webhook only nudges: it tells which runs to reconcile, and whether it may be the last signal
 * they wait for. Those runs read what is true from GitHub's API.
 */

export interface WebhookContext {
  /** Logins of the Codex reviewer; `[bot]` is optional. */
  readonly reviewers: readonly string[]
  /** The context of the commit status that this service sets. */
  readonly ourContext: string
}

type WebhookChange = Omit<GithubChanged, 'kind' | 'repository'>
type WebhookReader = (
  payload: JsonObject,
  action: string,
  context: WebhookContext & { readonly seenAt: Instant | null },
) => WebhookChange | null

/**
 * Reads the change that a webhook announces, or why the webhook is ignored. `seenAt` is when
 * something on the way to us first had the webhook, if that is known.
 */
export function readWebhook(
  event: string,
  payload: JsonObject,
  context: WebhookContext,
  seenAt: Instant | null = null,
): { readonly event: GithubChanged | null; readonly because: string } {
  const read = Object.hasOwn(readers, event) ? readers[event] : undefined
  if (read === undefined)
    return {
      event: null,
      because:
        event === '' ? 'The webhook does not name its event.' : `The event ${event} is not used.`,
    }
  // Our own status never counts among the checks; its webhook would only cause a reconciliation.
  if (event === 'status' && readPlainText(payload.context ?? null) === context.ourContext)
    return { event: null, because: 'This service set the commit status itself.' }
  if (event === 'check_run' && isOwnCheckRun(readAt(payload, 'check_run'), context))
    return { event: null, because: 'This service set the check run itself.' }
  const name = readRepository(payload.repository ?? null)
  if (name === null) return { event: null, because: `The ${event} names no repository.` }
  const action = readPlainText(payload.action ?? null) ?? ''
  const change = read(payload, action, { ...context, seenAt })
  if (change === null) return { event: null, because: `This ${event} is about no branch.` }
  return {
    event: { kind: 'github.changed', repository: name, ...change },
    because: `${event}${action === '' ? '' : ` ${action}`} in ${name}.`,
  }
}

/** One of our name that is no job of Actions, as CI counts it. */
const isOwnCheckRun = (run: Json, { ourContext }: WebhookContext): boolean =>
  readPlainText(readAt(run, 'name')) === ourContext &&
  readPlainText(readAt(run, 'app', 'slug')) !== 'github-actions'

const readAt = (value: Json | undefined, ...path: readonly string[]): Json =>
  path.reduce<Json>((found, key) => (isObject(found) ? (found[key] ?? null) : null), value ?? null)
const readSha = (value: Json): CommitSha | null => {
  const sha = parseCommitSha(readPlainText(value))
  return sha === null || isZeroSha(sha) ? null : sha
}
/** How GitHub names the commit before a branch was created, or after it was deleted. */
const isZeroSha = (value: Json): boolean => typeof value === 'string' && /^0+$/.test(value)
const toList = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [])
const dropNulls = <T>(values: readonly (T | null)[]): readonly T[] => [
  ...new Set(values.filter((value) => value !== null)),
]

interface ChangeSubjects {
  readonly commits?: readonly (CommitSha | null)[]
  readonly branches?: readonly (string | null)[]
  readonly pullRequests?: readonly (number | null)[]
  readonly issues?: readonly (number | null)[]
}

const createChange = (
  signal: Signal,
  decisive: boolean,
  about: ChangeSubjects,
  {
    push = null,
    reconsiders = false,
    answers = false,
  }: Partial<Pick<WebhookChange, 'push' | 'reconsiders' | 'answers'>> = {},
): WebhookChange => ({
  signal,
  decisive,
  reconsiders,
  answers,
  about: {
    commits: dropNulls(about.commits ?? []),
    branches: dropNulls(about.branches ?? []),
    pullRequests: dropNulls(about.pullRequests ?? []),
    issues: dropNulls(about.issues ?? []),
  },
  push,
})

/** Check runs, suites and workflow runs name their commit, branch and pull requests alike. */
const createCheckReader =
  (key: string, nested: string | null): WebhookReader =>
  (payload, action) => {
    const subject = readAt(payload, key)
    const suite = nested === null ? subject : readAt(subject, nested)
    return createChange('ci', action === 'completed', {
      commits: [readSha(readAt(subject, 'head_sha'))],
      branches: [readBranch(readAt(suite, 'head_branch'))],
      pullRequests: [
        ...toList(readAt(subject, 'pull_requests')),
        ...toList(readAt(suite, 'pull_requests')),
      ].map((pull) => readPositiveInt(readAt(pull, 'number'))),
    })
  }

const readCommitStatus: WebhookReader = (payload) => {
  const state = readPlainText(payload.state ?? null)
  return createChange('ci', state !== null && state !== 'pending', {
    commits: [readSha(payload.sha ?? null)],
    branches: toList(payload.branches ?? null).map((one) => readBranch(readAt(one, 'name'))),
  })
}

/** Other actions, such as assigning or labelling, change nothing that a decision depends on. */
const decisivePullActions = new Set([
  'opened',
  'reopened',
  'closed',
  'synchronize',
  'ready_for_review',
  'converted_to_draft',
  'edited',
])

/** By these a person says whether the work is still wanted. */
const closingActions = new Set(['closed', 'reopened'])

const readPullRequest: WebhookReader = (payload, action, { seenAt }) => {
  const pull = readAt(payload, 'pull_request')
  const head = readSha(readAt(pull, 'head', 'sha'))
  const ref = readBranch(readAt(pull, 'head', 'ref'))
  const isOwn = isSameRepository(readAt(pull, 'head', 'repo'), payload.repository ?? null)
  const moved = action === 'synchronize' && isOwn && head !== null && ref !== null
  const before = readSha(payload.before ?? null)
  return createChange(
    action === 'synchronize' ? 'head' : 'pull_request',
    decisivePullActions.has(action),
    {
      commits: [head],
      branches: isOwn ? [ref] : [],
      pullRequests: [
        readPositiveInt(readAt(pull, 'number')) ?? readPositiveInt(payload.number ?? null),
      ],
    },
    {
      reconsiders: closingActions.has(action),
      push: moved
        ? {
            branch: ref,
            before,
            after: readSha(payload.after ?? null) ?? head,
            forced: false,
            provenAt: findPushProof({
              github: [readAt(payload, 'repository', 'pushed_at'), readAt(pull, 'updated_at')],
              committedAt: null,
              createdBranch: false,
              seenAt,
            }),
          }
        : null,
    },
  )
}

/**
 * A fork's branch may have the name of one of the repository's own. A missing repository is a
 * deleted fork.
 */
const isSameRepository = (head: Json, base: Json): boolean => {
  const [ours, theirs] = [readRepository(base), readRepository(head)]
  return ours !== null && theirs !== null && ours.toLowerCase() === theirs.toLowerCase()
}

const createReviewReader =
  (decisiveActions: readonly string[]): WebhookReader =>
  (payload, action) => {
    const pull = readAt(payload, 'pull_request')
    return createChange('review', decisiveActions.includes(action), {
      commits: [
        readSha(readAt(payload, 'review', 'commit_id')),
        readSha(readAt(payload, 'comment', 'commit_id')),
        readSha(readAt(pull, 'head', 'sha')),
      ],
      branches: isSameRepository(readAt(pull, 'head', 'repo'), payload.repository ?? null)
        ? [readBranch(readAt(pull, 'head', 'ref'))]
        : [],
      pullRequests: [readPositiveInt(readAt(pull, 'number'))],
    })
  }

/** Comments that begin like this may answer a question; what they say is read from the API. */
const commandPattern = /^\/judge(?!\S)/i

const readIssueComment: WebhookReader = (payload, action, { reviewers }) => {
  const number = readPositiveInt(readAt(payload, 'issue', 'number'))
  if (!isObject(readAt(payload, 'issue', 'pull_request')))
    return createChange('issue', false, { issues: [number] })
  const author = normalizeLogin(readPlainText(readAt(payload, 'comment', 'user', 'login')) ?? '')
  const body = readPlainText(readAt(payload, 'comment', 'body')) ?? ''
  return createChange(
    'review',
    reviewers.map(normalizeLogin).includes(author),
    { pullRequests: [number] },
    { answers: action === 'created' && commandPattern.test(body) },
  )
}

const readIssue: WebhookReader = (payload, action) =>
  createChange(
    'issue',
    ['closed', 'reopened', 'edited', 'deleted', 'transferred'].includes(action),
    { issues: [readPositiveInt(readAt(payload, 'issue', 'number'))] },
    { reconsiders: closingActions.has(action) },
  )

const readPush: WebhookReader = (payload, _action, { seenAt }) => {
  const ref = readPlainText(payload.ref ?? null)
  const name = ref?.startsWith('refs/heads/') ? readBranch(ref) : null
  if (name === null) return null
  const [before, after] = [readSha(payload.before ?? null), readSha(payload.after ?? null)]
  return createChange(
    'head',
    true,
    { commits: [after, before], branches: [name] },
    {
      push:
        after === null
          ? null
          : {
              branch: name,
              before,
              after,
              forced: payload.forced === true,
              provenAt: findPushProof({
                github: [readAt(payload, 'repository', 'pushed_at')],
                committedAt: readAt(payload, 'head_commit', 'timestamp'),
                createdBranch: isZeroSha(payload.before ?? null),
                seenAt,
              }),
            },
    },
  )
}

const readers: Readonly<Record<string, WebhookReader>> = {
  check_run: createCheckReader('check_run', 'check_suite'),
  check_suite: createCheckReader('check_suite', null),
  workflow_run: createCheckReader('workflow_run', null),
  status: readCommitStatus,
  pull_request: readPullRequest,
  pull_request_review: createReviewReader(['submitted', 'edited', 'dismissed']),
  // New comments come with their review; only a deletion may be the last signal of a wait.
  pull_request_review_comment: createReviewReader(['deleted']),
  pull_request_review_thread: createReviewReader(['resolved', 'unresolved']),
  issue_comment: readIssueComment,
  issues: readIssue,
  push: readPush,
}
