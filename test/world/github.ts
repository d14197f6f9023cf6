import { answerGraphql } from './github/answer-graphql.ts'
import { createBranchVerbs } from './github/branch-verbs.ts'
import { type CheckTarget, createCheckVerbs } from './github/check-verbs.ts'
import { type AppOptions, createAuth } from './github/credentials.ts'
import { createGithubFaults, nameRequest } from './github/faults.ts'
import { countPoints, type FieldFaults, readOperationName } from './github/graphql.ts'
import { createIssueVerbs } from './github/issue-verbs.ts'
import { createPullVerbs } from './github/pull-verbs.ts'
import { createRepositoryVerbs } from './github/repository-verbs.ts'
import { answerRest, locateRepository } from './github/rest.ts'
import type { RestListeners } from './github/rest-call.ts'
import { createCodexVerbs, createReviewVerbs } from './github/review-verbs.ts'
import {
  type ChangeDetails,
  type GithubState,
  getRepository,
  OWN_APP,
  type Repository,
} from './github/state.ts'
import { getBudget, limitSight } from './github/views.ts'
import { createWebhookSender } from './github/webhooks.ts'
import { answerJson, type HttpAnswer, type HttpRequest, serve } from './serve.ts'

/** One request that reached the simulated GitHub, including refused ones. */
export interface GithubRequest {
  readonly api: 'rest' | 'graphql'
  readonly method: string
  readonly path: string
  /** The name of the GraphQL operation; empty for REST. */
  readonly operation: string
  /** The cost in points of the GraphQL budget. */
  readonly points: number
  readonly status: number | null
  readonly authorization: string
}

export interface GithubOptions extends Partial<RestListeners> {
  readonly port?: number
  /** The tokens that are accepted. Without tokens and without an app, every request is. */
  readonly tokens?: readonly string[]
  readonly app?: AppOptions
  /** The scopes of the tokens, as classic ones have them; null: fine-grained ones. */
  readonly scopes?: string | null
  /** The account that the service comments and sets statuses as. */
  readonly viewer?: string
  readonly now?: () => Date
  /** The first number of issues and pull requests that ask for none. Default: 1. */
  readonly firstNumber?: number
  /** Called for every change that a webhook would announce. */
  readonly onChange?: (event: string, action: string | null, details: ChangeDetails) => void
}

export type GithubWorld = Awaited<ReturnType<typeof createGithubWorld>>

/**
 * A simulated GitHub over HTTP: repositories with histories and diffs, REST, GraphQL (executed
 * against GitHub's published schema), webhooks, budgets and faults. Its verbs change the state as
 * people do: `github.checks(pr).fail('unit')`, `github.codexFindsNothing(pr)`.
 */
export async function createGithubWorld(options: GithubOptions = {}) {
  const { onRerun = () => {}, onComment = () => {} } = options
  let setBack = 0
  const now = () => new Date((options.now?.() ?? new Date()).getTime() - setBack)
  const webhooks = createWebhookSender()
  const faults = createGithubFaults()
  const fieldFaults: FieldFaults = new Map()
  const log: GithubRequest[] = []
  let baseUrl = ''
  const world = createState(options, {
    now,
    baseUrl: () => baseUrl,
    announce: (event, action, details) => {
      webhooks.announce(world, event, action, details)
      options.onChange?.(event, action, details)
    },
  })
  if (options.app) world.apps.set(OWN_APP, Number(options.app.id))
  const auth = createAuth(
    { tokens: options.tokens ?? null, app: options.app ?? null },
    now,
    (request) => {
      const found = locateRepository(world, request)
      if (!('status' in found)) return found.repository.fullName
      return found.headers?.location ? found : request.path.slice('/repos/'.length)
    },
  )

  const server = await serve(async (request) => {
    const { entry, isGraphql, operation } = describeRequest(request)
    const handle = async () => {
      const owner = auth.findOwner(request)
      const seen = owner === null ? world : limitSight(world, owner)
      return (
        auth.check(request) ??
        (request.path === '/rate_limit' ? answerScopes(options.scopes) : null) ??
        (isGraphql
          ? await answerGraphql(seen, fieldFaults, JSON.parse(request.body.toString('utf8')))
          : answerRest(seen, request, { onRerun, onComment }))
      )
    }
    // GitHub does not charge these, and a fault is meant for what a run needs.
    if (/^\/rate_limit$|^\/app\/installations$/.test(request.path)) return await handle()
    const index = log.push({ ...entry, status: null }) - 1
    const answer = await faults.apply(nameRequest(request, operation), handle)
    if (typeof answer !== 'string') log[index] = { ...entry, status: answer.status }
    return answer
  }, options.port)
  baseUrl = server.url

  return {
    url: server.url,
    graphqlUrl: `${server.url}/graphql`,
    close: server.close,
    ...createRepositoryVerbs(world),
    ...createBranchVerbs(world),
    ...createIssueVerbs(world),
    ...createPullVerbs(world),
    ...createReviewVerbs(world),
    ...createCodexVerbs(world),
    checks: (target: CheckTarget) => createCheckVerbs(world, target),
    /** Everything that the simulated GitHub knows of a repository. */
    state: (fullName: string): Repository => getRepository(world, fullName),
    /** What follows happens so many milliseconds ago. */
    setClockBack(millis: number): void {
      setBack = millis
    },
    faults,
    /** Fields that answer null or an error: `fieldFaults.set('Reaction.user', null)`. */
    fieldFaults,
    webhooks,
    log: log as readonly GithubRequest[],
    /** What the service has used since the last `clearLog`. */
    used: () => summarizeUse(log),
    clearLog(): void {
      log.length = 0
    },
    /** Sets the points that are left in this hour. */
    setBudget: (remaining: number): void => {
      const budget = getBudget(world)
      budget.used = budget.limit - remaining
    },
    countInstallationTokens: auth.countGrantedTokens,
    /** Tokens that are revoked, and the app removed and installed again. */
    credentials: {
      revoke: auth.revoke,
      restore: auth.restore,
      uninstall: auth.uninstall,
      install: auth.install,
    },
  }
}

/** The answer that tells the scopes of a classic token, in a header. */
const answerScopes = (scopes: GithubOptions['scopes'] = 'repo'): HttpAnswer =>
  answerJson(200, { resources: {} }, scopes === null ? {} : { 'x-oauth-scopes': scopes })

function createState(
  { viewer = 'codex-judge', firstNumber = 1 }: GithubOptions,
  deps: Pick<GithubState, 'now' | 'baseUrl' | 'announce'>,
): GithubState {
  const lastNumbers = new Map<string, number>()
  let lastId = 1000
  return {
    ...deps,
    repositories: new Map(),
    formerNames: new Map(),
    accounts: new Map(),
    apps: new Map(),
    viewer,
    nextId: () => {
      lastId += 1
      return lastId
    },
    takeNumber: ({ fullName }, wanted) => {
      const last = lastNumbers.get(fullName) ?? firstNumber - 1
      const number = wanted ?? last + 1
      lastNumbers.set(fullName, Math.max(last, number))
      return number
    },
  }
}

function describeRequest(request: HttpRequest) {
  const { method, path, headers, body } = request
  const isGraphql = path === '/graphql' && method === 'POST'
  const query = isGraphql ? readQuery(body) : ''
  const operation = readOperationName(query)
  const entry = {
    api: isGraphql ? 'graphql' : 'rest',
    method,
    path,
    operation,
    points: isGraphql ? countPoints(query) : 0,
    authorization: headers.authorization ?? '',
  } as const
  return { entry, isGraphql, operation }
}

function summarizeUse(log: readonly GithubRequest[]) {
  const restReads = log.filter(
    ({ api, method, path }) => api === 'rest' && method === 'GET' && !path.startsWith('/_logs/'),
  )
  return {
    points: log.reduce((sum, { points }) => sum + points, 0),
    queries: log.filter(({ api }) => api === 'graphql').length,
    restReads: restReads.length,
  }
}

function readQuery(body: Buffer): string {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    return typeof parsed === 'object' && parsed !== null && 'query' in parsed
      ? String(parsed.query)
      : ''
  } catch {
    return ''
  }
}
