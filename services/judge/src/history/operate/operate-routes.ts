import fastifyCookie from '@fastify/cookie'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import Type from 'typebox'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Mask } from '../../lib/mask.ts'
import { Problem } from '../../lib/problem.ts'
import { idIn } from '../http/query.ts'
import {
  type ById,
  describeOnly,
  type Guard,
  listOf,
  ok,
  ref,
  route,
  send,
} from '../http/route-options.ts'
import { cookieName, type Sessions } from '../http/session.ts'
import { keepMemory, memoryBody } from '../memories.ts'
import { readBody, readOptionalBody } from './body.ts'
import { createOnce, type Wish } from './idempotency.ts'
import {
  actedOn,
  answerBody,
  answerQuestion,
  changePauses,
  type Operations,
  pauseBody,
  readAction,
  replayBody,
  replayQuarantined,
  rerunBody,
  sessionBody,
} from './operate.ts'

export interface OperateDeps {
  readonly db: Kysely<DB>
  readonly guard: Guard
  readonly operations: Operations
  readonly mask: Mask
  readonly sessions: Sessions
}

/** Whom the audit names: what the guard found out. */
const actorOf = (request: FastifyRequest): string => request.identity?.name ?? 'anyone'

function wishOf(request: FastifyRequest): Wish {
  const key = [request.headers['idempotency-key'] ?? []].flat()[0]
  if (key !== undefined && (key.trim() === '' || key.length > 255)) {
    throw new Problem('bad_request', 'An Idempotency-Key has 1 to 255 characters.')
  }
  const path = request.url.split('?', 1)[0] ?? request.url
  return { route: `${request.method} ${path}`, key: key?.trim() ?? null, body: request.body }
}

/** Every write by a person, and the session of the console. Needs the same as `historyRoutes`. */
export async function operateRoutes(app: FastifyInstance, deps: OperateDeps): Promise<void> {
  describeOnly(app)
  await sessionRoutes(app, deps)
  const writing: Writing = {
    ...deps,
    once: createOnce(deps.db),
    operator: { tag: 'operate', guard: deps.guard('operator') },
  }
  pauseRoutes(app, writing)
  runRoutes(app, writing)
  answerRoutes(app, writing)
  memoryRoutes(app, writing)
}

/** What every write needs: it is done once for each `Idempotency-Key`, and by somebody who may. */
interface Writing extends OperateDeps {
  readonly once: ReturnType<typeof createOnce>
  readonly operator: { readonly tag: string; readonly guard: ReturnType<Guard> }
}

const problems = [400, 413, 422]

function pauseRoutes(app: FastifyInstance, { once, operator, mask }: Writing): void {
  for (const change of ['pause', 'unpause'] as const) {
    app.post(
      `/api/codex/${change}`,
      route({
        ...operator,
        summary:
          change === 'pause'
            ? 'Dispatches nothing and asks no model there.'
            : 'Ends exactly this pause.',
        body: pauseBody,
        answers: { 200: ok({ pauses: listOf('Pause') }) },
        problems,
      }),
      async (request, reply) => {
        const { reason, ...scope } = readBody(pauseBody, request.body)
        const wish = { ...scope, reason: await mask(reason) }
        const actor = actorOf(request)
        return send(
          reply,
          await once(wishOf(request), (trx) => changePauses(trx, change, { wish, actor })),
        )
      },
    )
  }
}

function runRoutes(app: FastifyInstance, { once, operator, operations }: Writing): void {
  app.post(
    '/api/codex/rerun',
    route({
      ...operator,
      summary: 'Starts another attempt at an issue.',
      body: rerunBody,
      answers: { 202: ok({ run: ref('Run') }) },
      problems: [...problems, 404, 409],
    }),
    async (request, reply) => {
      const { repository, issueNumber, prompt, runId } = readBody(rerunBody, request.body)
      const wish = {
        repository,
        issueNumber,
        prompt,
        runId: runId?.toLowerCase() ?? null,
        actor: actorOf(request),
      }
      return send(
        reply,
        await once(wishOf(request), async (trx) => actedOn(trx, await operations.rerun(wish, trx))),
      )
    },
  )

  app.post<{ Params: { id: string; action: string } }>(
    '/api/codex/runs/:id/actions/:action',
    route({
      ...operator,
      summary: 'Acts on one run: rejudge, rerun, override, stop, resume or grant.',
      answers: { 202: ok({ run: ref('Run') }) },
      problems: [...problems, 404, 409],
    }),
    async (request, reply) => {
      const runId = idIn(request.params.id)
      const wish = {
        runId,
        action: readAction(request.params.action, request.body),
        actor: actorOf(request),
      }
      return send(
        reply,
        await once(wishOf(request), async (trx) => actedOn(trx, await operations.act(wish, trx))),
      )
    },
  )
}

/** Questions that wait for a person, and messages that wait for one. */
function answerRoutes(app: FastifyInstance, { once, operator, operations }: Writing): void {
  app.post<ById>(
    '/api/codex/escalations/:id/answer',
    route({
      ...operator,
      summary: 'Answers a question with one of its options.',
      body: answerBody,
      answers: { 200: ok({ escalation: ref('Escalation'), run: ref('Run') }) },
      problems: [...problems, 404, 409],
    }),
    async (request, reply) => {
      const asked = {
        id: request.params.id,
        wish: readBody(answerBody, request.body),
        actor: actorOf(request),
      }
      return send(
        reply,
        await once(wishOf(request), (trx) => answerQuestion(trx, asked, operations)),
      )
    },
  )

  app.post<ById>(
    '/api/codex/quarantine/:id/replay',
    route({
      ...operator,
      summary: 'Reads a quarantined message once more, with a corrected body where one is given.',
      body: replayBody,
      answers: { 202: Type.Object({ ok: Type.Literal(true) }, { additionalProperties: true }) },
      problems: [...problems, 404, 409],
    }),
    async (request, reply) => {
      const asked = {
        id: request.params.id,
        corrected: readOptionalBody(replayBody, request.body).body,
      }
      return send(
        reply,
        await once(wishOf(request), (trx) => replayQuarantined(trx, asked, operations)),
      )
    },
  )
}

function memoryRoutes(app: FastifyInstance, { once, guard, mask }: Writing): void {
  app.post(
    '/api/memories',
    route({
      tag: 'memories',
      guard: guard('operator', 'ingest'),
      summary: 'Keeps a memory.',
      body: memoryBody,
      answers: { 201: ok({ memory: ref('Memory') }) },
      problems,
    }),
    async (request, reply) => {
      const wish = readBody(memoryBody, request.body)
      const keep = async (trx: Kysely<DB>) => ({
        ok: true,
        memory: await keepMemory({ db: trx, mask }, wish),
      })
      return send(
        reply,
        await once(wishOf(request), async (trx) => ({ status: 201, body: await keep(trx) })),
      )
    },
  )
}

async function sessionRoutes(app: FastifyInstance, { sessions }: OperateDeps): Promise<void> {
  await app.register(fastifyCookie)
  app.post(
    '/api/session',
    route({
      tag: 'session',
      summary: "Opens a session of the console with an operator's or a reader's token.",
      body: sessionBody,
      answers: { 204: Type.Null({ description: 'The cookie is set.' }) },
      problems: [400, 401, 403, 422],
    }),
    async (request, reply) => {
      sessions.refuseForeign(request)
      const { token } = readBody(sessionBody, request.body)
      return reply.setCookie(cookieName, sessions.open(token), sessions.cookie).code(204).send()
    },
  )
  app.delete(
    '/api/session',
    route({
      tag: 'session',
      summary: 'Ends the session.',
      answers: { 204: Type.Null({ description: 'The cookie is gone.' }) },
      problems: [403],
    }),
    async (request, reply) => {
      sessions.refuseForeign(request)
      return reply.clearCookie(cookieName, sessions.cookie).code(204).send()
    },
  )
}
