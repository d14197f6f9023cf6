import type { FastifyInstance } from 'fastify'
import { parseId } from '../http/query.ts'
import { createRouteOptions, okSchema, refSchema, verdictParams } from '../http/route-options.ts'
import { labelBody } from './body-schemas.ts'
import { labelVerdict } from './label-verdict.ts'
import { readBody } from './request-body.ts'
import { bodyProblems, readActor, type WriteRouteDeps } from './write-route.ts'

/** The route by which a person says whether a verdict is right. */
export function registerLabelRoute(
  app: FastifyInstance,
  { respondOnce, operator, mask }: WriteRouteDeps,
): void {
  app.post<{ Params: { id: string; verdictId: string } }>(
    '/api/codex/runs/:id/verdicts/:verdictId/label',
    createRouteOptions({
      ...operator,
      summary: 'Say whether a verdict is right; the last word counts.',
      params: verdictParams,
      body: labelBody,
      responses: { 200: okSchema({ label: refSchema('VerdictLabel') }) },
      problems: [...bodyProblems, 404],
    }),
    async (request, reply) => {
      const runId = parseId(request.params.id)
      const verdictId = parseId(request.params.verdictId)
      const { right, note } = readBody(labelBody, request.body)
      const label = { right, note: note ? await mask(note) : null, by: readActor(request) }
      return respondOnce(request, reply, (trx) => labelVerdict(trx, { runId, verdictId, label }))
    },
  )
}
