import { type ChecksOf, checkVerbs } from './github/check-verbs.ts'
import { type AppSetup, credentials } from './github/credentials.ts'
import { githubFaults, nameOf } from './github/faults.ts'
import { type FieldFaults, operationName, pointsOf, runQuery } from './github/graphql.ts'
import { repositoryVerbs } from './github/repository-verbs.ts'
import { answerRest } from './github/rest.ts'
import { reviewVerbs } from './github/review-verbs.ts'
import {
  type About,
  type CheckRun,
  type Issue,
  type Repository,
  repositoryOf,
  type World,
} from './github/state.ts'
import { budgetOf } from './github/views.ts'
import { webhookSender } from './github/webhooks.ts'
import { type Answered, type Asked, json, serve } from './serve.ts'

/** One request that reached the simulated GitHub, refused ones too. */
export interface GithubRequest {
  readonly api: 'rest' | 'graphql'
  readonly method: string
  readonly path: string
  /** The GraphQL operation's name; empty for REST. */
  readonly operation: string
  /** What it cost of the GraphQL budget. */
  readonly points: number
  readonly status: number | null
  readonly authorization: string
}

export interface GithubSetup {
  readonly port?: number
  /** Tokens that are accepted; without any (and without an app) everybody is. */
  readonly tokens?: readonly string[]
  readonly app?: AppSetup
  /** Who comments and sets statuses when the service does. */
  readonly viewer?: string
  readonly now?: () => Date
  /** Numbers of issues and pull requests that are not asked for begin here; 1 where left out. */
  readonly firstNumber?: number
  /**
   * Called when somebody asks GitHub to run checks again: CI of the simulation decides what comes
   * of it.
   */
  readonly onRerun?: (repository: Repository, runs: readonly CheckRun[]) => void
  /** Called when the service comments: the simulated reviewer listens for `@codex review`. */
  readonly onComment?: (repository: Repository, issue: Issue, body: string) => void
  /** Called for every change that a webhook would tell of, whoever made it. */
  readonly onChange?: (event: string, action: string | null, about: About) => void
}

export type GithubWorld = Awaited<ReturnType<typeof worldGithub>>

/**
 * GitHub, simulated over HTTP: repositories with real histories and diffs, REST and GraphQL (the
 * latter executed against GitHub's published schema) over one mutable state, webhooks, budgets and
 * trouble on demand. The verbs speak as people do: `github.checks(pr).fail('unit')`,
 * `github.codexFindsNothing(pr)`.
 */
export async function worldGithub(setup: GithubSetup = {}) {
  const { now = () => new Date(), viewer = 'codex-judge' } = setup
  const guard = credentials({ tokens: setup.tokens ?? null, app: setup.app ?? null }, now)
  const webhooks = webhookSender()
  const faults = githubFaults()
  const fieldFaults: FieldFaults = new Map()
  const log: GithubRequest[] = []
  let lastId = 1000
  let baseUrl = ''

  const world: World = {
    repositories: new Map(),
    accounts: new Map(),
    viewer,
    now,
    baseUrl: () => baseUrl,
    nextId: () => {
      lastId += 1
      return lastId
    },
    announce: (event, action, about) => {
      webhooks.announce(world, event, action, about)
      setup.onChange?.(event, action, about)
    },
  }
  const told = {
    rerun: (repository: Repository, runs: readonly CheckRun[]) => setup.onRerun?.(repository, runs),
    commented: (repository: Repository, issue: Issue, body: string) =>
      setup.onComment?.(repository, issue, body),
  }

  const graphql = async (asked: Asked, points: number): Promise<Answered> => {
    const budget = budgetOf(world)
    const headers = () => ({
      'x-ratelimit-resource': 'graphql',
      'x-ratelimit-limit': String(budget.limit),
      'x-ratelimit-remaining': String(Math.max(0, budget.limit - budget.used)),
      'x-ratelimit-reset': String(Math.ceil(Date.parse(budget.resetAt) / 1000)),
    })
    if (budget.used + points > budget.limit) {
      return json(
        200,
        { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit already exceeded.' }] },
        headers(),
      )
    }
    budget.used += points
    return json(
      200,
      await runQuery(world, fieldFaults, JSON.parse(asked.body.toString('utf8'))),
      headers(),
    )
  }

  const server = await serve(async (asked) => {
    const isGraphql = asked.path === '/graphql' && asked.method === 'POST'
    const query = isGraphql ? textOf(asked.body) : ''
    const operation = operationName(query)
    const points = isGraphql ? pointsOf(query) : 0
    const carryOut = async () =>
      guard.check(asked) ??
      (isGraphql ? await graphql(asked, points) : answerRest(world, asked, told))
    const entry = {
      api: isGraphql ? 'graphql' : 'rest',
      method: asked.method,
      path: asked.path,
      operation,
      points,
      authorization: asked.headers.authorization ?? '',
    } as const
    const place = log.push({ ...entry, status: null }) - 1
    const given = await faults.around(nameOf(asked, operation), carryOut)
    if (typeof given !== 'string') log[place] = { ...entry, status: given.status }
    return given
  }, setup.port)
  baseUrl = server.url

  const reads = () =>
    log.filter(
      ({ api, method, path }) => api === 'rest' && method === 'GET' && !path.startsWith('/_logs/'),
    )
  return {
    url: server.url,
    graphqlUrl: `${server.url}/graphql`,
    close: server.close,
    ...repositoryVerbs(world, setup.firstNumber),
    ...reviewVerbs(world),
    checks: (of: ChecksOf) => checkVerbs(world, of),
    /** The repository's state, to look at. */
    see: (fullName: string): Repository => repositoryOf(world, fullName),
    faults,
    /** Fields that answer with null or an error: `fieldFaults.set('Reaction.user', null)`. */
    fieldFaults,
    webhooks,
    log: log as readonly GithubRequest[],
    /** What was used since the last `forget`: the numbers that have bars. */
    used: () => ({
      points: log.reduce((sum, { points }) => sum + points, 0),
      queries: log.filter(({ api }) => api === 'graphql').length,
      restReads: reads().length,
    }),
    forget(): void {
      log.length = 0
    },
    /** Points left in this hour: set low to see the service stretch its looks. */
    setBudget: (remaining: number): void => {
      const budget = budgetOf(world)
      budget.used = budget.limit - remaining
    },
    installationTokens: guard.granted,
  }
}

function textOf(body: Buffer): string {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    return typeof parsed === 'object' && parsed !== null && 'query' in parsed
      ? String(parsed.query)
      : ''
  } catch {
    return ''
  }
}
