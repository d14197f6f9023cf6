import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { Problem } from '../../lib/problem.ts'
import { findHitSchema, healthProperties } from '../http/overview-schemas.ts'
import { parseId, requireTextParam } from '../http/query.ts'
import {
  createRouteOptions,
  type IdRoute,
  idParams,
  listSchema,
  okSchema,
  type QueryRoute,
  type ReadRouteDeps,
  refSchema,
  throwNotFound,
} from '../http/route-options.ts'
import { findEscalation } from '../operate/escalations.ts'
import { listOpenPauses } from '../operate/pauses.ts'
import { presentRuns } from '../runs/present-run.ts'
import { presentedColumns } from '../runs/run-columns.ts'
import { findRuns, MAX_FIND_CHARACTERS, parseWanted } from './find-runs.ts'
import { listAgents, MAX_AGENTS } from './list-agents.ts'
import { type HealthSources, presentSystem, readHealth } from './read-health.ts'

/** Runs of one question that are answered with it. */
const MAX_QUESTION_RUNS = 200

/** What the pages of the console show beside runs: find, health, pauses, agents, one question. */
export function registerConsoleRoutes(
  app: FastifyInstance,
  deps: ReadRouteDeps & HealthSources,
): void {
  registerFindRoute(app, deps)
  registerHealthRoute(app, deps)
  registerPausesRoute(app, deps)
  registerAgentsRoute(app, deps)
  registerEscalationRoute(app, deps)
}

function registerFindRoute(app: FastifyInstance, { db, display, guard }: ReadRouteDeps): void {
  app.get<QueryRoute>(
    '/api/codex/find',
    createRouteOptions({
      tag: 'runs',
      guard: guard('read'),
      summary: 'Find what a text names: a run, an issue, a pull request, a commit, or words.',
      query: {
        q: Type.String({
          minLength: 1,
          maxLength: MAX_FIND_CHARACTERS,
          pattern: '\\S',
          description:
            'The id of a run, `#123`, `owner/name#123`, the address of any of them, the ' +
            'beginning of a commit (7 digits), or words, which are searched in titles, branches, ' +
            'workflows, repositories and reasons of the newest 20,000 runs.',
        }),
      },
      responses: {
        200: okSchema({ hit: findHitSchema, runs: Type.Array(refSchema('Run'), { maxItems: 20 }) }),
      },
      problems: [400],
    }),
    async ({ query }) => {
      const text = requireTextParam(query, 'q')
      if (text.length > MAX_FIND_CHARACTERS)
        throw new Problem('bad_request', `q must have at most ${MAX_FIND_CHARACTERS} characters.`)
      return { ok: true, ...(await findRuns({ db, display }, parseWanted(text))) }
    },
  )
}

function registerHealthRoute(app: FastifyInstance, deps: ReadRouteDeps & HealthSources): void {
  app.get(
    '/api/codex/health',
    createRouteOptions({
      tag: 'service',
      guard: deps.guard('read'),
      summary: 'Tell whether the service is well: external systems, budgets, backlogs, pauses.',
      responses: { 200: okSchema(healthProperties) },
    }),
    async () => ({ ok: true, ...(await readHealth(deps)) }),
  )
}

function registerPausesRoute(app: FastifyInstance, { db, guard }: ReadRouteDeps): void {
  app.get(
    '/api/codex/pauses',
    createRouteOptions({
      tag: 'history',
      guard: guard('read'),
      summary: 'List the pauses in force, oldest first.',
      responses: { 200: okSchema({ pauses: listSchema('Pause') }) },
    }),
    async () => ({ ok: true, pauses: await listOpenPauses(db) }),
  )
}

function registerAgentsRoute(app: FastifyInstance, deps: ReadRouteDeps & HealthSources): void {
  app.get(
    '/api/agents',
    createRouteOptions({
      tag: 'history',
      guard: deps.guard('read'),
      summary: 'List the agents at work, those heard from last first.',
      responses: {
        200: okSchema({
          agents: Type.Array(refSchema('AgentAtWork'), { maxItems: MAX_AGENTS }),
          live: Type.Boolean({ description: 'Whether messages arrive while agents work.' }),
          because: Type.Union([Type.String(), Type.Null()], { description: 'Why not.' }),
        }),
      },
    }),
    async () => {
      const nats = deps.probes.filter(({ name }) => name === 'nats').map(presentSystem)
      const live = nats.some(({ state }) => state === 'up' || state === 'unknown')
      const because = live ? null : (nats[0]?.because ?? 'NATS is not configured')
      return { ok: true, agents: await listAgents(deps.db), live, because }
    },
  )
}

function registerEscalationRoute(
  app: FastifyInstance,
  { db, display, guard }: ReadRouteDeps,
): void {
  app.get<IdRoute>(
    '/api/codex/escalations/:id',
    createRouteOptions({
      tag: 'history',
      guard: guard('read'),
      summary: 'Read one question with its runs.',
      params: idParams,
      responses: {
        200: okSchema({
          escalation: refSchema('Escalation'),
          runs: Type.Array(refSchema('Run'), { maxItems: MAX_QUESTION_RUNS }),
        }),
      },
      problems: [404],
    }),
    async ({ params }) => {
      // The router takes the address of another route for an id.
      if (params.id === 'answers')
        throw new Problem('method_not_allowed', 'Questions are answered by POST.', {
          headers: { allow: 'POST' },
        })
      const escalation = (await findEscalation(db, parseId(params.id))) ?? throwNotFound()
      const ids = escalation.runs.slice(0, MAX_QUESTION_RUNS).map(({ id }) => id)
      const rows = await db
        .selectFrom('runs')
        .select(presentedColumns)
        .where('id', 'in', ids)
        .execute()
      const presented = await presentRuns({ db, display }, rows)
      const runs = new Map(presented.map((run) => [run.id, run]))
      return { ok: true, escalation, runs: ids.flatMap((id) => runs.get(id) ?? []) }
    },
  )
}
