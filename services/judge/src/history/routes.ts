import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { Mask } from '../lib/mask.ts'
import { Problem } from '../lib/problem.ts'
import { shareInFlight } from '../lib/share-in-flight.ts'
import { checkReadiness, type HealthDeps } from './http/health.ts'
import { readinessSchema } from './http/health-schemas.ts'
import { readChoiceParam, readLimitParam, readTextParam, requireTextParam } from './http/query.ts'
import {
  choiceParam,
  createRouteOptions,
  installRouteDefaults,
  LIMIT_DESCRIPTION,
  listSchema,
  okSchema,
  type QueryRoute,
  textResponse,
} from './http/route-options.ts'
import { registerInsightRoutes } from './insights/insight-routes.ts'
import { findMemories, MAX_QUERY_CHARACTERS } from './memories.ts'
import { escalationStates, listEscalations } from './operate/escalations.ts'
import { listQuarantine } from './operate/quarantine.ts'
import { registerConsoleRoutes } from './overview/overview-routes.ts'
import type { HealthSources } from './overview/read-health.ts'
import { registerIssueRoutes } from './page/issue-routes.ts'
import { type RunPageDeps, registerRunPageRoutes } from './page/run-page-routes.ts'
import { type PolicyRoutesDeps, registerPolicyRoutes } from './policy/policy-routes.ts'
import { registerFlakesRoute } from './runs/flake-routes.ts'
import { listIssues } from './runs/list-issues.ts'
import { registerRunDetailRoutes } from './runs/run-detail-routes.ts'
import { registerRunListRoutes } from './runs/run-list-routes.ts'
import { registerStreamRoutes, type StreamRoutesDeps } from './stream/stream-routes.ts'

export interface HistoryDeps
  extends HealthDeps,
    HealthSources,
    PolicyRoutesDeps,
    RunPageDeps,
    StreamRoutesDeps {
  readonly mask: Mask
  readonly metrics: { render(): Promise<{ readonly contentType: string; readonly text: string }> }
}

/**
 * Registers every route that reads. Register it after `describeApi`, on an instance with
 * `installProblems` and `installBodies`.
 */
export async function registerHistoryRoutes(
  app: FastifyInstance,
  deps: HistoryDeps,
): Promise<void> {
  installRouteDefaults(app)
  registerRunListRoutes(app, deps)
  registerRunDetailRoutes(app, deps)
  registerRunPageRoutes(app, deps)
  registerIssueRoutes(app, deps)
  registerOverviewRoutes(app, deps)
  registerFlakesRoute(app, deps)
  registerConsoleRoutes(app, deps)
  registerInsightRoutes(app, deps)
  registerPolicyRoutes(app, deps)
  registerMemorySearchRoute(app, deps)
  registerServiceRoutes(app, deps)
  await registerStreamRoutes(app, deps)
}

/** Lists across all runs: issues, questions and quarantined messages. */
function registerOverviewRoutes(app: FastifyInstance, { db, guard, mask }: HistoryDeps): void {
  const read = { tag: 'history', guard: guard('read') }
  app.get<QueryRoute>(
    '/api/codex/issues',
    createRouteOptions({
      ...read,
      summary: 'List issues that have runs, most recently updated first.',
      query: { repository: 'Only this repository.', limit: LIMIT_DESCRIPTION },
      responses: { 200: okSchema({ issues: listSchema('Issue') }) },
    }),
    async ({ query }) => ({
      ok: true,
      issues: await listIssues(db, {
        repository: readTextParam(query, 'repository'),
        limit: readLimitParam(query, 200, 1_000),
      }),
    }),
  )
  app.get<QueryRoute>(
    '/api/codex/escalations',
    createRouteOptions({
      ...read,
      summary: 'List questions to people, newest first.',
      query: {
        state: choiceParam(escalationStates, 'All by default.'),
        limit: LIMIT_DESCRIPTION,
      },
      responses: { 200: okSchema({ escalations: listSchema('Escalation') }) },
      problems: [400],
    }),
    async ({ query }) => ({
      ok: true,
      escalations: await listEscalations(db, {
        state: readChoiceParam(query, 'state', escalationStates),
        limit: readLimitParam(query, 200, 1_000),
      }),
    }),
  )
  app.get<QueryRoute>(
    '/api/codex/quarantine',
    createRouteOptions({
      ...read,
      summary: 'List messages that could not be parsed, newest first.',
      query: { limit: LIMIT_DESCRIPTION },
      responses: { 200: okSchema({ quarantine: listSchema('Quarantined') }) },
    }),
    async ({ query }) => ({
      ok: true,
      quarantine: await listQuarantine({ db, mask }, readLimitParam(query, 50, 200)),
    }),
  )
}

function registerMemorySearchRoute(app: FastifyInstance, { db, guard, mask }: HistoryDeps): void {
  app.get<QueryRoute>(
    '/api/memories',
    createRouteOptions({
      tag: 'memories',
      guard: guard('read'),
      summary: 'Search memories, best match first.',
      query: {
        query: Type.String({
          minLength: 1,
          maxLength: MAX_QUERY_CHARACTERS,
          pattern: '\\S',
          description: 'The words to search for.',
        }),
        namespace: 'Only this namespace.',
        limit: 'The maximum number of results, from 1 to 50.',
      },
      responses: { 200: okSchema({ memories: listSchema('Memory') }) },
      problems: [400],
    }),
    async ({ query }) => {
      const text = requireTextParam(query, 'query')
      if (text.length > MAX_QUERY_CHARACTERS)
        throw new Problem(
          'bad_request',
          `query must have at most ${MAX_QUERY_CHARACTERS} characters.`,
        )
      const namespace = readTextParam(query, 'namespace')
      const search = {
        // Stored masked, like every text.
        namespace: namespace && (await mask(namespace)),
        query: text,
        limit: readLimitParam(query, 10, 50),
      }
      return { ok: true, memories: await findMemories(db, search) }
    },
  )
}

/** These need no token, so that many requests at once must not cost more than one. */
function registerServiceRoutes(app: FastifyInstance, deps: HistoryDeps): void {
  const findReadiness = shareInFlight(() => checkReadiness(deps))
  const renderMetrics = shareInFlight(deps.metrics.render)
  app.get(
    '/livez',
    createRouteOptions({
      tag: 'service',
      summary: 'Report that the process is alive.',
      responses: { 200: okSchema() },
    }),
    async () => ({
      ok: true,
    }),
  )
  for (const path of ['/readyz', '/health']) {
    const summary = 'Report whether the service is ready, and the state of every external system.'
    app.get(
      path,
      createRouteOptions({ tag: 'service', summary, responses: { 200: readinessSchema } }),
      () => findReadiness(),
    )
  }
  app.get(
    '/metrics',
    createRouteOptions({
      tag: 'service',
      summary: 'Read the metrics in the Prometheus text format.',
      responses: { 200: textResponse('text/plain', 'Prometheus text, version 0.0.4.') },
    }),
    async (_request, reply) => {
      const { contentType, text } = await renderMetrics()
      return reply
        .type(contentType)
        .serializer((body: string) => body)
        .send(text)
    },
  )
}
