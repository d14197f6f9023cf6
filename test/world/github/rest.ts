import { answerJson, type HttpAnswer, type HttpRequest } from '../serve.ts'
import { resolveCommit } from './git.ts'
import { listLatestRuns, listLatestStatuses } from './requirements.ts'
import { getPermission } from './rest-accounts.ts'
import {
  answerNotFound,
  answerPage,
  type Handler,
  type RestListeners,
  withIssue,
  withPull,
} from './rest-call.ts'
import { createCheckRun, listAnnotations, updateCheckRun } from './rest-check-runs.ts'
import {
  getBranch,
  getJobLog,
  getRun,
  rerequest,
  rerunFailedJobs,
  setStatus,
} from './rest-checks.ts'
import { createComment, editComment, reactToComment } from './rest-comments.ts'
import { compareCommits, getContents, getRef } from './rest-git.ts'
import { getPull, listPulls } from './rest-pulls.ts'
import {
  toCheckRunJson,
  toCommentJson,
  toIssueJson,
  toRepositoryJson,
  toReviewJson,
  toStatusJson,
  toUserJson,
} from './rest-views.ts'
import { findRepository, type GithubState, type Repository } from './state.ts'
import { getAppId } from './suites.ts'

/** The routes below `/repos/{owner}/{repo}`. The groups of a pattern are the arguments. */
const routes: readonly (readonly [method: string, pattern: RegExp, handler: Handler])[] = [
  ['GET', /^$/, ({ repository }) => answerJson(200, toRepositoryJson(repository))],
  ['GET', /^\/pulls$/, listPulls],
  ['GET', /^\/pulls\/(\d+)$/, getPull],
  [
    'GET',
    /^\/pulls\/(\d+)\/reviews$/,
    (call) =>
      withPull(call, (pull) =>
        answerPage(
          call,
          pull.reviews.map((one) => toReviewJson(call.world, call.repository, pull, one)),
        ),
      ),
  ],
  [
    'GET',
    /^\/pulls\/(\d+)\/comments$/,
    (call) =>
      withPull(call, (pull) =>
        answerPage(
          call,
          pull.threads.flatMap((thread) =>
            thread.comments.map((one) => ({
              id: one.id,
              body: one.body,
              path: thread.path,
              line: thread.line,
              user: toUserJson(call.world, one.author),
            })),
          ),
        ),
      ),
  ],
  [
    'GET',
    /^\/issues\/(\d+)$/,
    (call) =>
      withIssue(call, (issue) => answerJson(200, toIssueJson(call.world, call.repository, issue))),
  ],
  [
    'GET',
    /^\/issues\/(\d+)\/comments$/,
    (call) =>
      withIssue(call, (issue) =>
        answerPage(
          call,
          issue.comments.map((one) => toCommentJson(call.world, call.repository, issue, one)),
        ),
      ),
  ],
  ['POST', /^\/issues\/(\d+)\/comments$/, createComment],
  ['PATCH', /^\/issues\/comments\/(\d+)$/, editComment],
  ['POST', /^\/issues\/comments\/(\d+)\/reactions$/, reactToComment],
  [
    'GET',
    /^\/issues\/(\d+)\/reactions$/,
    (call) =>
      withIssue(call, (issue) =>
        answerPage(
          call,
          issue.reactions.map(({ id, author, content, createdAt }) => ({
            id,
            content,
            created_at: createdAt,
            user: toUserJson(call.world, author),
          })),
        ),
      ),
  ],
  ['GET', /^\/collaborators\/([^/]+)\/permission$/, getPermission],
  ['GET', /^\/compare\/(.+)\.\.\.(.+)$/, compareCommits],
  ['GET', /^\/contents\/(.+)$/, getContents],
  ['GET', /^\/git\/ref\/heads\/(.+)$/, getRef],
  ['GET', /^\/branches\/(.+)$/, getBranch],
  [
    'GET',
    /^\/commits\/([^/]+)$/,
    ({ repository, args }) => {
      const found = resolveCommit(repository, args[0] ?? '')
      return found
        ? answerJson(200, {
            sha: found.sha,
            commit: { message: found.message, committer: { date: found.at } },
          })
        : answerNotFound()
    },
  ],
  [
    'GET',
    /^\/commits\/([^/]+)\/check-runs$/,
    ({ world, repository, request, args }) => {
      const name = request.query.get('check_name')
      const app = request.query.get('app_id')
      const all = listLatestRuns(repository, args[0] ?? '').filter(
        (run) =>
          (name === null || run.name === name) &&
          (app === null || String(getAppId(world, run.suite.app)) === app),
      )
      return answerJson(200, {
        total_count: all.length,
        check_runs: all.map((run) => toCheckRunJson(repository, run, [])),
      })
    },
  ],
  [
    'GET',
    /^\/commits\/([^/]+)\/status$/,
    ({ world, repository, args }) =>
      answerJson(200, {
        sha: args[0],
        statuses: listLatestStatuses(repository, args[0] ?? '').map((one) =>
          toStatusJson(world, one),
        ),
      }),
  ],
  [
    'GET',
    /^\/commits\/([^/]+)\/statuses$/,
    (call) =>
      answerPage(
        call,
        call.repository.statuses
          .filter(({ sha }) => sha === call.args[0])
          .toReversed()
          .map((one) => toStatusJson(call.world, one)),
      ),
  ],
  ['POST', /^\/statuses\/([0-9a-f]{40})$/, setStatus],
  ['GET', /^\/actions\/runs\/(\d+)$/, getRun],
  ['POST', /^\/actions\/runs\/(\d+)\/rerun-failed-jobs$/, rerunFailedJobs],
  ['GET', /^\/actions\/jobs\/(\d+)\/logs$/, getJobLog],
  ['POST', /^\/check-runs$/, createCheckRun],
  ['PATCH', /^\/check-runs\/(\d+)$/, updateCheckRun],
  ['GET', /^\/check-runs\/(\d+)\/annotations$/, listAnnotations],
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
        call.repository.checkRuns.some(
          (run) => run.id === Number(call.args[0]) && run.suite.id === suiteId,
        ),
      ),
  ],
]

/**
 * The repository of a request. Under a former name GitHub answers with its permanent address, which
 * has its id.
 */
export function locateRepository(
  world: GithubState,
  { method, path, query }: HttpRequest,
): HttpAnswer | { readonly repository: Repository; readonly rest: string } {
  const [, id, byId = ''] = /^\/repositories\/(\d+)(.*)$/.exec(path) ?? []
  const byNumber = [...world.repositories.values()].find((one) => one.id === Number(id))
  if (byNumber) return { repository: byNumber, rest: byId }
  const [, fullName = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(.*)$/.exec(path) ?? []
  const name = decodeURIComponent(fullName).toLowerCase()
  const repository = findRepository(world, name)
  if (!repository) return answerNotFound()
  if (!world.formerNames.has(name)) return { repository, rest }
  const search = query.size > 0 ? `?${query}` : ''
  const location = `${world.baseUrl()}/repositories/${repository.id}${rest}${search}`
  const status = method === 'GET' ? 301 : 307
  return answerJson(status, { message: 'Moved Permanently', url: location }, { location })
}

/** Answers a REST request about a repository. The caller checks credentials and applies faults. */
export function answerRest(
  world: GithubState,
  request: HttpRequest,
  listeners: RestListeners,
): HttpAnswer {
  const log = /^\/_logs\/(\d+)$/.exec(request.path)
  if (log) {
    const text = [...world.repositories.values()]
      .map(({ logs }) => logs.get(Number(log[1])))
      .find((one) => one !== undefined)
    return text === undefined
      ? answerNotFound()
      : { status: 200, headers: { 'content-type': 'text/plain' }, body: text }
  }
  const app = /^\/apps\/([\w-]+)$/.exec(request.path)?.[1]
  if (app !== undefined) {
    const id = world.apps.get(app)
    return id === undefined ? answerNotFound() : answerJson(200, { id, slug: app, name: app })
  }
  const found = locateRepository(world, request)
  if ('status' in found) return found
  const { repository, rest } = found
  for (const [method, pattern, handler] of routes) {
    const match = method === request.method ? pattern.exec(rest) : null
    if (match)
      return handler({
        world,
        repository,
        request,
        listeners,
        args: match.slice(1).map(decodeURIComponent),
      })
  }
  return answerNotFound()
}
