import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { createNotFoundProblem, parseId } from '../http/query.ts'
import {
  createRouteOptions,
  type IdRoute,
  idParams,
  installRouteDefaults,
  listSchema,
  okSchema,
  refSchema,
  sendResponse,
} from '../http/route-options.ts'
import { memoryBody, storeMemory } from '../memories.ts'
import {
  actionBodies,
  actionNames,
  actionSummaries,
  answerBody,
  answersBody,
  pauseBody,
  pauseDescription,
  readAction,
  replayBody,
  rerunBody,
} from './body-schemas.ts'
import {
  answerEscalation,
  answerEscalations,
  changePauses,
  presentResult,
  replayQuarantined,
} from './handle-operations.ts'
import { createIdempotentExecutor } from './idempotency.ts'
import { registerLabelRoute } from './label-route.ts'
import { maskBodies } from './mask-bodies.ts'
import { readIdempotentRequest } from './read-idempotent-request.ts'
import { readBody, readOptionalBody } from './request-body.ts'
import { registerSessionRoutes } from './session-routes.ts'
import { bodyProblems, type OperateDeps, readActor, type WriteRouteDeps } from './write-route.ts'

/**
 * Registers every write by a person, and the session of the console. Has the same requirements as
 * `registerHistoryRoutes`.
 */
export async function registerOperateRoutes(
  app: FastifyInstance,
  deps: OperateDeps,
): Promise<void> {
  installRouteDefaults(app)
  await registerSessionRoutes(app, deps)
  maskBodies(app, deps.mask)
  const executeOnce = createIdempotentExecutor(deps.db)
  const writeDeps: WriteRouteDeps = {
    ...deps,
    respondOnce: async (request, reply, work) =>
      sendResponse(reply, await executeOnce(readIdempotentRequest(request), work)),
    operator: { tag: 'operate', guard: deps.guard('operator') },
  }
  registerPauseRoutes(app, writeDeps)
  registerRunActionRoutes(app, writeDeps)
  registerAnswerRoutes(app, writeDeps)
  registerReplayRoute(app, writeDeps)
  registerLabelRoute(app, writeDeps)
  registerMemoryWriteRoute(app, writeDeps)
}

function registerPauseRoutes(
  app: FastifyInstance,
  { respondOnce, operator, mask }: WriteRouteDeps,
): void {
  for (const change of ['pause', 'unpause'] as const) {
    app.post(
      `/api/codex/${change}`,
      createRouteOptions({
        ...operator,
        summary:
          change === 'pause'
            ? 'Pause dispatches and model calls in a scope.'
            : 'End the pause of exactly this scope.',
        body: pauseDescription,
        responses: { 200: okSchema({ pauses: listSchema('Pause') }) },
        problems: bodyProblems,
      }),
      async (request, reply) => {
        const { reason, ...scope } = readBody(pauseBody, request.body)
        const body = { ...scope, reason: await mask(reason) }
        const actor = readActor(request)
        return respondOnce(request, reply, (trx) => changePauses(trx, change, { body, actor }))
      },
    )
  }
}

function registerRunActionRoutes(
  app: FastifyInstance,
  { respondOnce, operator, operations, display }: WriteRouteDeps,
): void {
  app.post(
    '/api/codex/rerun',
    createRouteOptions({
      ...operator,
      summary: 'Start another attempt at an issue.',
      body: rerunBody,
      responses: { 202: okSchema({ run: refSchema('Run') }) },
      problems: [...bodyProblems, 404, 409],
    }),
    async (request, reply) => {
      const { repository, issueNumber, prompt, runId } = readBody(rerunBody, request.body)
      const rerun = {
        repository,
        issueNumber,
        prompt,
        runId: runId?.toLowerCase() ?? null,
        actor: readActor(request),
      }
      return respondOnce(request, reply, async (trx) =>
        presentResult({ db: trx, display }, await operations.rerun(rerun, trx)),
      )
    },
  )

  for (const name of actionNames)
    app.post<IdRoute>(
      `/api/codex/runs/:id/actions/${name}`,
      createRouteOptions({
        ...operator,
        summary: actionSummaries[name],
        params: idParams,
        body: actionBodies[name],
        responses: { 202: okSchema({ run: refSchema('Run') }) },
        problems: [...bodyProblems, 404, 409],
      }),
      async (request, reply) => {
        const runId = parseId(request.params.id)
        const action = readAction(name, request.body)
        const actor = readActor(request)
        return respondOnce(request, reply, async (trx) =>
          presentResult({ db: trx, display }, await operations.act({ runId, action, actor }, trx)),
        )
      },
    )
  app.post<{ Params: { action: string } }>(
    '/api/codex/runs/:id/actions/:action',
    { schema: { hide: true }, onRequest: operator.guard },
    ({ params: { action } }) => {
      const known = actionNames.join(', ')
      throw createNotFoundProblem(`There is no action "${action.slice(0, 50)}"; use ${known}.`)
    },
  )
}

function registerAnswerRoutes(
  app: FastifyInstance,
  { respondOnce, operator, operations, display }: WriteRouteDeps,
): void {
  app.post<IdRoute>(
    '/api/codex/escalations/:id/answer',
    createRouteOptions({
      ...operator,
      summary: 'Answer a question with one of its options.',
      params: idParams,
      body: answerBody,
      responses: { 200: okSchema({ escalation: refSchema('Escalation'), run: refSchema('Run') }) },
      problems: [...bodyProblems, 404, 409],
    }),
    async (request, reply) => {
      const { id } = request.params
      const body = readBody(answerBody, request.body)
      const actor = readActor(request)
      return respondOnce(request, reply, (trx) =>
        answerEscalation(trx, { id, body }, { actor, operations, display }),
      )
    },
  )
  app.post(
    '/api/codex/escalations/answers',
    createRouteOptions({
      ...operator,
      summary: 'Answer several questions with the same option.',
      body: answersBody,
      responses: { 200: okSchema({ results: Type.Array(answerResultSchema) }) },
      problems: bodyProblems,
    }),
    async (request, reply) => {
      const body = readBody(answersBody, request.body)
      const actor = readActor(request)
      return respondOnce(request, reply, (trx) =>
        answerEscalations(trx, { body }, { actor, operations, display }),
      )
    },
  )
}

/** The status that the single route would have answered, with its body or its problem. */
const answerResultSchema = Type.Object(
  {
    id: Type.String(),
    status: Type.Integer(),
    code: Type.Optional(Type.String()),
    detail: Type.Optional(Type.String()),
    escalation: Type.Optional(refSchema('Escalation')),
    run: Type.Optional(refSchema('Run')),
  },
  { additionalProperties: true },
)

function registerReplayRoute(
  app: FastifyInstance,
  { respondOnce, operator, operations }: WriteRouteDeps,
): void {
  app.post<IdRoute>(
    '/api/codex/quarantine/:id/replay',
    createRouteOptions({
      ...operator,
      summary: 'Parse a quarantined message again, optionally with a corrected body.',
      params: idParams,
      body: replayBody,
      responses: { 202: Type.Object({ ok: Type.Literal(true) }, { additionalProperties: true }) },
      problems: [...bodyProblems, 404, 409],
    }),
    async (request, reply) => {
      const { id } = request.params
      const corrected = readOptionalBody(replayBody, request.body).body
      const actor = readActor(request)
      return respondOnce(request, reply, (trx) =>
        replayQuarantined(trx, { id, corrected, actor }, operations),
      )
    },
  )
}

function registerMemoryWriteRoute(
  app: FastifyInstance,
  { respondOnce, guard, mask }: WriteRouteDeps,
): void {
  app.post(
    '/api/memories',
    createRouteOptions({
      tag: 'memories',
      guard: guard('operator', 'ingest'),
      summary: 'Store a memory.',
      body: memoryBody,
      responses: { 201: okSchema({ memory: refSchema('Memory') }) },
      problems: bodyProblems,
    }),
    async (request, reply) => {
      const body = readBody(memoryBody, request.body)
      return respondOnce(request, reply, async (trx) => {
        const memory = await storeMemory({ db: trx, mask }, body)
        return { status: 201, body: { ok: true, memory } }
      })
    },
  )
}
