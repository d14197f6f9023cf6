import { type Answered, type Asked, json } from '../serve.ts'
import { addComment, addStatus, rerun } from './changes.ts'
import { ancestry, changedPaths, mergeBase, resolve, unifiedDiff } from './git.ts'
import { shownRuns, shownStatuses } from './requirements.ts'
import {
  checkRunJson,
  commentJson,
  issueJson,
  pullJson,
  repositoryJson,
  reviewJson,
  runJson,
  statusJson,
  userJson,
} from './rest-views.ts'
import { type CheckRun, type Issue, isPull, type Repository, type Status, type World } from './state.ts'

/** What the REST side tells the simulation beside the webhooks. */
export interface Told {
  readonly rerun: (repository: Repository, runs: readonly CheckRun[]) => void
  readonly commented: (repository: Repository, issue: Issue, body: string) => void
}

interface Call {
  readonly world: World
  readonly repository: Repository
  readonly asked: Asked
  readonly args: readonly string[]
  readonly told: Told
}
type Handler = (call: Call) => Answered

const notFound = () =>
  json(404, { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' })
const refused = (status: number, message: string) =>
  json(status, { message, documentation_url: 'https://docs.github.com/rest' })

/** The routes below `/repos/{owner}/{repo}`, in GitHub's words; the arguments are the pieces a pattern catches. */
const routes: readonly (readonly [method: string, pattern: RegExp, handler: Handler])[] = [
  ['GET', /^$/, ({ repository }) => json(200, repositoryJson(repository))],
  ['GET', /^\/pulls$/, listPulls],
  ['GET', /^\/pulls\/(\d+)$/, onePull],
  [
    'GET',
    /^\/pulls\/(\d+)\/reviews$/,
    (call) =>
      onPull(call, (pull) =>
        paged(
          call,
          pull.reviews.map((one) => reviewJson(call.world, call.repository, pull, one)),
        ),
      ),
  ],
  [
    'GET',
    /^\/pulls\/(\d+)\/comments$/,
    (call) =>
      onPull(call, (pull) =>
        paged(
          call,
          pull.threads.flatMap((thread) =>
            thread.comments.map((one) => ({
              id: one.id,
              body: one.body,
              path: thread.path,
              line: thread.line,
              user: userJson(call.world, one.author),
            })),
          ),
        ),
      ),
  ],
  [
    'GET',
    /^\/issues\/(\d+)$/,
    (call) => onIssue(call, (issue) => json(200, issueJson(call.world, call.repository, issue))),
  ],
  [
    'GET',
    /^\/issues\/(\d+)\/comments$/,
    (call) =>
      onIssue(call, (issue) =>
        paged(
          call,
          issue.comments.map((one) => commentJson(call.world, call.repository, issue, one)),
        ),
      ),
  ],
  ['POST', /^\/issues\/(\d+)\/comments$/, comment],
  [
    'GET',
    /^\/issues\/(\d+)\/reactions$/,
    (call) =>
      onIssue(call, (issue) =>
        paged(
          call,
          issue.reactions.map(({ id, author, content, createdAt }) => ({
            id,
            content,
            created_at: createdAt,
            user: userJson(call.world, author),
          })),
        ),
      ),
  ],
  ['GET', /^\/compare\/(.+)\.\.\.(.+)$/, compare],
  ['GET', /^\/contents\/(.+)$/, contents],
  ['GET', /^\/git\/ref\/heads\/(.+)$/, gitRef],
  [
    'GET',
    /^\/commits\/([^/]+)$/,
    ({ repository, args }) => {
      const found = resolve(repository, args[0] ?? '')
      return found
        ? json(200, { sha: found.sha, commit: { message: found.message, committer: { date: found.at } } })
        : notFound()
    },
  ],
  [
    'GET',
    /^\/commits\/([^/]+)\/check-runs$/,
    ({ repository, args }) => {
      const all = shownRuns(repository, args[0] ?? '')
      return json(200, { total_count: all.length, check_runs: all.map((run) => checkRunJson(repository, run, [])) })
    },
  ],
  [
    'GET',
    /^\/commits\/([^/]+)\/status$/,
    ({ world, repository, args }) =>
      json(200, {
        sha: args[0],
        statuses: shownStatuses(repository, args[0] ?? '').map((one) => statusJson(world, one)),
      }),
  ],
  [
    'GET',
    /^\/commits\/([^/]+)\/statuses$/,
    (call) =>
      paged(
        call,
        call.repository.statuses
          .filter(({ sha }) => sha === call.args[0])
          .toReversed()
          .map((one) => statusJson(call.world, one)),
      ),
  ],
  ['POST', /^\/statuses\/([0-9a-f]{40})$/, setStatus],
  ['GET', /^\/actions\/runs\/(\d+)$/, oneRun],
  ['POST', /^\/actions\/runs\/(\d+)\/rerun-failed-jobs$/, rerunFailed],
  ['GET', /^\/actions\/jobs\/(\d+)\/logs$/, jobLog],
  [
    'POST',
    /^\/check-suites\/(\d+)\/rerequest$/,
    (call) => rerequest(call, (suiteId) => suiteId === Number(call.args[0])),
  ],
  [
    'POST',
    /^\/check-runs\/(\d+)\/rerequest$/,
    (call) =>
      rerequest(call, (suiteId) =>
        call.repository.checkRuns.some((run) => run.id === Number(call.args[0]) && run.suite.id === suiteId),
      ),
  ],
]

/** Answers a REST request about a repository; the caller has looked at credentials and faults. */
export function answerRest(world: World, asked: Asked, told: Told): Answered {
  const log = /^\/_logs\/(\d+)$/.exec(asked.path)
  if (log) {
    const text = [...world.repositories.values()]
      .map(({ logs }) => logs.get(Number(log[1])))
      .find((one) => one !== undefined)
    return text === undefined ? notFound() : { status: 200, headers: { 'content-type': 'text/plain' }, body: text }
  }
  const [, fullName = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(.*)$/.exec(asked.path) ?? []
  const repository = world.repositories.get(decodeURIComponent(fullName).toLowerCase())
  if (!repository) return notFound()
  for (const [method, pattern, handler] of routes) {
    const match = method === asked.method ? pattern.exec(rest) : null
    if (match) return handler({ world, repository, asked, told, args: match.slice(1).map(decodeURIComponent) })
  }
  return notFound()
}

/** One page of a list with GitHub's `Link` header; a page holds 30 unless asked otherwise, and 100 at most. */
function paged({ world, asked }: Call, items: readonly unknown[]): Answered {
  const size = Math.min(100, Math.max(1, Number(asked.query.get('per_page') ?? 30)))
  const page = Math.max(1, Number(asked.query.get('page') ?? 1))
  const next = new URLSearchParams(asked.query)
  next.set('page', String(page + 1))
  const more = page * size < items.length
  const link: Readonly<Record<string, string>> = more
    ? { link: `<${world.baseUrl()}${asked.path}?${next}>; rel="next"` }
    : {}
  return json(200, items.slice((page - 1) * size, page * size), link)
}

function onIssue({ repository, args }: Call, then: (issue: Issue) => Answered): Answered {
  const issue = repository.issues.get(Number(args[0])) ?? repository.pulls.get(Number(args[0]))
  return issue ? then(issue) : notFound()
}
const onPull = (call: Call, then: (pull: Parameters<typeof pullJson>[2]) => Answered): Answered =>
  onIssue(call, (issue) => (isPull(issue) ? then(issue) : notFound()))

function listPulls(call: Call): Answered {
  const { world, repository, asked } = call
  const [head, state, base] = [asked.query.get('head'), asked.query.get('state') ?? 'open', asked.query.get('base')]
  const all = [...repository.pulls.values()]
    .map((pull) => ({ pull, shown: pullJson(world, repository, pull) }))
    .filter(
      ({ shown }) =>
        (head === null || shown.head.label === head) &&
        (state === 'all' || shown.state === state) &&
        (base === null || shown.base.ref === base),
    )
    .toSorted((a, b) => (asked.query.get('direction') === 'asc' ? 1 : -1) * (a.pull.number - b.pull.number))
  return paged(
    call,
    all.map(({ shown }) => shown),
  )
}

function onePull(call: Call): Answered {
  return onPull(call, (pull) => {
    if (!/diff/.test(call.asked.headers.accept ?? '')) return json(200, pullJson(call.world, call.repository, pull))
    const text = diffBetween(call.repository, call.repository.branches.get(pull.baseBranch) ?? '', pull.head)
    return text === null
      ? notFound()
      : { status: 200, headers: { 'content-type': 'application/vnd.github.diff; charset=utf-8' }, body: text }
  })
}

function diffBetween(repository: Repository, base: string, head: string): string | null {
  const [from, to] = [resolve(repository, mergeBase(repository, base, head) ?? ''), resolve(repository, head)]
  return from && to ? unifiedDiff(from, to) : null
}

function compare({ repository, asked, args }: Call): Answered {
  const [base, head] = [resolve(repository, args[0] ?? ''), resolve(repository, args[1] ?? '')]
  if (!base || !head) return notFound()
  const common = mergeBase(repository, base.sha, head.sha)
  if (common === null) return refused(404, `No common ancestor between ${args[0]} and ${args[1]}.`)
  if (/diff/.test(asked.headers.accept ?? '')) {
    return {
      status: 200,
      headers: { 'content-type': 'application/vnd.github.diff; charset=utf-8' },
      body: diffBetween(repository, base.sha, head.sha) ?? '',
    }
  }
  const [before, after] = [ancestry(repository, base.sha), ancestry(repository, head.sha)]
  const ahead = after.filter((sha) => !before.includes(sha)).length
  const behind = before.filter((sha) => !after.includes(sha)).length
  const status = ahead && behind ? 'diverged' : ahead ? 'ahead' : behind ? 'behind' : 'identical'
  const from = repository.commits.get(common)
  const files = from ? changedPaths(from, head).map((filename) => ({ filename, status: 'modified' })) : []
  return json(200, {
    status,
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    base_commit: { sha: base.sha },
    merge_base_commit: { sha: common },
    commits: [],
    files,
  })
}

function contents({ repository, asked, args }: Call): Answered {
  const path = args[0] ?? ''
  const commit = resolve(repository, asked.query.get('ref') ?? 'HEAD')
  const text = commit?.files.get(path)
  if (!commit) return refused(404, `No commit found for the ref ${asked.query.get('ref')}`)
  if (text !== undefined && /raw/.test(asked.headers.accept ?? ''))
    return { status: 200, headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' }, body: text }
  if (text !== undefined)
    return json(200, {
      type: 'file',
      path,
      sha: commit.sha,
      encoding: 'base64',
      content: Buffer.from(text).toString('base64'),
    })
  const inside = [...commit.files.keys()].filter((name) => name.startsWith(`${path}/`))
  return inside.length > 0
    ? json(
        200,
        inside.map((name) => ({ type: 'file', path: name, sha: commit.sha })),
      )
    : notFound()
}

function gitRef({ repository, args }: Call): Answered {
  const sha = repository.branches.get(args[0] ?? '')
  return sha ? json(200, { ref: `refs/heads/${args[0]}`, object: { type: 'commit', sha } }) : notFound()
}

function bodyOf(asked: Asked): Record<string, unknown> {
  const body: unknown = asked.body.length > 0 ? JSON.parse(asked.body.toString('utf8')) : {}
  return typeof body === 'object' && body !== null ? { ...body } : {}
}
const textOr = <T>(value: unknown, otherwise: T): string | T => (typeof value === 'string' ? value : otherwise)

function comment(call: Call): Answered {
  const { world, repository, asked, told } = call
  return onIssue(call, (issue) => {
    const body = textOr(bodyOf(asked).body, '')
    if (body === '') return refused(422, 'Validation Failed')
    const added = addComment(world, repository, issue, { by: world.viewer, body })
    told.commented(repository, issue, body)
    return json(201, commentJson(world, repository, issue, added))
  })
}

const states: readonly Status['state'][] = ['error', 'failure', 'pending', 'success']
function setStatus({ world, repository, asked, args }: Call): Answered {
  const body = bodyOf(asked)
  const state = states.find((one) => one === body.state)
  const sha = args[0] ?? ''
  const description = textOr(body.description, null)
  if (!state || (description?.length ?? 0) > 140) return refused(422, 'Validation Failed')
  if (!repository.commits.has(sha)) return refused(422, `No commit found for SHA: ${sha}`)
  const status = addStatus(world, repository, {
    sha,
    state,
    description,
    context: textOr(body.context, 'default'),
    targetUrl: textOr(body.target_url, null),
    creator: world.viewer,
  })
  return json(201, statusJson(world, status))
}

const runState = (runs: readonly CheckRun[]) => {
  const over = runs.every(({ status }) => status === 'completed')
  return {
    status: over ? 'completed' : 'in_progress',
    conclusion: over ? (runs.every(({ conclusion }) => conclusion === 'success') ? 'success' : 'failure') : null,
  }
}

function oneRun({ repository, args }: Call): Answered {
  const suite = repository.suites.find(({ run }) => run?.id === Number(args[0]))
  return suite
    ? json(200, runJson(repository, suite, runState(repository.checkRuns.filter((run) => run.suite === suite))))
    : notFound()
}

function rerunFailed({ world, repository, args, told }: Call): Answered {
  const suite = repository.suites.find(({ run }) => run?.id === Number(args[0]))
  if (!suite) return notFound()
  const runs = repository.checkRuns.filter((run) => run.suite === suite)
  if (runState(runs).status !== 'completed') return refused(403, 'This workflow is already running')
  if (!runs.some(({ conclusion }) => conclusion !== 'success'))
    return refused(403, 'The workflow run containing these jobs has no failed jobs')
  told.rerun(repository, rerun(world, repository, suite, world.viewer))
  return json(201, {})
}

function rerequest({ world, repository, told }: Call, matches: (suiteId: number) => boolean): Answered {
  const suite = repository.suites.find(({ id }) => matches(id))
  if (!suite) return notFound()
  if (suite.run) return refused(422, 'This check suite is not rerequestable')
  told.rerun(repository, rerun(world, repository, suite, world.viewer))
  return json(201, {})
}

function jobLog({ world, repository, args }: Call): Answered {
  const id = Number(args[0])
  return repository.logs.has(id)
    ? { status: 302, headers: { location: `${world.baseUrl()}/_logs/${id}?sig=signed` } }
    : notFound()
}
