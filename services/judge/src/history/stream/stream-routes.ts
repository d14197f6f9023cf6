import { fastifySSE } from '@fastify/sse'
import type { FastifyInstance } from 'fastify'
import type { Millis } from '../../lib/instant.ts'
import { type MaskNow, maskJsonNow } from '../../lib/mask.ts'
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
import { createStreamSlots, type StreamBounds } from './stream-slots.ts'

export interface StreamRoutesDeps extends ReadRouteDeps {
  /** Masks each event. */
  readonly maskNow: MaskNow
  /** Starts to listen for new history; called once, by the first client that follows it. */
  readonly listen: (onChange: () => void) => { readonly close: () => Promise<void> }
  /** Stores the agent messages of a run's events artifact; without it only live ones are shown. */
  readonly backfill?: (runId: string) => Promise<void>
  /** How many streams may be open; 32 of a client and 512 in all by default. */
  readonly streamBounds?: StreamBounds
  /** How long a client may stop reading before it is disconnected; 10 s by default. */
  readonly stalledAfter?: Millis
  /** How often an idle stream sends a comment, so that proxies keep it open; 15 s by default. */
  readonly keepAliveEvery?: Millis
}

/** Streams of history and of agent messages, as Server-Sent Events. */
export async function registerStreamRoutes(
  app: FastifyInstance,
  deps: StreamRoutesDeps,
): Promise<void> {
  const { db, display, guard, listen, stalledAfter = 10_000, keepAliveEvery = 15_000 } = deps
  await app.register(fastifySSE, {
    heartbeatInterval: keepAliveEvery,
    serializer: (data) => maskJsonNow(JSON.stringify(data), deps.maskNow),
  })
  const feed = createFeed({ db, display, listen, log: app.log })
  const closing = new AbortController()
  // The closing server waits for every open stream, so the streams must end before.
  app.addHook('preClose', async () => {
    closing.abort()
    await feed.close()
  })
  const stream = { feed, stalledAfter, closing: closing.signal }
  const takeSlot = createStreamSlots(deps.streamBounds ?? streamBounds)
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
    async (request, reply) => {
      takeSlot(request, reply)
      await streamHistory(request, reply, { ...stream, runId: null })
    },
  )
  registerAgentRoutes(app, {
    db,
    display,
    guard,
    stalledAfter,
    closing: closing.signal,
    backfill: deps.backfill ?? null,
    takeSlot,
  })
  app.get<IdRoute>(
    '/api/codex/runs/:id/events',
    createStreamOptions('Stream the changes of one run.', { params: idParams, problems: [404] }),
    async (request, reply) => {
      takeSlot(request, reply)
      const run = (await findRun(deps, parseId(request.params.id))) ?? throwNotFound()
      await streamHistory(request, reply, { ...stream, runId: run.id })
    },
  )
}

/** A person has a tab or two; each stream costs some memory, and one of agents a query a second. */
const streamBounds: StreamBounds = { client: 32, all: 512 }
