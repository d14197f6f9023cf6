import { type Answered, type Asked, json } from '../serve.ts'
import { resolve } from './git.ts'
import { shownRuns, shownStatuses } from './requirements.ts'
import { type Handler, notFound, onIssue, onPull, paged, type Told } from './rest-call.ts'
import { jobLog, oneRun, rerequest, rerunFailed, setStatus } from './rest-checks.ts'
import { compare, contents, gitRef } from './rest-git.ts'
import { comment, listPulls, onePull } from './rest-pulls.ts'
import {
  checkRunJson,
  commentJson,
  issueJson,
  repositoryJson,
  reviewJson,
  statusJson,
  userJson,
} from './rest-views.ts'
import type { World } from './state.ts'

/**
 * The routes below `/repos/{owner}/{repo}`, in GitHub's words; the arguments are the pieces a
 * pattern catches.
 */
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
        ? json(200, {
            sha: found.sha,
            commit: { message: found.message, committer: { date: found.at } },
          })
        : notFound()
    },
  ],
  [
    'GET',
    /^\/commits\/([^/]+)\/check-runs$/,
    ({ repository, args }) => {
      const all = shownRuns(repository, args[0] ?? '')
      return json(200, {
        total_count: all.length,
        check_runs: all.map((run) => checkRunJson(repository, run, [])),
      })
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
        call.repository.checkRuns.some(
          (run) => run.id === Number(call.args[0]) && run.suite.id === suiteId,
        ),
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
    return text === undefined
      ? notFound()
      : { status: 200, headers: { 'content-type': 'text/plain' }, body: text }
  }
  const [, fullName = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(.*)$/.exec(asked.path) ?? []
  const repository = world.repositories.get(decodeURIComponent(fullName).toLowerCase())
  if (!repository) return notFound()
  for (const [method, pattern, handler] of routes) {
    const match = method === asked.method ? pattern.exec(rest) : null
    if (match)
      return handler({
        world,
        repository,
        asked,
        told,
        args: match.slice(1).map(decodeURIComponent),
      })
  }
  return notFound()
}
