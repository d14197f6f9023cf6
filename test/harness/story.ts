import { pino } from 'pino'
import { expect, test } from 'vitest'
import { configure } from '../../services/judge/src/config.ts'
import { type Service, startService } from '../../services/judge/src/service.ts'
import { createAgent, type Finished, type Work } from '../world/agent.ts'
import { createWorld, type World } from '../world/world.ts'
import { freshDatabase } from './database.ts'
import { policyText } from './policy.ts'

export interface RunView {
  readonly id: string
  readonly status: string
  readonly reason: string | null
  readonly [field: string]: unknown
}
export interface RunDetail {
  readonly run: RunView
  readonly [part: string]: unknown
}

/** The tools of a story: the world outside, the agent in it, and the service as anybody sees it over HTTP. */
export interface Story extends World {
  readonly service: Service
  readonly agent: {
    /** The agent works on an issue, and the finished workflow is reported to the service. */
    finishes(work: Work): Promise<Finished & { readonly run: RunView }>
    /** The same, reported to nobody. */
    works(work: Work): Promise<Finished>
  }
  readonly post: (
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>
  readonly get: (path: string) => Promise<Record<string, unknown>>
  /** The newest run of an issue of acme/widgets. */
  readonly run: (issue: number, repository?: string) => RunVerbs
}

export interface RunVerbs {
  now(): Promise<RunView>
  detail(): Promise<RunDetail>
  /** Resolves when the run waits in this status. */
  waitsIn(status: string): Promise<RunView>
  ends(status: string, reason: string): Promise<RunView>
}

interface StoryOptions {
  readonly policy?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  readonly webhooks?: boolean
}

/** A whole-service story: its name is the guarantee. Everything is real but the outside, which is simulated over HTTP. */
export function scenario(name: string, tell: (story: Story) => Promise<void>, options: StoryOptions = {}): void {
  test(name, async () => {
    const database = await freshDatabase()
    const world = await createWorld()
    const service = await serve(world, database.url, options)
    try {
      if (options.webhooks !== false) world.webhooksTo(service.url)
      await tell(storyOf(world, service))
    } finally {
      await service.stop()
      await world.close()
      await database.drop()
    }
  })
}

export async function serve(world: World, databaseUrl: string, options: StoryOptions = {}): Promise<Service> {
  const env = { ...world.env, DATABASE_URL: databaseUrl, PORT: '0', POLICY_FILE: 'policy', ...options.env }
  const configured = configure(env, (path) => {
    if (path === 'policy') return policyText(options.policy)
    throw new Error(`no file ${path} in a story`)
  })
  if ('faults' in configured) throw new Error(configured.faults.join('\n'))
  return startService(configured.ok, pino({ level: process.env.STORY_LOG ?? 'silent' }))
}

export function storyOf(world: World, service: Service): Story {
  const agent = createAgent(world)
  const send = async (path: string, init: RequestInit) => {
    const response = await fetch(`${service.url}${path}`, init)
    const text = await response.text()
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> }
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
    service,
    post,
    get,
    agent: {
      works: agent.works,
      finishes: async (work) => {
        const finished = await agent.works(work)
        const answer = await post('/api/codex/run-complete', finished.workflow)
        expect(answer.status).toBe(202)
        return { ...finished, run: answer.body.run as RunView }
      },
    },
    run: (issue, repository = 'acme/widgets') => runVerbs(get, { issue, repository }),
  }
}

/** How long a story waits for what must come; far more than it takes, and only a hang needs it. */
const PATIENCE = 40_000
const LOOK_EVERY = 25

function runVerbs(get: Story['get'], { issue, repository }: { issue: number; repository: string }): RunVerbs {
  const now = async (): Promise<RunView> => {
    const { runs } = (await get(`/api/codex/runs?repository=${repository}&issueNumber=${issue}`)) as {
      runs: { run: RunView }[]
    }
    const newest = runs.at(-1)?.run
    if (!newest) throw new Error(`no run of ${repository}#${issue}`)
    return newest
  }
  const until = async (what: string, holds: (run: RunView) => boolean): Promise<RunView> => {
    const deadline = Date.now() + PATIENCE
    for (;;) {
      const run = await now()
      if (holds(run)) return run
      if (Date.now() > deadline)
        throw new Error(
          `${repository}#${issue} never ${what}; it is ${JSON.stringify(await get(`/api/codex/runs/${run.id}`), null, 1).slice(0, 6000)}`,
        )
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
    }
  }
  const ended = new Set(['completed', 'needs_iteration', 'needs_human', 'superseded', 'closed'])
  return {
    now,
    detail: async () => (await get(`/api/codex/runs/${(await now()).id}`)) as unknown as RunDetail,
    waitsIn: (status) => until(`waited in ${status}`, (run) => run.status === status),
    ends: async (status, reason) => {
      const run = await until('ended', (seen) => ended.has(seen.status))
      expect({ status: run.status, reason: run.reason, text: run.reasonText }).toMatchObject({ status, reason })
      return run
    },
  }
}

/** Resolves when something of the world holds. */
export async function eventually<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const deadline = Date.now() + PATIENCE
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > deadline) throw new Error(`never: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
  }
}
