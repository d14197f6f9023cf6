import { fastifySSE } from '@fastify/sse'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { Millis } from '../../lib/instant.ts'
import { idIn } from '../http/query.ts'
import { type ById, missing, type Reading, route } from '../http/route-options.ts'
import { runById } from '../runs/present-run.ts'
import { agentRoutes } from './agent-routes.ts'
import { createFeed } from './feed.ts'
import { streamHistory } from './stream.ts'

export interface StreamRoutesDeps extends Reading {
  /**
   * Begins to hear of new history (channel `codex_history`); called once, with the first client
   * that follows it.
   */
  readonly listen: (onNews: () => void) => { readonly close: () => Promise<void> }
  /**
   * Fills in the agent messages of a run from its events artifact; without it there are those that
   * came by themselves.
   */
  readonly backfill?: (runId: string) => Promise<void>
  /** How long a follower may take nothing of what it is sent. */
  readonly stalledAfter?: Millis
  /**
   * How often something is sent although nothing happens, so that nobody in between takes the
   * connection for dead.
   */
  readonly keepAliveEvery?: Millis
}

/** History as it happens, to whoever follows it. */
export async function streamRoutes(app: FastifyInstance, deps: StreamRoutesDeps): Promise<void> {
  const { db, guard, listen, stalledAfter = 30_000, keepAliveEvery = 15_000 } = deps
  await app.register(fastifySSE, { heartbeatInterval: keepAliveEvery })
  const feed = createFeed({ db, listen, log: app.log })
  const closing = new AbortController()
  // Before the server closes: it would wait for every open stream.
  app.addHook('preClose', async () => {
    closing.abort()
    await feed.close()
  })
  const stream = { feed, stalledAfter, closing: closing.signal }
  const described = (summary: string, problems: readonly number[]) => ({
    ...route({
      tag: 'history',
      guard: guard('read'),
      summary,
      answers: {
        200: Type.String({
          description: 'text/event-stream of `run` and `escalation`; `Last-Event-ID` reads on.',
        }),
      },
      problems,
    }),
    sse: 'only' as const,
    // A HEAD would be a stream nobody reads.
    exposeHeadRoute: false,
  })
  app.get(
    '/api/codex/events',
    described('What happens to runs, as it happens.', []),
    (request, reply) => streamHistory(request, reply, { ...stream, runId: null }),
  )
  agentRoutes(app, {
    db,
    guard,
    stalledAfter,
    closing: closing.signal,
    backfill: deps.backfill ?? null,
  })
  app.get<ById>(
    '/api/codex/runs/:id/events',
    described('What happens to one run, as it happens.', [404]),
    async (request, reply) => {
      const run = (await runById(db, idIn(request.params.id))) ?? missing()
      await streamHistory(request, reply, { ...stream, runId: run.id })
    },
  )
}
