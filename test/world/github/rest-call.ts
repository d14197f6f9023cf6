import { type Answered, type Asked, json } from '../serve.ts'
import {
  type CheckRun,
  type Issue,
  isPull,
  type Pull,
  type Repository,
  type World,
} from './state.ts'

/** What the REST side tells the simulation beside the webhooks. */
export interface Told {
  readonly rerun: (repository: Repository, runs: readonly CheckRun[]) => void
  readonly commented: (repository: Repository, issue: Issue, body: string) => void
}

export interface Call {
  readonly world: World
  readonly repository: Repository
  readonly asked: Asked
  readonly args: readonly string[]
  readonly told: Told
}
export type Handler = (call: Call) => Answered

export const notFound = () =>
  json(404, {
    message: 'Not Found',
    documentation_url: 'https://docs.github.com/rest',
    status: '404',
  })
export const refused = (status: number, message: string) =>
  json(status, { message, documentation_url: 'https://docs.github.com/rest' })

/**
 * One page of a list with GitHub's `Link` header; a page holds 30 unless asked otherwise, and 100
 * at most.
 */
export function paged({ world, asked }: Call, items: readonly unknown[]): Answered {
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

export function onIssue({ repository, args }: Call, then: (issue: Issue) => Answered): Answered {
  const issue = repository.issues.get(Number(args[0])) ?? repository.pulls.get(Number(args[0]))
  return issue ? then(issue) : notFound()
}
export const onPull = (call: Call, then: (pull: Pull) => Answered): Answered =>
  onIssue(call, (issue) => (isPull(issue) ? then(issue) : notFound()))

export function bodyOf(asked: Asked): Record<string, unknown> {
  const body: unknown = asked.body.length > 0 ? JSON.parse(asked.body.toString('utf8')) : {}
  return typeof body === 'object' && body !== null ? { ...body } : {}
}
export const textOr = <T>(value: unknown, otherwise: T): string | T =>
  typeof value === 'string' ? value : otherwise
