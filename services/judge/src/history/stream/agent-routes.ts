import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { Problem } from '../../lib/problem.ts'
import { parseId, type Query, readTextParam } from '../http/query.ts'
import {
  createRouteOptions,
  type QueryRoute,
  type ReadRouteDeps,
  textResponse,
  throwNotFound,
} from '../http/route-options.ts'
import { type AgentMessageFilter, readAgentMessages } from './read-agent-messages.ts'
import { readLastEventId, writeEvent } from './stream-history.ts'
import type { TakeStreamSlot } from './stream-slots.ts'

interface AgentRoutesDeps extends ReadRouteDeps {
  /** Stores the messages of a run's events artifact, if none are stored yet; null: no store. */
  readonly backfill: ((runId: string) => Promise<void>) | null
  readonly stalledAfter: Millis
  readonly closing: AbortSignal
  readonly takeSlot: TakeStreamSlot
}

const MAX_PAGE_MESSAGES = 100
/** Polling suffices: few people watch agents at a time, and no decision depends on it. */
const POLL_EVERY_MS: Millis = 1_000

/**
 * Streams the messages of agents: first the stored ones, or those after `Last-Event-ID`, then new
 * ones as they arrive.
 */
export function registerAgentRoutes(app: FastifyInstance, deps: AgentRoutesDeps): void {
  app.get<QueryRoute>(
    '/api/agents/events',
    {
      ...createRouteOptions({
        tag: 'history',
        guard: deps.guard('read'),
        summary: 'Stream the messages of agents, from the first stored one.',
        query: {
          runId: 'Only this run. One of the three parameters is required.',
          workflowUid: 'Only this workflow.',
          channel: 'Only this channel.',
        },
        responses: {
          200: textResponse(
            'text/event-stream',
            'Events `message`; `Last-Event-ID` continues a stream.',
          ),
        },
        problems: [400, 404],
      }),
      sse: 'only' as const,
      exposeHeadRoute: false,
    },
    async (request, reply) => {
      deps.takeSlot(request, reply)
      const filter = await readFilter(deps, request.query)
      if (filter.run !== null && deps.backfill !== null) {
        await deps
          .backfill(filter.run.id)
          .catch((error: unknown) =>
            request.log.warn(
              { event: 'backfill', run: filter.run?.id, error: getErrorMessage(error) },
              'could not read the messages of the events artifact',
            ),
          )
      }
      const gone = new AbortController()
      reply.sse.onClose(() => gone.abort())
      const signal = AbortSignal.any([gone.signal, deps.closing])
      const client = { reply, signal, stalledAfter: deps.stalledAfter }
      let position = readLastEventId(request) ?? 0
      const readPage = () =>
        readAgentMessages(deps.db, filter, { after: position, limit: MAX_PAGE_MESSAGES })
      // Read before the headers are sent, so that an unavailable database is still an error status.
      let page = await readPage()
      reply.sse.sendHeaders()
      await writeEvent(client, { data: undefined, retry: 1000 })
      while (!signal.aborted) {
        for (const { seq, message } of page) {
          await writeEvent(client, { id: String(seq), event: 'message', data: message })
          position = seq
        }
        if (page.length < MAX_PAGE_MESSAGES)
          await delay(POLL_EVERY_MS, undefined, { signal }).catch(() => {})
        if (signal.aborted) return
        page = await readPage()
      }
    },
  )
}

async function readFilter({ db }: AgentRoutesDeps, query: Query): Promise<AgentMessageFilter> {
  const [runId, workflowUid, channel] = ['runId', 'workflowUid', 'channel'].map((name) =>
    readTextParam(query, name),
  )
  if (!runId && !workflowUid && !channel)
    throw new Problem(
      'bad_request',
      'One of the parameters runId, workflowUid and channel is required.',
    )
  return {
    run: runId ? await loadRunKeys(db, parseId(runId)) : null,
    workflowUid: workflowUid ?? null,
    channel: channel ?? null,
  }
}

async function loadRunKeys(
  db: AgentRoutesDeps['db'],
  id: string,
): Promise<NonNullable<AgentMessageFilter['run']>> {
  const row = await db
    .selectFrom('runs')
    .select(['id', 'workflow_uid'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? { id: row.id, workflowUid: row.workflow_uid } : throwNotFound()
}
