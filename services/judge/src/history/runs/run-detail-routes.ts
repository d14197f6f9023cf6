import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { createNotFoundProblem, parseId } from '../http/query.ts'
import { receiptProperties } from '../http/receipt-schemas.ts'
import {
  createRouteOptions,
  type IdRoute,
  idParams,
  listSchema,
  okSchema,
  type ReadRouteDeps,
  refSchema,
  textResponse,
  throwNotFound,
} from '../http/route-options.ts'
import type { RunPageDeps } from '../page/run-page-routes.ts'
import { findRun } from './present-run.ts'
import { findReceipt } from './read-receipt.ts'
import { findWaiting, readRunDetail } from './run-detail.ts'

const detailProperties = {
  run: refSchema('Run'),
  artifacts: listSchema('Artifact'),
  transitions: listSchema('Transition'),
  facts: listSchema('Fact'),
  gates: listSchema('Gate'),
  verdicts: listSchema('Verdict'),
  decision: Type.Union([refSchema('Decision'), Type.Null()]),
  effects: listSchema('Effect'),
  waitingFor: listSchema('WaitingFor'),
  blockers: listSchema('Blocker'),
  actions: listSchema('RunAction'),
  phases: listSchema('Phase'),
  attempts: listSchema('Attempt'),
  budget: Type.Union([refSchema('RunBudget'), Type.Null()]),
  change: Type.Union([refSchema('ChangeSize'), Type.Null()]),
  checks: listSchema('Check'),
  claims: listSchema('Claim'),
}

/** Routes that read one run. */
export function registerRunDetailRoutes(
  app: FastifyInstance,
  deps: ReadRouteDeps & Pick<RunPageDeps, 'listActions'>,
): void {
  const { db, guard } = deps
  const read = { tag: 'runs', guard: guard('read'), params: idParams }
  app.get<IdRoute>(
    '/api/codex/runs/:id',
    createRouteOptions({
      ...read,
      summary: 'Read everything about one run.',
      responses: {
        200: okSchema(detailProperties),
      },
      problems: [404],
    }),
    async ({ params }) => {
      const id = parseId(params.id)
      const detail = (await readRunDetail(deps, id)) ?? throwNotFound()
      return { ok: true, ...detail, actions: (await deps.listActions(id)) ?? [] }
    },
  )
  app.get<IdRoute>(
    '/api/codex/runs/:id/waiting',
    createRouteOptions({
      ...read,
      summary: 'Read what the run waits for, and what would change its status.',
      responses: { 200: okSchema({ waitingFor: listSchema('WaitingFor') }) },
      problems: [404],
    }),
    async ({ params }) => ({
      ok: true,
      waitingFor: (await findWaiting(db, parseId(params.id))) ?? throwNotFound(),
    }),
  )
  app.get<IdRoute>(
    '/api/codex/runs/:id/receipt',
    createRouteOptions({
      ...read,
      summary: 'Read everything that the decisions about the run were made from, by digest.',
      responses: { 200: okSchema(receiptProperties) },
      problems: [404],
    }),
    async ({ params }, reply) => {
      const receipt = (await findReceipt(db, parseId(params.id))) ?? throwNotFound()
      reply.header('etag', `"${receipt.root}"`)
      return { ok: true, ...receipt }
    },
  )
  app.get<IdRoute>(
    '/api/codex/runs/:id/prompt',
    createRouteOptions({
      ...read,
      summary: 'Read the prompt of the next attempt, in Markdown.',
      responses: { 200: textResponse('text/markdown', 'The prompt.') },
      problems: [404],
    }),
    async ({ params }, reply) => {
      const run = (await findRun(deps, parseId(params.id))) ?? throwNotFound()
      if (run.nextPrompt === null) throw createNotFoundProblem('The run has no next prompt yet.')
      return reply
        .type('text/markdown; charset=utf-8')
        .serializer((text: string) => text)
        .send(run.nextPrompt)
    },
  )
}
