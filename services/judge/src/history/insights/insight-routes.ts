import type { FastifyInstance } from 'fastify'
import type { Millis } from '../../lib/instant.ts'
import { Problem } from '../../lib/problem.ts'
import { insightProperties, statsProperties } from '../http/insight-schemas.ts'
import { type Query, readTextParam, readTimeParam } from '../http/query.ts'
import {
  createRouteOptions,
  okSchema,
  type QueryRoute,
  type ReadRouteDeps,
  timeParam,
} from '../http/route-options.ts'
import { computeStats } from '../runs/compute-stats.ts'
import { type InsightRequest, loadDecided, loadInsights } from './load-insights.ts'

const DAY_MS: Millis = 86_400_000
const DEFAULT_DAYS = 30
/** A longer period than a year compares what has little to do with each other. */
const MAX_DAYS = 366
const MAX_REPOSITORIES = 200

const periodParams = {
  repository: '`owner/name`, case-insensitive; all by default.',
  since: timeParam('30 days before `until` by default; at most 366 days before it.'),
  until: timeParam('Now by default.'),
}

/** What the recent runs show together: plots for the console, and statistics by repository. */
export function registerInsightRoutes(
  app: FastifyInstance,
  { db, display, guard }: ReadRouteDeps,
): void {
  app.get<QueryRoute>(
    '/api/codex/insights',
    createRouteOptions({
      tag: 'history',
      guard: guard('read'),
      summary: 'Show what the runs of a period show together, beside the period before it.',
      query: periodParams,
      responses: { 200: okSchema(insightProperties) },
      problems: [400],
    }),
    async ({ query }) => ({
      ok: true,
      ...(await loadInsights(db, readPeriod(query), display.usual)),
    }),
  )
  app.get<QueryRoute>(
    '/api/codex/stats',
    createRouteOptions({
      tag: 'history',
      guard: guard('read'),
      summary: 'Count the decided runs of a period, together and by repository.',
      query: periodParams,
      responses: { 200: okSchema(statsProperties) },
      problems: [400],
    }),
    async ({ query }) => {
      const { decided, scope, truncated } = await loadDecided(db, readPeriod(query))
      const byRepository = Map.groupBy(decided, ({ repository_key }) => repository_key ?? '')
      return {
        ok: true,
        since: scope.since.toISOString(),
        until: scope.until.toISOString(),
        truncated,
        stats: computeStats(decided),
        repositories: [...byRepository.values()]
          .toSorted((a, b) => b.length - a.length)
          .slice(0, MAX_REPOSITORIES)
          .map((runs) => ({
            repository: runs[0]?.repository ?? 'unknown',
            stats: computeStats(runs),
          })),
      }
    },
  )
}

function readPeriod(query: Query): InsightRequest {
  const until = readTimeParam(query, 'until') ?? new Date()
  const since = readTimeParam(query, 'since') ?? new Date(until.getTime() - DEFAULT_DAYS * DAY_MS)
  const days = (until.getTime() - since.getTime()) / DAY_MS
  if (days <= 0) throw new Problem('bad_request', 'since must be before until.')
  if (days > MAX_DAYS)
    throw new Problem('bad_request', `The period must have at most ${MAX_DAYS} days.`)
  return { repository: readTextParam(query, 'repository'), since, until }
}
