import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { messageOf } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { Problem } from '../../lib/problem.ts'
import { idIn, type Query, textParam } from '../http/query.ts'
import { type Asking, missing, type Reading, route } from '../http/route-options.ts'
import { type MessagesOf, readAgentMessages } from './agent-messages.ts'
import { placeOf, write } from './stream.ts'

interface AgentRoutesDeps extends Reading {
  /**
   * Fills in what a run's events artifact holds, where it has no messages; null: there is no store
   * to read.
   */
  readonly backfill: ((runId: string) => Promise<void>) | null
  readonly stalledAfter: Millis
  readonly closing: AbortSignal
}

const PAGE = 100
/** What agents say is watched by few people at a time, and nothing is decided by it. */
const LOOK_EVERY: Millis = 1_000

/**
 * What agents say, as it comes: all that is kept first, or what is behind `Last-Event-ID`, and then
 * what is new.
 */
export function agentRoutes(app: FastifyInstance, deps: AgentRoutesDeps): void {
  app.get<Asking>(
    '/api/agents/events',
    {
      ...route({
        tag: 'history',
        guard: deps.guard('read'),
        summary: 'What agents say while they work, from the first that is kept.',
        query: {
          runId: 'Of this run; one of the three is required.',
          workflowUid: 'Of this workflow.',
          channel: 'In this channel.',
        },
        answers: {
          200: Type.String({
            description: 'text/event-stream of `message`; `Last-Event-ID` reads on.',
          }),
        },
        problems: [400, 404],
      }),
      sse: 'only' as const,
      exposeHeadRoute: false,
    },
    async (request, reply) => {
      const of = await wanted(deps, request.query)
      if (of.run !== null && deps.backfill !== null) {
        await deps
          .backfill(of.run.id)
          .catch((error: unknown) =>
            request.log.warn(
              { event: 'backfill', run: of.run?.id, error: messageOf(error) },
              'what the events artifact holds could not be read',
            ),
          )
      }
      const gone = new AbortController()
      reply.sse.onClose(() => gone.abort())
      const signal = AbortSignal.any([gone.signal, deps.closing])
      const client = { reply, signal, stalledAfter: deps.stalledAfter }
      let at = placeOf(request) ?? 0
      // Read before the first byte, so that a database that is away is still an answer.
      let page = await readAgentMessages(deps.db, of, { after: at, limit: PAGE })
      reply.sse.sendHeaders()
      await write(client, { data: undefined, retry: 1000 })
      while (!signal.aborted) {
        for (const { seq, message } of page) {
          await write(client, { id: String(seq), event: 'message', data: message })
          at = seq
        }
        if (page.length < PAGE) await delay(LOOK_EVERY, undefined, { signal }).catch(() => {})
        if (signal.aborted) return
        page = await readAgentMessages(deps.db, of, { after: at, limit: PAGE })
      }
    },
  )
}

async function wanted({ db }: AgentRoutesDeps, query: Query): Promise<MessagesOf> {
  const [runId, workflowUid, channel] = ['runId', 'workflowUid', 'channel'].map((name) =>
    textParam(query, name),
  )
  if (!runId && !workflowUid && !channel)
    throw new Problem(
      'bad_request',
      'One of the parameters runId, workflowUid and channel is required.',
    )
  return {
    run: runId ? await runWith(db, idIn(runId)) : null,
    workflowUid: workflowUid ?? null,
    channel: channel ?? null,
  }
}

async function runWith(
  db: AgentRoutesDeps['db'],
  id: string,
): Promise<NonNullable<MessagesOf['run']>> {
  const row = await db
    .selectFrom('runs')
    .select(['id', 'workflow_uid'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? { id: row.id, workflowUid: row.workflow_uid } : missing()
}
