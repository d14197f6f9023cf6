import type { GithubChanged } from '../../run/event.ts'
import type { CommitSha, Signal } from '../../run/run.ts'
import { commitSha } from '../../run/run.ts'
import { branch, positive, repository, text } from './fields.ts'
import { isObject, type Json, type JsonObject } from './json.ts'

/**
 * What a webhook is about. It only nudges: which runs should look, and whether it may be the last
 * thing they wait for. What is true is read from GitHub's API by those runs.
 */
export interface WebhookContext {
  /** Logins of the Codex reviewer; `[bot]` is optional. */
  readonly reviewers: readonly string[]
  /** The context of the commit status this service sets. */
  readonly ourContext: string
}

type Change = Omit<GithubChanged, 'kind' | 'repository'>
type Reader = (payload: JsonObject, action: string, context: WebhookContext) => Change | null

/** Reads one webhook: the change it announces, or why nobody needs it. */
export function readWebhook(
  event: string,
  payload: JsonObject,
  context: WebhookContext,
): { readonly event: GithubChanged | null; readonly because: string } {
  const read = Object.hasOwn(readers, event) ? readers[event] : undefined
  if (read === undefined)
    return {
      event: null,
      because:
        event === '' ? 'It does not say which event it is.' : `Nobody needs the event ${event}.`,
    }
  // GitHub tells everybody, and so us too. It never counts among the checks, and would only have
  // our own look begin again.
  if (event === 'status' && text(payload.context ?? null) === context.ourContext)
    return { event: null, because: 'It is the commit status that this service sets.' }
  const name = repository(payload.repository ?? null)
  if (name === null) return { event: null, because: `The ${event} names no repository.` }
  const action = text(payload.action ?? null) ?? ''
  const change = read(payload, action, context)
  if (change === null) return { event: null, because: `This ${event} is about no branch.` }
  return {
    event: { kind: 'github.changed', repository: name, ...change },
    because: `${event}${action === '' ? '' : ` ${action}`} in ${name}.`,
  }
}

const at = (value: Json | undefined, ...path: readonly string[]): Json =>
  path.reduce<Json>((found, key) => (isObject(found) ? (found[key] ?? null) : null), value ?? null)
const shaOf = (value: Json): CommitSha | null => {
  const sha = commitSha(text(value))
  return sha === null || /^0+$/.test(sha) ? null : sha
}
const list = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [])
const present = <T>(values: readonly (T | null)[]): readonly T[] => [
  ...new Set(values.filter((value) => value !== null)),
]

interface About {
  readonly commits?: readonly (CommitSha | null)[]
  readonly branches?: readonly (string | null)[]
  readonly pullRequests?: readonly (number | null)[]
  readonly issues?: readonly (number | null)[]
}

const change = (
  signal: Signal,
  decisive: boolean,
  about: About,
  push: GithubChanged['push'] = null,
): Change => ({
  signal,
  decisive,
  about: {
    commits: present(about.commits ?? []),
    branches: present(about.branches ?? []),
    pullRequests: present(about.pullRequests ?? []),
    issues: present(about.issues ?? []),
  },
  push,
})

/**
 * Check runs, suites and workflow runs name their commit, branch and pull requests in the same way.
 */
const checked =
  (key: string, nested: string | null): Reader =>
  (payload, action) => {
    const subject = at(payload, key)
    const suite = nested === null ? subject : at(subject, nested)
    return change('ci', action === 'completed', {
      commits: [shaOf(at(subject, 'head_sha'))],
      branches: [branch(at(suite, 'head_branch'))],
      pullRequests: [
        ...list(at(subject, 'pull_requests')),
        ...list(at(suite, 'pull_requests')),
      ].map((pull) => positive(at(pull, 'number'))),
    })
  }

const status: Reader = (payload) => {
  const state = text(payload.state ?? null)
  return change('ci', state !== null && state !== 'pending', {
    commits: [shaOf(payload.sha ?? null)],
    branches: list(payload.branches ?? null).map((one) => branch(at(one, 'name'))),
  })
}

/** Who is asked, assigned or labelled changes nothing that a decision is made of. */
const decisivePullActions = new Set([
  'opened',
  'reopened',
  'closed',
  'synchronize',
  'ready_for_review',
  'converted_to_draft',
  'edited',
])

const pullRequest: Reader = (payload, action) => {
  const pull = at(payload, 'pull_request')
  const head = shaOf(at(pull, 'head', 'sha'))
  const ref = branch(at(pull, 'head', 'ref'))
  const own = sameRepository(at(pull, 'head', 'repo'), payload.repository ?? null)
  const moved = action === 'synchronize' && own && head !== null && ref !== null
  const before = shaOf(payload.before ?? null)
  return change(
    action === 'synchronize' ? 'head' : 'pull_request',
    decisivePullActions.has(action),
    {
      commits: [head],
      branches: own ? [ref] : [],
      pullRequests: [positive(at(pull, 'number')) ?? positive(payload.number ?? null)],
    },
    moved
      ? { branch: ref, before, after: shaOf(payload.after ?? null) ?? head, forced: false }
      : null,
  )
}

/**
 * A branch of a fork has the name of a branch of ours without being it. An absent repository is a
 * deleted fork.
 */
const sameRepository = (head: Json, base: Json): boolean => {
  const [ours, theirs] = [repository(base), repository(head)]
  return ours !== null && theirs !== null && ours.toLowerCase() === theirs.toLowerCase()
}

const onPullRequest =
  (decisiveActions: readonly string[]): Reader =>
  (payload, action) => {
    const pull = at(payload, 'pull_request')
    return change('review', decisiveActions.includes(action), {
      commits: [
        shaOf(at(payload, 'review', 'commit_id')),
        shaOf(at(payload, 'comment', 'commit_id')),
        shaOf(at(pull, 'head', 'sha')),
      ],
      branches: sameRepository(at(pull, 'head', 'repo'), payload.repository ?? null)
        ? [branch(at(pull, 'head', 'ref'))]
        : [],
      pullRequests: [positive(at(pull, 'number'))],
    })
  }

const plain = (login: string): string =>
  login
    .trim()
    .toLowerCase()
    .replace(/\[bot\]$/, '')

const issueComment: Reader = (payload, _action, { reviewers }) => {
  const number = positive(at(payload, 'issue', 'number'))
  if (!isObject(at(payload, 'issue', 'pull_request')))
    return change('issue', false, { issues: [number] })
  const author = plain(text(at(payload, 'comment', 'user', 'login')) ?? '')
  return change('review', reviewers.map(plain).includes(author), { pullRequests: [number] })
}

const issues: Reader = (payload, action) =>
  change('issue', ['closed', 'reopened', 'edited', 'deleted', 'transferred'].includes(action), {
    issues: [positive(at(payload, 'issue', 'number'))],
  })

const push: Reader = (payload) => {
  const ref = text(payload.ref ?? null)
  const name = ref?.startsWith('refs/heads/') ? branch(ref) : null
  if (name === null) return null
  const [before, after] = [shaOf(payload.before ?? null), shaOf(payload.after ?? null)]
  return change(
    'head',
    true,
    { commits: [after, before], branches: [name] },
    after === null ? null : { branch: name, before, after, forced: payload.forced === true },
  )
}

const readers: Readonly<Record<string, Reader>> = {
  check_run: checked('check_run', 'check_suite'),
  check_suite: checked('check_suite', null),
  workflow_run: checked('workflow_run', null),
  status,
  pull_request: pullRequest,
  pull_request_review: onPullRequest(['submitted', 'edited', 'dismissed']),
  // New comments come with the review that holds them; only the end of one may be the last thing a
  // run waits for.
  pull_request_review_comment: onPullRequest(['deleted']),
  pull_request_review_thread: onPullRequest(['resolved', 'unresolved']),
  issue_comment: issueComment,
  issues,
  push,
}
