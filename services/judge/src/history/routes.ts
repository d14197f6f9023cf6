import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { Mask } from '../lib/mask.ts'
import { Problem } from '../lib/problem.ts'
import { type HealthDeps, readiness } from './http/health.ts'
import { limitParam, oneOfParam, requiredText, textParam } from './http/query.ts'
import { type Asking, describeOnly, limits, listOf, ok, route } from './http/route-options.ts'
import { findMemories, longestQuery } from './memories.ts'
import { escalationStates, listEscalations } from './operate/escalations.ts'
import { listQuarantine } from './operate/quarantine.ts'
import { listIssues } from './runs/list-issues.ts'
import { runRoutes } from './runs/run-detail-routes.ts'
import { runsRoutes } from './runs/run-list-routes.ts'
import { type StreamRoutesDeps, streamRoutes } from './stream/stream-routes.ts'

export interface HistoryDeps extends HealthDeps, StreamRoutesDeps {
  readonly mask: Mask
  readonly metrics: { render(): Promise<{ readonly contentType: string; readonly text: string }> }
}

/**
 * Everything that can be read. Register it after `describeApi`, on an instance with
 * `installProblems` and `installBodies`.
 */
export async function historyRoutes(app: FastifyInstance, deps: HistoryDeps): Promise<void> {
  describeOnly(app)
  runsRoutes(app, deps)
  runRoutes(app, deps)
  otherRoutes(app, deps)
  memoryRoutes(app, deps)
  serviceRoutes(app, deps)
  await streamRoutes(app, deps)
}

function otherRoutes(app: FastifyInstance, { db, guard, mask }: HistoryDeps): void {
  const read = { tag: 'history', guard: guard('read') }
  app.get<Asking>(
    '/api/codex/issues',
    route({
      ...read,
      summary: 'Issues with runs, the latest seen first.',
      query: { repository: 'Only of this repository.', limit: limits },
      answers: { 200: ok({ issues: listOf('Issue') }) },
    }),
    async ({ query }) => ({
      ok: true,
      issues: await listIssues(db, {
        repository: textParam(query, 'repository'),
        limit: limitParam(query, 200, 1_000),
      }),
    }),
  )
  app.get<Asking>(
    '/api/codex/escalations',
    route({
      ...read,
      summary: 'Questions to people, newest first.',
      query: { state: '`open`, `answered` or `closed`; else all.', limit: limits },
      answers: { 200: ok({ escalations: listOf('Escalation') }) },
      problems: [400],
    }),
    async ({ query }) => ({
      ok: true,
      escalations: await listEscalations(db, {
        state: oneOfParam(query, 'state', escalationStates),
        limit: limitParam(query, 200, 1_000),
      }),
    }),
  )
  app.get<Asking>(
    '/api/codex/quarantine',
    route({
      ...read,
      summary: 'Messages nobody could read, newest first.',
      query: { limit: limits },
      answers: { 200: ok({ quarantine: listOf('Quarantined') }) },
    }),
    async ({ query }) => ({
      ok: true,
      quarantine: await listQuarantine({ db, mask }, limitParam(query, 50, 200)),
    }),
  )
}

function memoryRoutes(app: FastifyInstance, { db, guard }: HistoryDeps): void {
  app.get<Asking>(
    '/api/memories',
    route({
      tag: 'memories',
      guard: guard('read'),
      summary: 'Memories that speak of something, best first.',
      query: {
        query: 'Required: what they should speak of.',
        namespace: 'Only of this one.',
        limit: '1 to 50.',
      },
      answers: { 200: ok({ memories: listOf('Memory') }) },
      problems: [400],
    }),
    async ({ query }) => {
      const asked = requiredText(query, 'query')
      if (asked.length > longestQuery)
        throw new Problem('bad_request', `query has at most ${longestQuery} characters.`)
      const found = {
        namespace: textParam(query, 'namespace'),
        query: asked,
        limit: limitParam(query, 10, 50),
      }
      return { ok: true, memories: await findMemories(db, found) }
    },
  )
}

function serviceRoutes(app: FastifyInstance, deps: HistoryDeps): void {
  const ready = Type.Object(
    {
      ok: Type.Literal(true),
      postgres: Type.String(),
      migrations: Type.String(),
      systems: Type.Record(Type.String(), Type.String()),
    },
    { additionalProperties: true },
  )
  app.get(
    '/livez',
    route({ tag: 'service', summary: 'The process turns.', answers: { 200: ok() } }),
    async () => ({
      ok: true,
    }),
  )
  for (const path of ['/readyz', '/health']) {
    const summary = 'PostgreSQL answers and is migrated; every outside system with its state.'
    app.get(path, route({ tag: 'service', summary, answers: { 200: ready } }), () =>
      readiness(deps),
    )
  }
  app.get(
    '/metrics',
    route({
      tag: 'service',
      summary: 'What is counted, as Prometheus reads it.',
      answers: { 200: Type.String() },
    }),
    async (_request, reply) => {
      const { contentType, text } = await deps.metrics.render()
      return reply
        .type(contentType)
        .serializer((body: string) => body)
        .send(text)
    },
  )
}
