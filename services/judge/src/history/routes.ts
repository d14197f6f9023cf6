import { fastifySSE } from '@fastify/sse'
import type { FastifyInstance } from 'fastify'
import type { Kysely } from 'kysely'
import Type from 'typebox'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Millis } from '../lib/instant.ts'
import type { Mask } from '../lib/mask.ts'
import { Problem } from '../lib/problem.ts'
import { escalationStates, listEscalations } from './escalations.ts'
import { createFeed } from './feed.ts'
import { recentRuns, runsOfPull } from './few-runs.ts'
import { type HealthDeps, readiness } from './health.ts'
import { listIssues } from './list-issues.ts'
import { listRuns, readListQuery } from './list-runs.ts'
import { findMemories, longestQuery } from './memories.ts'
import { describeOnly, type Guard, listOf, ok, ref, route } from './plugin.ts'
import { listQuarantine } from './quarantine.ts'
import {
  idIn,
  limitParam,
  notHere,
  numberParam,
  oneOfParam,
  positiveInteger,
  type Query,
  requiredText,
  textParam,
} from './query.ts'
import { runDetail, waitingOf } from './run-detail.ts'
import { runsOfIssue } from './runs-of-issue.ts'
import { runById } from './show-run.ts'
import { keepAliveEvery, streamHistory } from './stream.ts'

export interface HistoryDeps extends HealthDeps {
  readonly db: Kysely<DB>
  readonly guard: Guard
  readonly mask: Mask
  /** Begins to hear of new history (channel `codex_history`); called once, with the first client that follows it. */
  readonly listen: (onNews: () => void) => { readonly close: () => Promise<void> }
  readonly metrics: { render(): Promise<{ readonly contentType: string; readonly text: string }> }
  /** How long a follower may take nothing of what it is sent. */
  readonly stalledAfter?: Millis
}

interface ById {
  Params: { id: string }
}
interface Asking {
  Querystring: Query
}

const limits = 'How many, clamped to what is allowed.'

/** Everything that can be read. Register it after `describeApi`, on an instance with `installProblems` and `installBodies`. */
export async function historyRoutes(app: FastifyInstance, deps: HistoryDeps): Promise<void> {
  describeOnly(app)
  runRoutes(app, deps)
  otherRoutes(app, deps)
  memoryRoutes(app, deps)
  serviceRoutes(app, deps)
  await streamRoutes(app, deps)
}

function runRoutes(app: FastifyInstance, { db, guard }: HistoryDeps): void {
  const read = { tag: 'runs', guard: guard('read') }
  app.get<Asking>(
    '/api/codex/runs',
    route({
      ...read,
      summary: 'The runs of one issue, oldest attempt first, with what each was judged by.',
      query: { repository: 'Required.', issueNumber: 'Required.', branch: 'Only of this branch.', limit: limits },
      answers: {
        200: ok({
          runs: Type.Array(
            Type.Object({
              run: ref('Run'),
              artifacts: listOf('Artifact'),
              evaluation: Type.Union([ref('Evaluation'), Type.Null()]),
            }),
          ),
          stats: ref('Stats'),
        }),
      },
      problems: [400],
    }),
    async ({ query }) => {
      const repository = requiredText(query, 'repository')
      requiredText(query, 'issueNumber')
      const issueNumber = numberParam(query, 'issueNumber') ?? 0
      return runsOfIssue(
        db,
        { repository, issueNumber, branch: textParam(query, 'branch') },
        limitParam(query, 50, 200),
      )
    },
  )
  app.get<Asking>(
    '/api/codex/runs/recent',
    route({
      ...read,
      summary: 'The newest runs.',
      query: { repository: 'Only of this repository.', limit: limits },
      answers: { 200: ok({ runs: listOf('Run') }) },
    }),
    async ({ query }) => ({
      ok: true,
      runs: await recentRuns(db, { repository: textParam(query, 'repository'), limit: limitParam(query, 50, 200) }),
    }),
  )
  app.get<Asking>(
    '/api/codex/runs/list',
    route({
      ...read,
      summary: 'Runs by what they are, page by page, newest first.',
      query: {
        repository: '`owner/name`, in any case.',
        issueNumber: 'The number of the issue.',
        status: 'One status.',
        reason: 'One reason.',
        sha: 'A commit, or its beginning.',
        workflowName: 'The name of the workflow.',
        workflowUid: 'Its uid.',
        q: 'Part of workflow name or uid, branch or prompt; the beginning of a commit; `#` and a pull request.',
        since: 'Made at or after this time.',
        until: 'Made at or before this time.',
        cursor: 'The `nextCursor` of the page before.',
        limit: limits,
        exactTotal: '`true`: count all, however long it takes.',
      },
      answers: {
        200: ok({
          runs: listOf('Run'),
          nextCursor: Type.Union([Type.String(), Type.Null()]),
          total: Type.Integer({ description: 'How many there are; at least so many where `totalIsExact` is false.' }),
          totalIsExact: Type.Boolean(),
        }),
      },
      problems: [400],
    }),
    async ({ query }) => listRuns(db, readListQuery(query)),
  )
  app.get<ById>(
    '/api/codex/runs/:id',
    route({
      ...read,
      summary: 'All we can tell about one run.',
      answers: {
        200: ok({
          run: ref('Run'),
          artifacts: listOf('Artifact'),
          transitions: listOf('Transition'),
          facts: listOf('Fact'),
          gates: listOf('Gate'),
          verdicts: listOf('Verdict'),
          decision: Type.Union([ref('Decision'), Type.Null()]),
          effects: listOf('Effect'),
          waitingFor: listOf('WaitingFor'),
        }),
      },
      problems: [404],
    }),
    async ({ params }) => ({ ok: true, ...((await runDetail(db, idIn(params.id))) ?? missing()) }),
  )
  app.get<ById>(
    '/api/codex/runs/:id/waiting',
    route({
      ...read,
      summary: "What would change the run's answer.",
      answers: { 200: ok({ waitingFor: listOf('WaitingFor') }) },
      problems: [404],
    }),
    async ({ params }) => ({ ok: true, waitingFor: (await waitingOf(db, idIn(params.id))) ?? missing() }),
  )
  app.get<ById>(
    '/api/codex/runs/:id/prompt',
    route({
      ...read,
      summary: "The next attempt's prompt, in Markdown.",
      answers: { 200: Type.String({ description: 'text/markdown' }) },
      problems: [404],
    }),
    async ({ params }, reply) => {
      const run = (await runById(db, idIn(params.id))) ?? missing()
      if (run.nextPrompt === null) throw notHere('The run has no next prompt (yet).')
      return reply
        .type('text/markdown; charset=utf-8')
        .serializer((text: string) => text)
        .send(run.nextPrompt)
    },
  )
}

const missing = (): never => {
  throw notHere()
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
  app.get<{ Params: { owner: string; repo: string; number: string } } & Asking>(
    '/api/github/pulls/:owner/:repo/:number/judge-runs',
    route({
      ...read,
      summary: 'The runs of one pull request, newest first.',
      query: { limit: limits },
      answers: { 200: ok({ runs: listOf('Run') }) },
      problems: [404],
    }),
    async ({ params, query }) => {
      const number = positiveInteger(params.number)
      if (number === null) throw notHere('There is no such pull request.')
      const repository = `${params.owner}/${params.repo}`.replaceAll('\0', '')
      return { ok: true, runs: await runsOfPull(db, { repository, number }, limitParam(query, 50, 200)) }
    },
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
    async ({ query }) => ({ ok: true, quarantine: await listQuarantine({ db, mask }, limitParam(query, 50, 200)) }),
  )
}

function memoryRoutes(app: FastifyInstance, { db, guard }: HistoryDeps): void {
  app.get<Asking>(
    '/api/memories',
    route({
      tag: 'memories',
      guard: guard('read'),
      summary: 'Memories that speak of something, best first.',
      query: { query: 'Required: what they should speak of.', namespace: 'Only of this one.', limit: '1 to 50.' },
      answers: { 200: ok({ memories: listOf('Memory') }) },
      problems: [400],
    }),
    async ({ query }) => {
      const asked = requiredText(query, 'query')
      if (asked.length > longestQuery) throw new Problem('bad_request', `query has at most ${longestQuery} characters.`)
      const found = { namespace: textParam(query, 'namespace'), query: asked, limit: limitParam(query, 10, 50) }
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
  app.get('/livez', route({ tag: 'service', summary: 'The process turns.', answers: { 200: ok() } }), async () => ({
    ok: true,
  }))
  for (const path of ['/readyz', '/health']) {
    const summary = 'PostgreSQL answers and is migrated; every outside system with its state.'
    app.get(path, route({ tag: 'service', summary, answers: { 200: ready } }), () => readiness(deps))
  }
  app.get(
    '/metrics',
    route({ tag: 'service', summary: 'What is counted, as Prometheus reads it.', answers: { 200: Type.String() } }),
    async (_request, reply) => {
      const { contentType, text } = await deps.metrics.render()
      return reply
        .type(contentType)
        .serializer((body: string) => body)
        .send(text)
    },
  )
}

async function streamRoutes(app: FastifyInstance, deps: HistoryDeps): Promise<void> {
  const { db, guard, listen, stalledAfter = 30_000 } = deps
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
        200: Type.String({ description: 'text/event-stream of `run` and `escalation`; `Last-Event-ID` reads on.' }),
      },
      problems,
    }),
    sse: 'only' as const,
    // A HEAD would be a stream nobody reads.
    exposeHeadRoute: false,
  })
  app.get('/api/codex/events', described('What happens to runs, as it happens.', []), (request, reply) =>
    streamHistory(request, reply, { ...stream, runId: null }),
  )
  app.get<ById>(
    '/api/codex/runs/:id/events',
    described('What happens to one run, as it happens.', [404]),
    async (request, reply) => {
      const run = (await runById(db, idIn(request.params.id))) ?? missing()
      await streamHistory(request, reply, { ...stream, runId: run.id })
    },
  )
}
