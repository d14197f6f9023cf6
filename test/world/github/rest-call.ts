import { answerJson, type HttpAnswer, type HttpRequest } from '../serve.ts'
import {
  type CheckRun,
  type GithubState,
  type Issue,
  isPull,
  type Pull,
  type Repository,
} from './state.ts'

/** Hooks for what the service does through REST; webhooks are sent as well. */
export interface RestListeners {
  readonly onRerun: (repository: Repository, runs: readonly CheckRun[]) => void
  readonly onComment: (repository: Repository, issue: Issue, body: string) => void
}

export interface Call {
  readonly world: GithubState
  readonly repository: Repository
  readonly request: HttpRequest
  readonly args: readonly string[]
  readonly listeners: RestListeners
}
export type Handler = (call: Call) => HttpAnswer

export const answerNotFound = () =>
  answerJson(404, {
    message: 'Not Found',
    documentation_url: 'https://docs.github.com/rest',
    status: '404',
  })
export const answerRefused = (status: number, message: string) =>
  answerJson(status, { message, documentation_url: 'https://docs.github.com/rest' })

/** A page of a list with GitHub's `Link` header: 30 entries by default, 100 at most. */
export function answerPage({ world, request }: Call, items: readonly unknown[]): HttpAnswer {
  const size = Math.min(100, Math.max(1, Number(request.query.get('per_page') ?? 30)))
  const page = Math.max(1, Number(request.query.get('page') ?? 1))
  const next = new URLSearchParams(request.query)
  next.set('page', String(page + 1))
  const more = page * size < items.length
  const link: Readonly<Record<string, string>> = more
    ? { link: `<${world.baseUrl()}${request.path}?${next}>; rel="next"` }
    : {}
  return answerJson(200, items.slice((page - 1) * size, page * size), link)
}

export function withIssue(
  { repository, args }: Call,
  then: (issue: Issue) => HttpAnswer,
): HttpAnswer {
  const issue = repository.issues.get(Number(args[0])) ?? repository.pulls.get(Number(args[0]))
  return issue ? then(issue) : answerNotFound()
}
export const withPull = (call: Call, then: (pull: Pull) => HttpAnswer): HttpAnswer =>
  withIssue(call, (issue) => (isPull(issue) ? then(issue) : answerNotFound()))

export function parseBody(request: HttpRequest): Record<string, unknown> {
  const body: unknown = request.body.length > 0 ? JSON.parse(request.body.toString('utf8')) : {}
  return typeof body === 'object' && body !== null ? { ...body } : {}
}
export const readTextOr = <T>(value: unknown, otherwise: T): string | T =>
  typeof value === 'string' ? value : otherwise
