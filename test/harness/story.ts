import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Service, startService } from '../../services/judge/src/composition/service.ts'
import { configure } from '../../services/judge/src/config/configure.ts'
import { createAgent, type Finished, type Work } from '../world/agent.ts'
import type { PullRef } from '../world/github/review-verbs.ts'
import { type Behaviour, passes } from '../world/model.ts'
import { createWorld, type World, type WorldSetup } from '../world/world.ts'
import { freshDatabase } from './database.ts'
import { policyText } from './policy.ts'
import { type RunVerbs, type RunView, runVerbs } from './run-verbs.ts'
import { watchTransitions } from './taken-transitions.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/**
 * The tools of a story: the world outside, the agent in it, and the service as anybody sees it over
 * HTTP.
 */
export interface Story extends World {
  readonly agent: {
    /**
     * The agent works on an issue, and the finished workflow is reported to the service; `before`
     * happens between the two, so that the service's first look finds it done.
     */
    finishes(work: Work, before?: (done: Done) => void): Promise<Done & { readonly run: RunView }>
    /** The same, reported to nobody. */
    works(work: Work): Promise<Done>
  }
  readonly serviceUrl: () => string
  readonly post: (
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>
  readonly get: (path: string) => Promise<Record<string, unknown>>
  /** What a person does to a run: `act(id, 'stop', { reason })`. */
  readonly act: (runId: string, action: string, body?: unknown) => Promise<Answer>
  /** The newest run of an issue of acme/widgets. */
  readonly run: (issue: number, repository?: string) => RunVerbs
  /** The service ends in good order; the world goes on without it. */
  readonly stops: () => Promise<void>
  /** It is started anew on the same database, with the same policy or another. */
  readonly starts: (policy?: StoryOptions['policy']) => Promise<void>
}

/**
 * What the agent did. A pull request that it did not open has the number 0, which GitHub does not
 * know.
 */
export type Done = Finished & { readonly pull: PullRef }

export interface StoryOptions {
  readonly policy?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  /** False: GitHub announces nothing, and only looking finds anything. */
  readonly webhooks?: boolean
  /** True: the service may ask Argo, and sweeps it. */
  readonly argo?: boolean
  readonly world?: WorldSetup
  /** What the model says about an issue; about those not named it passes. */
  readonly judges?: Readonly<Record<number, Behaviour>>
}

export type Tell = (story: Story) => Promise<void>

/**
 * A whole-service story: its name is the guarantee. Everything is real but the outside, which is
 * simulated over HTTP.
 */
export function scenario(name: string, tell: Tell, options: StoryOptions = {}): void {
  const watch = watchTransitions()
  watch.declared()
  test(name, async () => {
    const told = await begin(options)
    try {
      await tell(told.story)
      watch.told()
    } finally {
      await told.end()
    }
  })
}

/**
 * Stories that share one service and one world, told at the same time: each has issues of its own
 * (or a repository, where it changes the repository itself), and nothing that one does may matter
 * to another.
 */
export function chapter(
  title: string,
  options: StoryOptions,
  stories: (scenario: (name: string, tell: Tell) => void) => void,
): void {
  const watch = watchTransitions()
  describe(title, () => {
    const told: { story?: Story; end?: () => Promise<void> } = {}
    beforeAll(async () => {
      Object.assign(told, await begin(options))
    })
    afterAll(async () => {
      await told.end?.()
    })
    stories((name, tell) => {
      watch.declared()
      test.concurrent(name, async () => {
        if (told.story === undefined) throw new Error('the service did not start')
        await tell(told.story)
        watch.told()
      })
    })
  })
}

async function begin(options: StoryOptions): Promise<{ story: Story; end: () => Promise<void> }> {
  const database = await freshDatabase()
  const world = await createWorld({
    ...options.world,
    github: { firstNumber: 1001, ...options.world?.github },
  })
  world.model.behaves((asked, prompt) => {
    const issue = Number(/for issue #(\d+), against/.exec(asked.system + asked.user)?.[1])
    return (options.judges?.[issue] ?? passes())(asked, prompt)
  })
  const running: { service: Service | null } = { service: null }
  const starts = async (policy = options.policy) => {
    running.service = await serve(world, database.url, {
      ...options,
      ...(policy ? { policy } : {}),
    })
    if (options.webhooks !== false) world.webhooksTo(running.service.url)
  }
  const stops = async () => {
    await running.service?.stop()
    running.service = null
  }
  const end = async () => {
    await stops()
    await watchTransitions().collect(database.url)
    await world.close()
    await database.drop()
  }
  try {
    await starts()
  } catch (error) {
    await end()
    throw error
  }
  return { story: { ...storyOf(world, () => running.service), starts, stops }, end }
}

async function serve(world: World, databaseUrl: string, options: StoryOptions): Promise<Service> {
  const own = { DATABASE_URL: databaseUrl, PORT: '0', POLICY_FILE: 'policy' }
  const env = {
    ...world.env,
    ...own,
    ...(options.argo === true ? {} : { ARGO_SERVER_URL: '' }),
    ...options.env,
  }
  const configured = configure(env, (path) => {
    if (path === 'policy') return policyText(options.policy)
    throw new Error(`no file ${path} in a story`)
  })
  if ('faults' in configured) throw new Error(configured.faults.join('\n'))
  return startService(configured.ok, pino({ level: process.env.STORY_LOG ?? 'silent' }))
}

function storyOf(world: World, service: () => Service | null): Omit<Story, 'starts' | 'stops'> {
  const agent = createAgent(world)
  const works = async (work: Work): Promise<Done> => {
    const finished = await agent.works(work)
    await world.github.webhooks.delivered()
    return {
      ...finished,
      pull: finished.pull ?? { repository: work.repository ?? 'acme/widgets', number: 0 },
    }
  }
  const serviceUrl = (): string => {
    const { url } = service() ?? {}
    if (url === undefined) throw new Error('the service is stopped')
    return url
  }
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${serviceUrl()}${path}`, init)
    const text = await response.text()
    const json = response.headers.get('content-type')?.includes('json') ?? false
    return {
      status: response.status,
      headers: response.headers,
      body: json ? JSON.parse(text) : { text },
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
    run: (issue, repository = 'acme/widgets') => runVerbs(get, { issue, repository }),
  }
}
