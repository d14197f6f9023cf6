import type { FastifyInstance } from 'fastify'
import { type FlakeRow, listFlakes } from '../../adapters/postgres/flakes.ts'
import type { FlakeView } from '../http/list-schemas.ts'
import { readLimitParam, readTextParam } from '../http/query.ts'
import {
  createRouteOptions,
  LIMIT_DESCRIPTION,
  listSchema,
  okSchema,
  type QueryRoute,
  type ReadRouteDeps,
} from '../http/route-options.ts'
import { formatTime } from './present-run.ts'

/** The route that lists flaky checks. */
export function registerFlakesRoute(app: FastifyInstance, { db, guard }: ReadRouteDeps): void {
  app.get<QueryRoute>(
    '/api/codex/flakes',
    createRouteOptions({
      tag: 'history',
      guard: guard('read'),
      summary: 'List checks that failed and then passed on one commit, the most frequent first.',
      query: { repository: 'Only this repository.', limit: LIMIT_DESCRIPTION },
      responses: { 200: okSchema({ flakes: listSchema('Flake') }) },
    }),
    async ({ query }) => {
      const flakes = await listFlakes(db, {
        repository: readTextParam(query, 'repository'),
        limit: readLimitParam(query, 50, 200),
      })
      return { ok: true, flakes: flakes.map(presentFlake) }
    },
  )
}

const presentFlake = (row: FlakeRow): FlakeView => ({
  repository: row.repository,
  name: row.name,
  app: row.app,
  workflow: row.workflow === '' ? null : row.workflow,
  event: row.event === '' ? null : row.event,
  count: row.commits,
  firstSeenAt: formatTime(row.firstSeenAt),
  lastSeenAt: formatTime(row.lastSeenAt),
  commits: [...row.newest],
})
