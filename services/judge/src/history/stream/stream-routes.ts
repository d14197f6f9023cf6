import { fastifySSE } from '@fastify/sse'
import type { FastifyInstance } from 'fastify'
import type { Millis } from '../../lib/instant.ts'
import { parseId } from '../http/query.ts'
import {
  createRouteOptions,
  type IdRoute,
  idParams,
  type ReadRouteDeps,
  type RouteDescription,
  textResponse,
  throwNotFound,
} from '../http/route-options.ts'
import { findRun } from '../runs/present-run.ts'
import { registerAgentRoutes } from './agent-routes.ts'
import { createFeed } from './feed.ts'
import { streamHistory } from './stream-history.ts'

export interface StreamRoutesDeps extends ReadRouteDeps {
  /** Starts to listen for new history; called once, by the first client that follows it. */
  readonly listen: (onChange: () => void) => { readonly close: () => Promise<void> }
  /** Stores the agent messages of a run's events artifact; without it only live ones are shown. */
  readonly backfill?: (runId: string) => Promise<void>
  /** How long a client may stop reading before it is disconnected; 30 s by default. */
  readonly stalledAfter?: Millis
  /** How often an idle stream sends a comment, so that proxies keep it open; 15 s by default. */
  readonly keepAliveEvery?: Millis
}

/** Streams of history and of agent messages, as Server-Sent Events. */
export async function registerStreamRoutes(
  app: FastifyInstance,
  deps: StreamRoutesDeps,
): Promise<void> {
  const { db, display, guard, listen, stalledAfter = 30_000, keepAliveEvery = 15_000 } = deps
  await app.register(fastifySSE, { heartbeatInterval: keepAliveEvery })
  const feed = createFeed({ db, display, listen, log: app.log })
  const closing = new AbortController()
  // The closing server waits for every open stream, so the streams must end before.
  app.addHook('preClose', async () => {
    closing.abort()
    await feed.close()
  })
  const stream = { feed, stalledAfter, closing: closing.signal }
  const createStreamOptions = (
    summary: string,
    { params, problems }: Pick<RouteDescription, 'params' | 'problems'> = {},
  ) => ({
    ...createRouteOptions({
      tag: 'history',
      guard: guard('read'),
      summary,
      ...(params === undefined ? {} : { params }),
      responses: {
        200: textResponse(
          'text/event-stream',
          'Events `run` and `escalation`; `Last-Event-ID` continues a stream.',
        ),
      },
      ...(problems === undefined ? {} : { problems }),
    }),
    sse: 'only' as const,
    // A HEAD request would open a stream without a reader.
    exposeHeadRoute: false,
  })
  app.get(
    '/api/codex/events',
    createStreamOptions('Stream the changes of all runs and escalations.'),
    (request, reply) => streamHistory(request, reply, { ...stream, runId: null }),
  )
  registerAgentRoutes(app, {
    db,
    display,
    guard,
    stalledAfter,
    closing: closing.signal,
    backfill: deps.backfill ?? null,
  })
  app.get<IdRoute>(
    '/api/codex/runs/:id/events',
    createStreamOptions('Stream the changes of one run.', { params: idParams, problems: [404] }),
    async (request, reply) => {
      const run = (await findRun(deps, parseId(request.params.id))) ?? throwNotFound()
      await streamHistory(request, reply, { ...stream, runId: run.id })
    },
  )
}
