import { type Logger, pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogMask, type LogMask } from '../../services/judge/src/composition/mask-log.ts'
import { type Service, startService } from '../../services/judge/src/composition/service.ts'
import { configure } from '../../services/judge/src/config/configure.ts'
import { createAgent, type FinishedWork, type Work } from '../world/agent.ts'
import type { PullRef } from '../world/github/state.ts'
import { answerPass, type Behaviour } from '../world/model.ts'
import { createWorld, type World, type WorldOptions } from '../world/world.ts'
import { createTestDatabase } from './database.ts'
import { formatPolicy } from './policy.ts'
import { createRunVerbs, type RunVerbs, type RunView } from './run-verbs.ts'
import { watchTransitions } from './taken-transitions.ts'
import { verifyReceipts } from './verify-receipts.ts'

/** A line of the log, as it is parsed from JSON; 30 is `info`, 40 is `warn`. */
export type LogLine = Readonly<Record<string, unknown>>

export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** The context of a scenario: the simulated systems, the agent, and the service's HTTP API. */
export interface Story extends World {
  readonly agent: {
    /**
     * The agent works on an issue, and its finished workflow is reported to the service. `before`
     * runs between the two, so that the service's first observation sees its result.
     */
    finishes(
      work: Work,
      before?: (done: CompletedWork) => void,
    ): Promise<CompletedWork & { readonly run: RunView }>
    /** The same without the report. */
    works(work: Work): Promise<CompletedWork>
  }
  readonly serviceUrl: () => string
  /** For a fault of the service itself, which nothing outside can cause. */
  readonly databaseUrl: string
  /** What the service has logged, with the option `logLevel`. */
  readonly log: readonly LogLine[]
  readonly post: (
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<ApiAnswer>
  readonly get: (path: string) => Promise<Record<string, unknown>>
  /** Posts a person's action on a run: `act(id, 'stop', { reason })`. */
  readonly act: (runId: string, action: string, body?: unknown) => Promise<ApiAnswer>
  /** The newest run of an issue, by default of acme/widgets. */
  readonly run: (issue: number, repository?: string) => RunVerbs
  /** Stops the service; the simulated systems go on. */
  readonly stopService: () => Promise<void>
  /** Starts the service again on the same database, with the same policy or another one. */
  readonly startService: (policy?: StoryOptions['policy']) => Promise<void>
}

/** The agent's work. If it opened no pull request, the number is 0, which GitHub does not know. */
export type CompletedWork = FinishedWork & { readonly pull: PullRef }

export interface StoryOptions {
  readonly policy?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  /** The texts of files that variables name, such as `INGEST_TOKEN_FILE`; they may change. */
  readonly files?: Readonly<Record<string, string>>
  /** Whether GitHub sends webhooks. Default: true. */
  readonly webhooks?: boolean
  /** From which level on the log is kept for the scenario. Default: it is not. */
  readonly logLevel?: 'debug' | 'info'
  /** Whether the service may read from Argo, and sweeps it. Default: false. */
  readonly argo?: boolean
  readonly world?: WorldOptions
  /** How the model judges an issue. Default: it passes. */
  readonly judges?: Readonly<Record<number, Behaviour>>
}

export type ScenarioBody = (story: Story) => Promise<void>

/**
 * A test of the whole service, named after the guarantee that it shows. Everything is real except
 * for the external systems, which are simulated over HTTP.
 */
export function scenario(name: string, body: ScenarioBody, options: StoryOptions = {}): void {
  const watch = watchTransitions()
  watch.declared()
  test(name, async () => {
    const { story, end } = await startStory(options)
    try {
      await body(story)
      await verifyReceipts(story.databaseUrl)
      watch.finished()
    } finally {
      await end()
    }
  })
}

/**
 * Scenarios that share one service and one world and run at the same time. Each must use its own
 * issues, or its own repository if it changes the repository.
 */
export function scenarioGroup(
  title: string,
  options: StoryOptions,
  declare: (scenario: (name: string, body: ScenarioBody) => void) => void,
): void {
  const watch = watchTransitions()
  describe(title, () => {
    const shared: { story?: Story; end?: () => Promise<void> } = {}
    beforeAll(async () => {
      Object.assign(shared, await startStory(options))
    })
    afterAll(async () => {
      try {
        if (shared.story !== undefined) await verifyReceipts(shared.story.databaseUrl)
      } finally {
        await shared.end?.()
      }
    })
    declare((name, body) => {
      watch.declared()
      test.concurrent(name, async () => {
        if (shared.story === undefined) throw new Error('the service did not start')
        await body(shared.story)
        watch.finished()
      })
    })
  })
}

/** Starts a world and a service for tests that are no scenarios; `end` stops both. */
export async function startStory(
  options: StoryOptions,
): Promise<{ story: Story; end: () => Promise<void> }> {
  const database = await createTestDatabase()
  const world = await createWorld({
    ...options.world,
    github: { firstNumber: 1001, ...options.world?.github },
  })
  world.model.behaves((request, prompt) => {
    const issue = Number(/for issue #(\d+), against/.exec(request.system + request.user)?.[1])
    return (options.judges?.[issue] ?? answerPass())(request, prompt)
  })
  let service: Service | null = null
  const log: LogLine[] = []
  const logMask = createLogMask([])
  const logger = createStoryLogger(options.logLevel, log, logMask.hooks)
  const start = async (policy = options.policy) => {
    const given = { ...options, ...(policy ? { policy } : {}) }
    service = await serveStory(world, { databaseUrl: database.url, logger, logMask }, given)
    if (options.webhooks !== false) world.sendWebhooksTo(service.url)
  }
  const stop = async () => {
    await service?.stop()
    service = null
  }
  const end = async () => {
    await stop()
    await watchTransitions().collect(database.url)
    await world.close()
    await database.drop()
  }
  try {
    await start()
  } catch (error) {
    await end()
    throw error
  }
  const tools = createStory(world, () => service)
  const started = { databaseUrl: database.url, log, startService: start, stopService: stop }
  const story = { ...tools, ...started }
  return { story, end }
}

async function serveStory(
  world: World,
  {
    databaseUrl,
    logger,
    logMask,
  }: { readonly databaseUrl: string; readonly logger: Logger; readonly logMask: LogMask },
  options: StoryOptions,
): Promise<Service> {
  const own = { DATABASE_URL: databaseUrl, PORT: '0', POLICY_FILE: 'policy' }
  const env = {
    ...world.env,
    ...own,
    ...(options.argo === true ? {} : { ARGO_SERVER_URL: '' }),
    ...options.env,
  }
  const configured = configure(env, (path) => {
    if (path === 'policy') return formatPolicy(options.policy)
    const text = options.files?.[path]
    if (text !== undefined) return text
    throw new Error(`a scenario has no file ${path}`)
  })
  if ('faults' in configured) throw new Error(configured.faults.join('\n'))
  return startService(configured.ok, logger, logMask.follow)
}

function createStoryLogger(
  level: StoryOptions['logLevel'],
  lines: LogLine[],
  hooks: LogMask['hooks'],
): Logger {
  if (level === undefined) return pino({ level: process.env.STORY_LOG ?? 'silent' })
  return pino({ level, hooks }, { write: (line) => void lines.push(JSON.parse(line)) })
}

function createStory(
  world: World,
  getService: () => Service | null,
): Omit<Story, 'databaseUrl' | 'log' | 'startService' | 'stopService'> {
  const agent = createAgent(world)
  const works = async (work: Work): Promise<CompletedWork> => {
    const finished = await agent.works(work)
    await world.github.webhooks.flush()
    return {
      ...finished,
      pull: finished.pull ?? { repository: work.repository ?? 'acme/widgets', number: 0 },
    }
  }
  const serviceUrl = (): string => {
    const { url } = getService() ?? {}
    if (url === undefined) throw new Error('the service is stopped')
    return url
  }
  const send = async (path: string, init: RequestInit): Promise<ApiAnswer> => {
    const response = await fetch(`${serviceUrl()}${path}`, init)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : { text },
    }
  }
  const post: Story['post'] = (path, body, headers = {}) =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const get: Story['get'] = async (path) => (await send(path, {})).body
  return {
    ...world,
    serviceUrl,
    post,
    get,
    act: (runId, action, body = {}) => post(`/api/codex/runs/${runId}/actions/${action}`, body),
    agent: {
      works,
      finishes: async (work, before) => {
        const finished = await works(work)
        before?.(finished)
        const answer = await post('/api/codex/run-complete', finished.workflow)
        expect(answer.status).toBe(202)
        return { ...finished, run: answer.body.run as RunView }
      },
    },
    run: (issue, repository = 'acme/widgets') => createRunVerbs(get, { issue, repository }),
  }
}
